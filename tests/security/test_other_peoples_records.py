"""Whoever is signed in tries every address with everything of another clinic: nothing is shown and nothing changes."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import Access
from tests.desk.desk import Desk, make_desk
from tests.people import make_operator, signed_in
from tests.security.crawl import addresses, every_path, filled, keys_of, nested, state
from walking.care.plan import notes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def a() -> Desk:
    desk = make_desk("aardvark")
    notes.write(desk.plan, words="aardvark note", by=desk.physio, at=timezone.now())
    return desk


@pytest.fixture
def b() -> Desk:
    return make_desk("badger")


@pytest.mark.parametrize("role", ["nobody", "patient", "physio", "manager"])
def test_no_address_shows_or_changes_anything_of_another_clinic(
    a: Desk, b: Desk, role: str, record_property: pytest.RecordProperty
) -> None:
    users = {"patient": b.plan.patient, "physio": b.physio, "manager": b.manager}
    client = signed_in(users[role]) if role in users else Client()
    before, keys, own, tried = state(a), keys_of(a), keys_of(b), 0
    for route in addresses(get_resolver()):
        for path in (*filled(route, keys), *nested(route, own, keys)):
            for send in (client.get, client.post):
                response = send(path, follow=False)
                tried += 1
                if response.streaming:
                    continue
                said = response.content.decode(errors="replace") + str(response.headers)
                assert "aardvark" not in said, (role, path)
                assert response.status_code < 500, (role, path)
        if role in users and "_auth_user_id" not in client.session:
            client.force_login(users[role])
    assert state(a) == before
    record_property("requests", tried)
    print(f"{role}: {tried} requests, none got through")
    assert tried > 200


@pytest.mark.database
def test_an_operator_belongs_to_no_clinic_and_no_address_fails_for_one(a: Desk) -> None:
    """They see every clinic; what they look at is written down, and no page of a patient opens as if it were theirs."""
    operator = make_operator()
    client, tried = signed_in(operator), 0
    for path in every_path(a):
        response = client.get(path)
        tried += 1
        assert response.status_code < 500, path
        if not path.startswith(("/admin/", "/accounts/")) and response.status_code == 200:
            assert "aardvark words" not in response.content.decode(errors="replace"), path
        if "_auth_user_id" not in client.session:
            client.force_login(operator)
    assert tried > 200
    assert Access.objects.filter(patient=a.plan.patient, by=operator, action="viewed").exists()


def test_a_patient_reads_nothing_that_staff_wrote_for_each_other(a: Desk) -> None:
    client, tried = signed_in(a.plan.patient), 0
    for route in addresses(get_resolver()):
        if route.startswith("admin/"):
            continue
        for path in filled(route, keys_of(a)):
            response = client.get(path)
            tried += 1
            if not response.streaming:
                said = response.content.decode(errors="replace")
                assert "aardvark note" not in said, path
                assert "aardvark reason" not in said, path
    assert tried > 60


def test_every_model_of_a_patient_is_tried(a: Desk) -> None:
    """The crawl has keys for whatever the desk registers."""
    from django.contrib import admin

    labels = {f"{m._meta.app_label}/{m._meta.model_name}" for m in admin.site._registry}
    assert labels <= set(keys_of(a))
    assert apps.get_model("walking.Plan") in admin.site._registry
