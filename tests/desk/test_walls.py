"""No address of the desk shows or changes anything of another clinic: every registered one is tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Access, Clinic, Consent, User
from tests.desk.desk import Desk, make_desk
from tests.people import make_clinic, make_operator, make_patient, signed_in
from walking.models import Adjustment, CheckIn, Mail, Plan, Review

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Where a direct address may lead: refused, not there, or back to a list of one's own.
TURNED_AWAY = {302, 403, 404, 405}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every address of the desk, as a path with ``%s`` where the object's id goes."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def desk_addresses() -> list[str]:
    resolver = next(
        part
        for part in get_resolver().url_patterns
        if isinstance(part, URLResolver) and part.namespace == "admin"
    )
    return [f"/admin/{route}" for route in patterns(resolver)]


def objects_of(desk: Desk) -> dict[type[models.Model], list[models.Model]]:
    """The clinic's own rows of every model that is registered."""
    of_plan = {"plan": desk.plan}
    found: dict[type[models.Model], list[models.Model]] = {}
    for model in admin.site._registry:
        if model is Plan:
            rows = [desk.plan]
        elif model is Clinic:
            rows = [desk.clinic]
        elif model is User:
            rows = list(User.objects.filter(clinic=desk.clinic))
        elif model is Consent:
            rows = list(Consent.objects.filter(user__clinic=desk.clinic))
        elif model is Mail:
            rows = [*desk.plan.mail.all(), *desk.invitation.mail.all()]
        elif (
            any(field.name == "plan" for field in model._meta.fields)
            and model._meta.model_name != "invitation"
        ):
            rows = list(model._default_manager.filter(**of_plan))
        else:
            rows = [desk.invitation]
        found[model] = rows
    return found


@pytest.fixture
def a() -> Desk:
    return make_desk("aardvark")


@pytest.fixture
def b() -> Desk:
    return make_desk("badger")


def shows(response: object, desk: Desk) -> bool:
    return any(secret in response.content.decode() for secret in desk.secrets)  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["physio", "manager"])
def test_it_shows_nothing_of_another_clinic_at_any_address(a: Desk, b: Desk, role: str) -> None:
    theirs = objects_of(a)
    assert all(theirs.values()), "every registered model has a row to look for"
    before = state_of_everything()
    client = signed_in(getattr(b, role))
    tried = 0
    for model, rows in theirs.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for address in desk_addresses():
            if not address.startswith(base):
                continue
            for row in rows[:3]:
                path = address.replace("<path:object_id>", str(row.pk))
                takes_object = path != address
                for send in (client.get, client.post):
                    response = send(path)
                    tried += 1
                    assert not shows(response, a), (send, path)
                    if takes_object and address.removeprefix(base) != "<path:object_id>/":
                        assert response.status_code in TURNED_AWAY, (path, response.status_code)
    assert tried > 60
    assert not Access.objects.filter(by__clinic=b.clinic).exclude(patient__clinic=b.clinic).exists()
    assert not shows(client.get("/admin/walking/plan/"), a)
    assert state_of_everything() == before


def state_of_everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of ours but the audit trail, to be sure that nothing was changed by trying."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for label in ("walking", "accounts")
        for model in apps.get_app_config(label).get_models()
        if model not in (User, Access)
    }


@pytest.mark.database
@pytest.mark.parametrize("role", ["physio", "manager"])
def test_it_finds_nobody_of_another_clinic(a: Desk, b: Desk, role: str) -> None:
    client = signed_in(getattr(b, role))
    for model in admin.site._registry:
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for query in ({"q": "aardvark"}, {"q": "Patient"}, {}, {"all": ""}, {"status": "all"}):
            response = client.get(base, query, follow=True)
            page = response.content.decode().replace('value="aardvark"', "")
            assert a.plan.patient.email not in page
            assert "aardvark Patient" not in page
            assert "aardvark Invited" not in page
            assert "aardvark Physio" not in page


