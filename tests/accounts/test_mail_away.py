"""Signing in and changing an account while the mail server refuses, is set up wrongly, hangs or is away."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.mail import mailers as connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.second_factor import reset_second_factor
from config.environment import PROMPT_SECONDS, mailers
from tests.faults.smtp import MailServer, Manners
from tests.people import make_patient, make_physio
from tests.responses import soup, words
from tests.services import free_port
from walking.models import OpenDoor

pytestmark = pytest.mark.django_db

PASSWORD, NEW_PASSWORD = "three plain words", "a brand new phrase"
ADDRESS, UNKNOWN = "rosa@example.org", "nobody@example.org"
NOT_SENT = "We could not send the email with your code."
ON_ITS_WAY = "If we know this address, a code is on its way"


@contextmanager
def server(condition: str) -> Iterator[str]:
    """The ``EMAIL_URL`` of a mail server in this condition."""
    if condition == "nothing listens":
        yield f"smtp://127.0.0.1:{free_port()}"
        return
    if condition.startswith("535"):
        with MailServer(Manners(sign_in=condition)) as running:
            yield running.url.replace("smtp://", "smtp://waymark:wrong@")
        return
    with MailServer(Manners(recipient=lambda _address: condition)) as running:
        yield running.url


#: A server that says nothing about the address: it takes nothing for anybody now.
TROUBLES = (
    "nothing listens",
    "535 5.7.8 authentication failed",
    "450 4.2.0 greylisted",
    "554 5.7.1 relay access denied",
)
REFUSED = "550 5.1.1 no such user"
ALL = (*TROUBLES, REFUSED)


@pytest.fixture
def patient() -> User:
    return make_patient(email=ADDRESS, password=PASSWORD)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def away(settings: Any) -> Iterator[Callable[[str], None]]:
    """Bring the mail server into a condition."""
    opened = []

    def bring(condition: str) -> None:
        context = server(condition)
        settings.MAILERS = mailers(context.__enter__())
        opened.append(context)

    yield bring
    for context in opened:
        context.__exit__(None, None, None)


def signed_in(client: Client) -> Client:
    client.post("/accounts/login/", {"login": ADDRESS, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def page(answer: HttpResponse) -> str:
    assert answer.status_code == 200, answer.status_code
    return words(answer)


def cancelled(client: Client, answer: HttpResponse) -> str:
    """Where the page's Cancel leads."""
    form = soup(answer).find(id="logout-from-stage")
    assert form
    there = client.post(form["action"], {"next": form.find(attrs={"name": "next"})["value"]})
    return str(there["Location"])


# Codes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", TROUBLES)
@pytest.mark.parametrize("who", [ADDRESS, UNKNOWN])
@pytest.mark.parametrize(
    ("door", "way"),
    [
        ("/accounts/login/code/", "sign in with your password or a passkey"),
        ("/accounts/password/reset/", "sign in with a passkey"),
    ],
)
def test_a_code_that_could_not_be_sent_is_said_to_anyone_with_other_ways_in(
    client: Client,
    patient: User,
    away: Callable[[str], None],
    condition: str,
    who: str,
    door: str,
    way: str,
) -> None:
    away(condition)
    answer = client.post(door, {"email": who}, follow=True)
    said = page(answer)
    assert NOT_SENT in said
    assert way in said
    assert "call your clinic" in said
    assert "on its way" not in said
    assert "has been sent" not in said
    assert cancelled(client, answer) == "/accounts/login/"


