"""Clinics and their people, for managers and operators."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Clinic, Role, User
from tests.people import (
    PASSWORD,
    make_clinic,
    make_operator,
    make_patient,
    make_physio,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db

PEOPLE, ADD = "/admin/accounts/user/", "/admin/accounts/user/add/"
NEW: dict[str, Any] = {
    "name": "Nora Vik", "email": "nora@clinic.example", "role": "physiotherapist",
    "timezone": "Europe/Oslo",
}  # fmt: skip
#: What a form must not take, whoever sends it.
GREEDY: dict[str, Any] = {
    "is_superuser": "on", "is_staff": "", "password": "known", "user_permissions": "1", "groups": "1",
}  # fmt: skip


@pytest.fixture
def manager() -> User:
    return make_user(
        Role.MANAGER,
        clinic=make_clinic(),
        email="mona@clinic.example",
        name="Mona Lund",
        is_staff=True,
    )


@pytest.fixture
def client(manager: User) -> Client:
    return signed_in(manager)


def change(user: User) -> str:
    return f"{PEOPLE}{user.pk}/change/"


def test_a_manager_adds_a_physiotherapist_of_the_own_clinic(client: Client, manager: User) -> None:
    other = make_clinic()
    response = client.post(ADD, NEW | GREEDY | {"clinic": other.pk}, follow=True)
    assert (
        "Tell Nora Vik to open http://testserver/accounts/password/reset/"
        in response.content.decode()
    )
    nora = User.objects.get(email="nora@clinic.example")
    assert (nora.clinic, nora.role, nora.timezone) == (
        manager.clinic,
        "physiotherapist",
        "Europe/Oslo",
    )
    assert nora.is_staff
    assert not nora.is_superuser
    assert not nora.has_usable_password()
    assert not nora.groups.exists()


@pytest.mark.database
def test_the_new_colleague_chooses_a_password_by_a_code_from_the_mail(client: Client) -> None:
    client.post(ADD, NEW)
    newcomer = Client()
    newcomer.post("/accounts/password/reset/", {"email": "nora@clinic.example"})
    (message,) = mail.outbox
    assert message.to == ["nora@clinic.example"]
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-?[A-Z0-9]{3,})+)\s*$", str(message.body), re.MULTILINE)
    assert code, message.body
    response = newcomer.post("/accounts/password/reset/confirm/", {"code": code[1]})
    newcomer.post(response["Location"], {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(email="nora@clinic.example").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "mona@CLINIC.example"}, "Somebody with this email address is here already."),
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"name": ""}, "This field is required."),
        ({"timezone": "Mars/Olympus"}, "is not a time zone. Choose one such as Europe/London."),
        ({"role": "operator"}, "Select a valid choice."),
        ({"role": "patient"}, "Select a valid choice."),
    ],
)
def test_it_says_what_to_correct_and_adds_nobody(
    client: Client, changed: dict[str, str], words: str
) -> None:
    before = User.objects.count()
    assert words in client.post(ADD, NEW | changed).content.decode()
    assert User.objects.count() == before


def test_a_manager_changes_staff_but_neither_their_clinic_nor_their_power(
    client: Client, manager: User
) -> None:
    physio = make_physio(manager.clinic, email="pia@clinic.example")
    other = make_clinic()
    data = {"name": "Pia Holm", "role": "manager", "timezone": "Europe/Oslo", "is_active": ""}
    client.post(change(physio), data | GREEDY | {"clinic": other.pk, "email": "taken@over.example"})
    physio.refresh_from_db()
    assert (physio.name, physio.role, physio.is_active) == ("Pia Holm", "manager", False)
    assert (physio.clinic, physio.email) == (manager.clinic, "pia@clinic.example")
    assert physio.is_staff
    assert not physio.is_superuser
    assert not physio.check_password("known")


def test_nobody_locks_themselves_out_or_promotes_themselves(client: Client, manager: User) -> None:
    data = {"name": "Mona L", "role": "physiotherapist", "timezone": "UTC", "is_active": ""}
    client.post(change(manager), data | GREEDY)
    manager.refresh_from_db()
    assert (manager.name, manager.role, manager.is_active) == ("Mona L", "manager", True)
    assert not manager.is_superuser


def test_a_manager_sees_patients_and_operators_of_the_clinic_but_changes_neither(
    client: Client, manager: User
) -> None:
    patient = make_patient(manager.clinic)
    operator = make_operator(clinic=manager.clinic)
    for user in (patient, operator):
        assert client.get(change(user)).status_code == 200
        assert client.post(change(user), {"name": "Changed"}).status_code == 403
        user.refresh_from_db()
        assert user.name != "Changed"


def test_nobody_deletes_people_or_clinics(client: Client, manager: User) -> None:
    physio = make_physio(manager.clinic)
    assert client.post(f"{PEOPLE}{physio.pk}/delete/", {"post": "yes"}).status_code == 403
    clinic = f"/admin/accounts/clinic/{manager.clinic_id}"
    assert client.post(f"{clinic}/delete/", {"post": "yes"}).status_code == 403
    assert client.post("/admin/accounts/clinic/add/", {"name": "Mine too"}).status_code == 403


def test_a_manager_changes_the_own_clinic_only(client: Client, manager: User) -> None:
    other = make_clinic()
    data = {
        "name": "New name",
        "timezone": "Europe/Oslo",
        "phone": "",
        "email": "",
        "emergency_number": "112",
    }
    client.post(f"/admin/accounts/clinic/{manager.clinic_id}/change/", data)
    client.post(f"/admin/accounts/clinic/{other.pk}/change/", data | {"name": "Stolen"})
    names = set(Clinic.objects.values_list("name", flat=True))
    assert "New name" in names
    assert other.name in names
    assert "Stolen" not in names


@pytest.mark.database
def test_an_operator_adds_a_clinic_and_its_first_manager() -> None:
    operator = make_operator()
    client = signed_in(operator)
    data = {"name": "Harbour", "timezone": "Europe/Oslo", "emergency_number": "112"}
    client.post("/admin/accounts/clinic/add/", data)
    clinic = Clinic.objects.get(name="Harbour")
    client.post(ADD, NEW | GREEDY | {"role": "manager", "clinic": clinic.pk})
    nora = User.objects.get(email="nora@clinic.example")
    assert (nora.clinic, nora.role, nora.is_superuser) == (clinic, "manager", False)
    assert (
        "This field is required."
        in client.post(ADD, NEW | {"email": "b@b.example"}).content.decode()
    )


def test_passwords_and_signing_in_are_one_place_for_all(client: Client) -> None:
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert client.get("/admin/login/?next=/admin/programme/")["Location"] == "/admin/programme/"
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == "/admin/"
