"""Whoever is signed in tries every address with everything of another clinic: nothing is shown and nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.physio.desk import Desk, make_desk, signed_in
from walking.care import notes
from walking.care.record.parts import PARTS
from walking.care.record.taking_out import record_of
from walking.models import Plan

pytestmark = pytest.mark.django_db

#: What ends the session of whoever tries, or is not ours.
LEFT_OUT = ("accounts/logout", "accounts/sessions", "static/", "health/", "anymail/", "jsi18n")
SLOT = re.compile(r"<(?:(\w+):)?(\w+)>")


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern) and "(" not in route:
            yield route


def keys_of(desk: Desk) -> dict[str, list[str]]:
    """By ``app/model``, the keys of the clinic's rows."""
    patient = desk.plan.patient
    found = {
        f"{part.model._meta.app_label}/{part.model._meta.model_name}": [
            str(row.pk) for row in part.rows(patient)[:2]
        ]
        for part in PARTS
    }
    found["walking/invitation"].append(str(desk.invitation.pk))
    found["accounts/user"] = [str(patient.pk), str(desk.physio.pk)]
    found["accounts/clinic"] = [str(desk.clinic.pk)]
    return found


def filled(route: str, keys: dict[str, list[str]]) -> Iterator[str]:
    """The address with each key that could stand in it."""
    if any(part in route for part in LEFT_OUT):
        return
    if not SLOT.search(route):
        yield f"/{route}"
        return
    model = re.match(r"admin/(\w+/\w+)/", route)
    if model and model[1] in keys:
        candidates = keys[model[1]]
    else:
        every = {key for rows in keys.values() for key in rows if key.isdigit()}
        candidates = sorted(every, key=int)[:12]
    for key in candidates:
        yield "/" + SLOT.sub(key, route)


def state(desk: Desk) -> dict[str, object]:
    record = record_of(desk.plan.patient, at=timezone.now(), private=True)
    del record["made_at"]
    return record | {
        "plan": list(Plan.objects.filter(pk=desk.plan.pk).values()),
        "clinic": list(type(desk.clinic).objects.filter(pk=desk.clinic.pk).values()),
        "staff": [
            list(type(p).objects.filter(pk=p.pk).values()) for p in (desk.physio, desk.manager)
        ],
    }


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
    before, keys, tried = state(a), keys_of(a), 0
    for route in addresses(get_resolver()):
        for path in filled(route, keys):
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