@pytest.mark.parametrize("condition", ALL)
@pytest.mark.parametrize("door", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_the_answer_does_not_tell_who_has_an_account(
    patient: User, away: Callable[[str], None], condition: str, door: str
) -> None:
    away(condition)
    answers = []
    for who in (ADDRESS, UNKNOWN):
        answer = Client(raise_request_exception=False).post(door, {"email": who}, follow=True)
        text = re.sub(r'value="[^"]{20,}"', "", answer.content.decode()).replace(who, "WHO")
        answers.append((answer.redirect_chain, text))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("door", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_a_refused_address_is_answered_like_any_other(
    client: Client, patient: User, away: Callable[[str], None], door: str
) -> None:
    away(REFUSED)
    for who in (ADDRESS, UNKNOWN):
        said = page(client.post(door, {"email": who}, follow=True))
        assert ON_ITS_WAY in said
        assert NOT_SENT not in said


def test_the_next_code_that_is_sent_ends_it(
    client: Client, patient: User, away: Callable[[str], None], settings: Any
) -> None:
    works = settings.MAILERS
    away("nothing listens")
    assert NOT_SENT in page(client.post("/accounts/login/code/", {"email": ADDRESS}, follow=True))
    settings.MAILERS = works
    # A code that was asked for stands in the way of another one until it is cancelled.
    again = client.get("/accounts/login/code/", follow=True)
    assert cancelled(client, again) == "/accounts/login/"
    said = page(client.post("/accounts/login/code/", {"email": ADDRESS}, follow=True))
    assert NOT_SENT not in said
    assert ON_ITS_WAY in said


@pytest.mark.parametrize("door", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_after_cancel_the_password_signs_in(
    client: Client, patient: User, away: Callable[[str], None], door: str
) -> None:
    away("nothing listens")
    cancelled(client, client.post(door, {"email": ADDRESS}, follow=True))
    assert "Sign in" in page(client.get("/accounts/login/"))
    client.post("/accounts/login/", {"login": ADDRESS, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(patient.pk)


@pytest.mark.parametrize("condition", ALL)
def test_a_first_sign_in_says_that_its_code_could_not_be_sent(
    client: Client, patient: User, away: Callable[[str], None], condition: str
) -> None:
    """The password was right, so this tells nobody who has an account."""
    EmailAddress.objects.all().delete()
    away(condition)
    sent = {"login": ADDRESS, "password": PASSWORD}
    said = page(client.post("/accounts/login/", sent, follow=True))
    assert NOT_SENT in said
    assert "Choose “Cancel”, wait a few minutes, then try again." in said
    assert "call your clinic" in said
    assert "Confirmation email sent" not in said
    assert "on its way" not in said


@pytest.mark.parametrize("condition", ALL)
def test_a_verified_address_signs_in_with_a_password_whatever_the_mail_server_does(
    client: Client, patient: User, away: Callable[[str], None], condition: str
) -> None:
    away(condition)
    answer = client.post("/accounts/login/", {"login": ADDRESS, "password": PASSWORD})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(patient.pk)


# Changing the address -----------------------------------------------------------------------------


@pytest.mark.parametrize("condition", ALL)
def test_a_change_of_address_says_that_its_code_could_not_be_sent(
    client: Client, patient: User, away: Callable[[str], None], condition: str
) -> None:
    signed_in(client)
    away(condition)
    change = {"action_add": "", "email": "new@example.org"}
    assert NOT_SENT in page(client.post("/accounts/email/", change, follow=True))
    again = client.post("/accounts/email/old-address/", {"action": "resend"}, follow=True)
    assert NOT_SENT in page(again)
    assert "A new code is on its way" not in words(again)
    patient.refresh_from_db()
    assert patient.email == ADDRESS


@pytest.mark.parametrize("condition", ALL)
def test_the_code_to_the_new_address_too(
    client: Client, patient: User, away: Callable[[str], None], condition: str
) -> None:
    signed_in(client)
    client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    away(condition)
    answer = client.post("/accounts/email/old-address/", {"code": code.group(1)}, follow=True)
    assert NOT_SENT in page(answer)
    assert "Confirmation email sent" not in words(answer)


# What was done stays done -------------------------------------------------------------------------


@pytest.mark.parametrize("condition", ALL)
def test_a_password_that_was_changed_is_reported_as_changed(
    client: Client, patient: User, away: Callable[[str], None], condition: str
) -> None:
    signed_in(client)
    away(condition)
    sent = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    said = page(client.post("/accounts/password/change/", sent, follow=True))
    assert "Password successfully changed" in said
    assert "It is saved. We could not send the email that confirms it." in said
    patient.refresh_from_db()
    assert patient.check_password(NEW_PASSWORD)
    assert client.get("/accounts/email/").status_code == 200  # still signed in


@pytest.mark.parametrize("condition", ALL)
def test_a_password_that_was_reset_is_reported_as_changed(
    client: Client, patient: User, away: Callable[[str], None], condition: str
) -> None:
    there = client.post("/accounts/password/reset/", {"email": ADDRESS})["Location"]
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    form = client.post(there, {"code": code.group(1)}, follow=True)
    away(condition)
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    said = page(client.post(form.request["PATH_INFO"], new, follow=True))
    assert "Password successfully changed" in said
    patient.refresh_from_db()
    assert patient.check_password(NEW_PASSWORD)


@pytest.mark.database
@pytest.mark.parametrize("condition", ALL)
def test_a_second_factor_is_added_and_removed(
    client: Client, patient: User, away: Callable[[str], None], condition: str
) -> None:
    signed_in(client)
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    away(condition)
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=patient, type="totp").exists()
    assert client.post("/accounts/2fa/recovery-codes/generate/").status_code == 302
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=patient, type="totp").exists()


@pytest.mark.parametrize("condition", ALL)
def test_a_notice_of_our_own_never_undoes_what_was_done(
    patient: User, away: Callable[[str], None], condition: str
) -> None:
    Authenticator.objects.create(user=patient, type="totp", data={"secret": "x"})
    away(condition)
    assert reset_second_factor(patient) == 1
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("condition", ALL)
def test_asking_to_join_says_that_the_code_could_not_be_sent(
    client: Client, away: Callable[[str], None], condition: str
) -> None:
    physio = make_physio()
    door = OpenDoor.objects.create(
        clinic=physio.clinic, slug="hillside", by=physio, at=timezone.now()
    )
    away(condition)
    answer = client.post(f"/join/{door.slug}/", {"name": "Anna", "email": UNKNOWN})
    assert answer.status_code == 422
    assert "could not be sent just now" in words(answer)


# How long, and what is logged ---------------------------------------------------------------------


@pytest.mark.slow
def test_a_server_that_says_nothing_holds_the_request_for_no_longer_than_its_time(
    client: Client, patient: User, settings: Any
) -> None:
    """Each answer comes just in time; all together they would take a minute."""
    with MailServer(Manners(delay=0.8)) as running:
        settings.MAILERS = mailers(running.url.replace("timeout=3", "timeout=2"))
        began = time.monotonic()
        said = page(client.post("/accounts/login/code/", {"email": ADDRESS}, follow=True))
        assert NOT_SENT in said
        assert time.monotonic() - began < 4


def test_requests_wait_for_a_shorter_time_than_the_worker() -> None:
    for url in ("smtp://mail.example?timeout=60", "smtps://mail.example"):
        both = mailers(url)
        assert both["prompt"]["OPTIONS"]["timeout"] == PROMPT_SECONDS
        assert both["default"]["OPTIONS"]["timeout"] > PROMPT_SECONDS
    assert mailers("smtp://mail.example?timeout=3")["prompt"]["OPTIONS"]["timeout"] == 3


@pytest.mark.parametrize(
    "provider", ["mailgun://key@mg.clinic.example", "postmark://token", "file://FOLDER"]
)
def test_each_way_to_send_takes_its_options(settings: Any, tmp_path: Path, provider: str) -> None:
    settings.MAILERS = mailers(provider.replace("FOLDER", str(tmp_path)))
    assert connections["prompt"] is not None


@pytest.mark.parametrize("condition", ALL)
def test_the_log_names_nobody(
    client: Client,
    patient: User,
    away: Callable[[str], None],
    condition: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    away(condition)
    client.post("/accounts/login/code/", {"email": ADDRESS})
    lines = [each.getMessage() for each in caplog.records if each.name == "waymark.accounts"]
    assert [line for line in lines if "login_code" in line]
    assert not [line for line in lines if "@" in line or "rosa" in line]
