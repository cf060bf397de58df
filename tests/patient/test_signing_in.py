import re

import pytest
from django.core import mail
from django.test import Client

from tests.people import PASSWORD, make_patient
from tests.responses import form_of, soup, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    return make_patient(email="rosa@example.org", password=PASSWORD)


def code_sent() -> str:
    return re.search(r"^([A-Z0-9-]{6,9})$", mail.outbox[-1].body, re.MULTILINE).group(1)


def test_it_offers_a_password_a_code_and_a_passkey(client: Client) -> None:
    response = client.get("/accounts/login/?next=/diary/")
    page = soup(response)
    assert page.find("label", attrs={"for": "id_login"})
    assert page.find("label", attrs={"for": "id_password"})
    assert page.find("a", href="/accounts/login/code/?next=%2Fdiary%2F")
    assert page.find(id="passkey_login")
    assert form_of(response, "/accounts/login/")["next"] == "/diary/"


def test_it_signs_in_with_a_password_and_goes_where_one_was_headed(client: Client, patient) -> None:
    sent = {"login": "Rosa@Example.org", "password": PASSWORD, "next": "/diary/"}
    assert client.post("/accounts/login/", sent)["Location"] == "/diary/"


def test_it_keeps_the_address_and_says_what_was_wrong(client: Client, patient) -> None:
    response = client.post("/accounts/login/", {"login": "rosa@example.org", "password": "no"})
    page = soup(response)
    assert page.find(class_="errors")
    assert page.find(id="id_login")["value"] == "rosa@example.org"


def test_it_signs_in_with_a_code_by_mail(client: Client, patient) -> None:
    response = client.post("/accounts/login/code/", {"email": "rosa@example.org"}, follow=True)
    assert "Type in your code" in words(response)
    response = client.post("/accounts/login/code/confirm/", {"code": code_sent()})
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(patient.pk)


def test_it_does_not_tell_who_has_an_account(client: Client, patient) -> None:
    response = client.post("/accounts/login/code/", {"email": "nobody@example.org"}, follow=True)
    assert "If we know this address" in words(response)


def test_it_resets_a_password_with_a_code(client: Client, patient) -> None:
    there = client.post("/accounts/password/reset/", {"email": "rosa@example.org"})["Location"]
    response = client.post(there, {"code": code_sent()}, follow=True)
    assert "Choose a new password" in words(response)
    new = {"password1": "a brand new phrase", "password2": "a brand new phrase"}
    client.post(response.request["PATH_INFO"], new)
    patient.refresh_from_db()
    assert patient.check_password("a brand new phrase")


def test_it_says_that_clinics_invite(client: Client) -> None:
    response = client.get("/accounts/signup/")
    assert "Your clinic invites you" in words(response)


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/accounts/email/", "Your email address"),
        ("/accounts/password/change/", "Change your password"),
        ("/accounts/2fa/", "Passkeys and second step"),
        ("/accounts/sessions/", "Where you are signed in"),
        ("/accounts/logout/", "Sign out of this device?"),
    ],
)
def test_it_shows_each_page_of_the_account_in_our_design(
    client: Client, patient, address: str, heading: str
) -> None:
    client.post("/accounts/login/", {"login": "rosa@example.org", "password": PASSWORD})
    response = client.get(address)
    assert soup(response).h1.get_text(strip=True) == heading
    assert not soup(response).find_all(style=True)
    assert soup(response).find("a", class_="skip")


def test_it_signs_out(client: Client, patient) -> None:
    client.force_login(patient)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    response = client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
    assert response["Clear-Site-Data"] == '"storage"'


def test_a_session_that_ends_by_itself_leaves_unsent_walks_on_the_phone(
    client: Client, patient
) -> None:
    client.force_login(patient)
    client.get("/settings/")
    patient.set_password("four other plain words")
    patient.save()
    response = client.get("/settings/")
    assert response["Location"].startswith("/accounts/login/")
    assert "Clear-Site-Data" not in response
