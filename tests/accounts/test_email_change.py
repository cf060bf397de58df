"""Another email address: a code from the old mailbox, one from the new; or the clinic's help where the old is lost."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts.email_change import CODES
from accounts.models import Access, User
from tests.desk.desk import make_desk
from tests.people import PASSWORD, make_patient, signed_in
from tests.responses import words
from walking.mail.delivery import deliver_due
from walking.models import Invitation

pytestmark = pytest.mark.django_db

OLD, NEW = "rosa@example.org", "new@example.org"
PAGE, CODE_OF_OLD = "/accounts/email/", "/accounts/email/old-address/"
CODE_OF_NEW = "/accounts/confirm-email/"
CHANGE = {"action_add": "", "email": NEW}


@pytest.fixture
def patient() -> User:
    return make_patient(email=OLD, password=PASSWORD)


@pytest.fixture
def client(patient: User) -> Client:
    """Signed in, and just asked for the password."""
    client = Client()
    client.post("/accounts/login/", {"login": OLD, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def last(to: str) -> EmailMessage:
    return [each for each in mail.outbox if each.to == [to]][-1]


def code_for(address: str) -> str:
    found = re.search(r"^([A-Z0-9-]{6,9})$", str(last(address).body), re.MULTILINE)
    assert found
    return found.group(1)


def to_new() -> list[EmailMessage]:
    return [each for each in mail.outbox if each.to == [NEW]]


def test_the_password_is_asked_for_before_any_mail_goes_out(patient: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": OLD, "password": PASSWORD})
    assert "Is it you?" in words(client.post(PAGE, CHANGE, follow=True))
    assert not mail.outbox


@pytest.mark.database
def test_it_changes_after_a_code_from_each_mailbox(client: Client, patient: User) -> None:
    page = client.post(PAGE, CHANGE, follow=True)
    assert "First, a code from your old address" in words(page)
    assert NEW in words(page)
    assert not to_new()
    assert NEW in last(OLD).body

    assert client.post(CODE_OF_OLD, {"code": code_for(OLD)})["Location"] == CODE_OF_NEW
    patient.refresh_from_db()
    assert patient.email == OLD

    client.post(CODE_OF_NEW, {"code": code_for(NEW)})
    patient.refresh_from_db()
    assert patient.email == NEW
    assert [each.email for each in EmailAddress.objects.filter(user=patient)] == [NEW]
    assert "code" not in last(OLD).subject.lower()  # the old mailbox is told


def test_a_wrong_code_keeps_what_was_typed_and_five_end_it(client: Client) -> None:
    client.post(PAGE, CHANGE)
    for _n in range(4):
        page = client.post(CODE_OF_OLD, {"code": "WRONG1"})
        assert page.status_code == 422
        assert NEW in words(page)
    code = code_for(OLD)
    assert client.post(CODE_OF_OLD, {"code": "WRONG1"})["Location"] == PAGE
    assert client.post(CODE_OF_OLD, {"code": code})["Location"] == PAGE
    assert not to_new()


def test_a_code_is_good_for_a_quarter_of_an_hour_and_a_new_one_ends_it(client: Client) -> None:
    client.post(PAGE, CHANGE)
    first = code_for(OLD)
    client.post(CODE_OF_OLD, {"action": "resend"})
    assert code_for(OLD) != first
    assert client.post(CODE_OF_OLD, {"code": first}).status_code == 422
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert client.post(CODE_OF_OLD, {"code": code_for(OLD)})["Location"] == PAGE
    assert not to_new()


def test_the_code_of_another_session_or_person_opens_nothing(client: Client) -> None:
    client.post(PAGE, CHANGE)
    other = signed_in(make_patient(email="otto@example.org", password=PASSWORD))
    assert other.post(CODE_OF_OLD, {"code": code_for(OLD)})["Location"] == PAGE
    assert Client().post(CODE_OF_OLD, {"code": code_for(OLD)}).status_code == 302
    assert not to_new()


def test_no_other_way_round_the_old_mailbox(client: Client, patient: User) -> None:
    """An address that waits from before is asked for its code only after the old one has answered."""
    EmailAddress.objects.create(user=patient, email=NEW, verified=False, primary=False)
    answer = client.post(PAGE, {"action_send": "", "email": NEW})
    assert answer["Location"] == CODE_OF_OLD
    assert not to_new()
    client.post(PAGE, {"action_primary": "", "email": NEW})
    patient.refresh_from_db()
    assert patient.email == OLD


def test_a_mailbox_is_not_flooded(client: Client) -> None:
    client.post(PAGE, CHANGE)
    answers = [client.post(CODE_OF_OLD, {"action": "resend"}) for _n in range(CODES.most)]
    assert answers[-1].status_code == 429
    assert len(mail.outbox) == CODES.most


# The mailbox is lost --------------------------------------------------------------------------------


def link_in(address: str) -> str:
    deliver_due(timezone.now())
    found = re.search(r"http://[^/]+(/i/\S+)", str(last(address).body))
    assert found
    return found.group(1)


def test_the_clinic_gives_another_address_and_the_old_one_is_told(
    django_capture_on_commit_callbacks,
) -> None:
    desk = make_desk("wren")
    patient = desk.plan.patient
    before = patient.email
    phone = signed_in(patient)
    page = f"/admin/walking/plan/{desk.plan.pk}/address/"
    assert "cannot read mail at" in signed_in(desk.physio).get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(desk.physio).post(page, {"email": NEW})
    assert "was told that you cannot read your mail here" in last(before).body
    assert Access.objects.filter(patient=patient, what="address_offered").exists()
    patient.refresh_from_db()
    assert patient.email == before
    assert phone.get("/today/").status_code == 200

    invitation = Invitation.objects.get(patient=patient)
    deliver_due(timezone.now())
    letter = next(each for each in mail.outbox if NEW in each.to[0])
    path = re.search(r"https?://[^/]+(/i/\S+)", str(letter.body))
    assert path
    client = Client()
    assert client.get(path.group(1)).status_code == 200
    answer = client.post(path.group(1), {"password": "a brand new phrase"})
    assert answer["Location"] == "/today/"
    patient.refresh_from_db()
    assert (patient.email, patient.check_password("a brand new phrase")) == (NEW, True)
    assert [each.email for each in EmailAddress.objects.filter(user=patient)] == [NEW]
    invitation.refresh_from_db()
    assert invitation.accepted_at
    assert client.get("/today/").status_code == 200


def test_the_second_factor_is_still_asked_for(django_capture_on_commit_callbacks) -> None:
    desk = make_desk("wren")
    patient = desk.plan.patient
    Authenticator.objects.create(user=patient, type=Authenticator.Type.TOTP, data={"secret": "x"})
    RecoveryCodes.activate(patient)
    signed_in(desk.physio).post(f"/admin/walking/plan/{desk.plan.pk}/address/", {"email": NEW})
    deliver_due(timezone.now())
    letter = next(each for each in mail.outbox if NEW in each.to[0])
    path = re.search(r"https?://[^/]+(/i/\S+)", str(letter.body))
    assert path
    client = Client()
    answer = client.post(path.group(1), {"password": "a brand new phrase"})
    assert "2fa" in answer["Location"]
    assert client.get("/today/").status_code == 302


def test_another_clinics_desk_gives_no_address() -> None:
    desk, other = make_desk("wren"), make_desk("dale")
    page = f"/admin/walking/plan/{desk.plan.pk}/address/"
    signed_in(other.physio).post(page, {"email": NEW})
    assert not Invitation.objects.filter(email=NEW).exists()
