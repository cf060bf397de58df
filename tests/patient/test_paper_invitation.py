"""From an invitation on paper to the first day: no letter goes out before the mailbox is known to be the patient's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as sent
from django.test import Client

from tests.days import START, local, on_day
from tests.patient.test_invitation import GOOD
from tests.people import EMAIL, make_invitation, make_paper_plan, make_physio, signed_in
from tests.responses import path_of, soup, text
from walking.care.enrolment.email_address import offer_address
from walking.mail.compose import Composed, compose
from walking.mail.letter import Suppressed
from walking.mail.links import invitation_url, paper_invitation_url
from walking.models import Invitation, Mail, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]


@pytest.fixture
def _clock() -> Iterator[None]:
    with on_day(1, 9):
        yield


@pytest.fixture
def invitation() -> Invitation:
    return make_invitation(on_paper=True, at=local(START, 8))


@pytest.fixture
def link(invitation: Invitation) -> str:
    return path_of(paper_invitation_url(invitation))


def welcome_of(plan: Plan) -> Composed | Suppressed:
    return compose(plan.mail.get(kind="welcome"), local(START, 9))


def test_the_sheet_shows_the_address_as_a_code_and_in_letters(invitation: Invitation) -> None:
    assert not Mail.objects.exists(), "no mail goes out"
    client = signed_in(invitation.physiotherapist)
    page = f"/admin/walking/invitation/{invitation.pk}/"
    assert f"{page}paper/" in client.get(f"{page}change/").content.decode()
    response = client.get(f"{page}paper/")
    sheet = soup(response)
    assert sheet.select_one(".code svg path")
    assert sheet.select_one(".address code").get_text() == paper_invitation_url(invitation)
    assert "Rosa Marin" in text(response)
    assert EMAIL in text(response)


def test_a_code_from_the_mailbox_signs_in_and_lets_mail_through(
    client: Client, invitation: Invitation, link: str
) -> None:
    assert client.get(link).status_code == 200
    response = client.post(link, GOOD)
    assert response.status_code == 302
    plan = Plan.objects.get()
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.get(user=plan.patient).verified
    held = welcome_of(plan)
    assert isinstance(held, Suppressed)
    assert held.reason == "The address has not been confirmed yet."

    (message,) = [each for each in sent.outbox if each.to == [EMAIL]]
    code = re.search(r"\b[A-Z0-9]{3,}-?[A-Z0-9]{3,}\b", message.body)
    assert code, message.body
    answer = client.post(response["Location"], {"code": code[0]})
    assert (answer.status_code, answer["Location"]) == (302, "/today/")
    assert client.session["_auth_user_id"] == str(plan.patient.pk)
    assert EmailAddress.objects.get(user=plan.patient).verified
    assert isinstance(welcome_of(plan), Composed)


def test_a_warning_sign_is_answered_before_any_code(client: Client, link: str) -> None:
    said = text(client.post(link, GOOD | {"flag_leg_weakness": "yes"}, follow=True))
    assert "Get emergency help now" in said
    assert not EmailAddress.objects.get(email=EMAIL).verified
    assert Mail.objects.filter(kind="urgent").count() == 1, (
        "the physiotherapist is told all the same"
    )


def test_the_mails_link_still_shows_the_mailbox(client: Client, invitation: Invitation) -> None:
    client.post(path_of(invitation_url(invitation)), GOOD)
    assert EmailAddress.objects.get(email=EMAIL).verified


@pytest.mark.database
def test_it_is_used_once(client: Client, invitation: Invitation, link: str) -> None:
    client.post(link, GOOD)
    assert "accepted already" in text(Client().get(link))
    desk = signed_in(invitation.physiotherapist)
    page = text(desk.get(f"/admin/walking/invitation/{invitation.pk}/paper/", follow=True))
    assert "This invitation is not open any more. Invite once more." in page


def test_paper_sets_no_password_of_a_known_patient(client: Client) -> None:
    physio = make_physio()
    plan = make_paper_plan(physio, at=local(START, 8))
    offered = offer_address(plan, email="ida@home.example", by=physio, at=local(START, 8))
    assert "not complete" in text(client.get(path_of(paper_invitation_url(offered))))
    page = f"/admin/walking/invitation/{offered.pk}/paper/"
    assert "not open any more" in text(signed_in(physio).get(page, follow=True))


def test_another_clinic_prints_nothing(invitation: Invitation) -> None:
    stranger = signed_in(make_physio())
    response = stranger.get(f"/admin/walking/invitation/{invitation.pk}/paper/")
    assert response.status_code in (302, 404)
    assert "/i/" not in response.content.decode()