@pytest.mark.database
@pytest.mark.parametrize("role", ["physio", "manager"])
def test_it_completes_no_names_of_another_clinic(a: Desk, b: Desk, role: str) -> None:
    client = signed_in(getattr(b, role))
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey):
                continue
            response = client.get(
                "/admin/autocomplete/",
                {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": "a",
                },
            )
            assert "aardvark" not in response.content.decode(), (model, field)
            assert response.status_code in {200, 403, 404}


def test_it_keeps_the_staff_pages_from_physiotherapists(b: Desk) -> None:
    client = signed_in(b.physio)
    for path in ("/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/accounts/clinic/"):
        assert client.get(path).status_code == 403
    assert client.get(f"/admin/accounts/user/{b.colleague.pk}/change/").status_code in TURNED_AWAY


def test_it_cannot_be_asked_for_columns_that_are_not_filters(b: Desk) -> None:
    client = signed_in(b.manager)
    for path, column in (
        ("/admin/accounts/user/", "password__startswith"),
        ("/admin/walking/invitation/", "nonce__startswith"),
        ("/admin/walking/mail/", "message_id__startswith"),
        ("/admin/walking/plan/", "patient__password__startswith"),
    ):
        assert client.get(path, {column: "a"}).status_code == 400


@pytest.mark.parametrize("who", ["patient", "nobody", "staff_without_clinic_role", "inactive"])
def test_it_lets_only_staff_in(a: Desk, who: str) -> None:
    client = Client()
    if who == "patient":
        client = signed_in(a.plan.patient)
    elif who == "staff_without_clinic_role":
        User.objects.filter(pk=a.physio.pk).update(is_staff=False)
        client = signed_in(a.physio)
    elif who == "inactive":
        client = signed_in(a.physio)
        User.objects.filter(pk=a.physio.pk).update(is_active=False)
    for path in ("/admin/", "/admin/walking/plan/", f"/admin/walking/plan/{a.plan.pk}/change/",
                 f"/admin/walking/plan/{a.plan.pk}/dose/", "/admin/programme/"):  # fmt: skip
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
    login = client.get("/admin/login/?next=/admin/")
    if who in ("nobody", "inactive"):
        assert login["Location"].startswith("/accounts/login/")
    else:
        assert login.status_code == 403


def test_it_shows_an_operator_every_clinic(a: Desk, b: Desk) -> None:
    operator = make_operator()
    page = signed_in(operator).get("/admin/walking/plan/").content.decode()
    assert "aardvark Patient" in page
    assert "badger Patient" in page


FACTS = [Review, CheckIn, Adjustment, Consent]


@pytest.mark.parametrize("model", FACTS)
def test_it_edits_no_fact_by_any_form(a: Desk, model: type[models.Model]) -> None:
    before = state_of_everything()
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    row = objects_of(a)[model][0]
    operator = make_operator()
    for user in (a.physio, a.manager, operator):
        client = signed_in(user)
        assert client.get(f"{base}{row.pk}/change/").status_code == 200
        fields = {field.name: "1" for field in model._meta.fields}
        assert client.post(f"{base}{row.pk}/change/", fields).status_code == 403
        assert client.post(f"{base}add/", fields).status_code == 403
        assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(base, {"action": "delete_selected", "_selected_action": row.pk, "index": 0})
    assert state_of_everything() == before


def test_it_has_no_way_to_delete_or_save_a_plan_directly(a: Desk) -> None:
    client = signed_in(a.physio)
    base = f"/admin/walking/plan/{a.plan.pk}"
    fields = {"status": "completed", "week_number": 20, "baseline_minutes": 60, "_save": "Save"}
    assert client.post(f"{base}/change/", fields).status_code == 405
    assert client.post(f"{base}/delete/", {"post": "yes"}).status_code == 403
    assert client.post("/admin/walking/plan/add/", fields).status_code == 403
    plan = Plan.objects.get(pk=a.plan.pk)
    assert (plan.status, plan.baseline_minutes) == ("active", a.plan.baseline_minutes)


def test_it_has_only_pages_that_start_from_what_the_viewer_may_see() -> None:
    from accounts.desk import DeskAdmin

    make_patient(make_clinic())
    assert all(isinstance(page, DeskAdmin) for page in admin.site._registry.values())
