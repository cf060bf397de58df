"""Inviting patients from the desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.people import insert_invitation, insert_plan, make_operator, make_physio, signed_in
from walking.models import Invitation, Mail
from walking.programme.dose import Dose
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db

LIST, ADD = "/admin/walking/invitation/", "/admin/walking/invitation/add/"
GOOD: dict[str, Any] = {
    "email": "olga@home.example", "name": "Olga Stein", "message": "See you soon",
    "baseline_minutes": 8, "baseline_days": 3, "goal_minutes": 30, "goal_days": 5, "pace": "gentle",
    "weekly_increase": "", "weeks_per_rung": "", "length_weeks": 26,
    "adult": "on", "no_red_flag": "on", "safe_to_walk": "on", "recovered": "on", "comfortable_minutes": 25,
}  # fmt: skip


@pytest.fixture
def physio() -> User:
    return make_physio()


@pytest.fixture
def client(physio: User) -> Client:
    return signed_in(physio)


def text(response: HttpResponse) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_it_invites_at_a_pace(client: Client, physio: User) -> None:
    response = client.post(ADD, GOOD, follow=True)
    assert "Olga Stein is invited. The mail is on its way." in text(response)
    invitation = Invitation.objects.get()
    assert (invitation.clinic, invitation.physiotherapist) == (physio.clinic, physio)
    assert invitation.programme == Programme(Dose(8, 3), Dose(30, 5), 10, 2, 26)
    assert invitation.message == "See you soon"
    assert invitation.mail.get().kind == Mail.Kind.INVITATION


def test_it_invites_at_own_numbers(client: Client) -> None:
    client.post(
        ADD,
        GOOD | {"pace": "own", "weekly_increase": 12, "weeks_per_rung": 3, "allow_faster": "on"},
    )
    programme = Invitation.objects.get().programme
    assert (programme.weekly_increase, programme.weeks_per_rung) == (12, 3)
    assert programme.allow_faster


def test_it_shows_the_ladder_before_it_invites(client: Client) -> None:
    page = text(client.post(ADD, GOOD | {"_preview": "1", "pace": "brisk", "baseline_minutes": 20}))
    assert "The ladder" in page
    assert "20 min × 3 days 60" in page
    assert "The goal can be reached in week" in page
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "nonsense"}, "That is no email address. Write it like anna@example.org."),
        ({"email": ""}, "Give the patient's email address."),
        ({"name": " "}, "Give the patient's name."),
        ({"baseline_minutes": 4}, "Choose a whole number from 5 to 60."),
        ({"baseline_days": 8}, "Choose a whole number from 1 to 7."),
        ({"goal_minutes": 7}, "Choose 8 minutes or more for the goal"),
        ({"goal_days": 2}, "Choose 3 days or more for the goal"),
        ({"length_weeks": 53}, "Choose a whole number from 1 to 52."),
        ({"length_weeks": ""}, "Choose a whole number from 1 to 52."),
        ({"pace": "frantic"}, "Select a valid choice."),
        ({"pace": "own", "weekly_increase": 6, "weeks_per_rung": 1}, "Choose a whole number from 7 to 30."),
        ({"pace": "own", "weekly_increase": 10}, "Choose a whole number from 1 to 4."),
    ],
)  # fmt: skip
def test_it_says_beside_the_field_what_to_correct(
    client: Client, changed: dict[str, Any], words: str
) -> None:
    response = client.post(ADD, GOOD | changed)
    errors = BeautifulSoup(response.content, "html.parser").select(".field-errors")
    assert [words in error.get_text() for error in errors] == [True]
    assert "See you soon" in text(response)
    assert not Invitation.objects.exists()


def test_it_ignores_own_numbers_that_a_named_pace_makes_void(client: Client) -> None:
    client.post(ADD, GOOD | {"weekly_increase": "99", "weeks_per_rung": "x"})
    assert Invitation.objects.get().weekly_increase == 10


def test_it_does_not_invite_an_address_twice(client: Client) -> None:
    client.post(ADD, GOOD)
    response = client.post(ADD, GOOD)
    assert "This address has an open invitation already. Take it back first." in text(response)
    assert Invitation.objects.count() == 1


def test_it_takes_no_clinic_or_person_from_the_form(client: Client, physio: User) -> None:
    other = make_physio()
    extra = {"clinic": other.clinic_id, "physiotherapist": other.pk, "accepted_at_0": "2026-01-01"}
    client.post(ADD, GOOD | extra)
    invitation = Invitation.objects.get()
    assert (invitation.clinic, invitation.physiotherapist) == (physio.clinic, physio)
    assert invitation.accepted_at is None


@pytest.mark.database
def test_it_names_what_became_of_each(client: Client, physio: User) -> None:
    now = timezone.now()
    insert_invitation(physio, at=now, name="Wanda")
    insert_invitation(physio, at=now - dt.timedelta(days=30), name="Ed")
    insert_invitation(physio, at=now, name="Tess", revoked_at=now)
    insert_invitation(
        physio, at=now, name="Ada", accepted_at=now, plan=insert_plan(physiotherapist=physio)
    )

    def names(state: str) -> list[str]:
        page = BeautifulSoup(client.get(LIST, {"state": state}).content, "html.parser")
        return [cell.get_text(strip=True) for cell in page.select("#result_list tbody th")]

    assert names("waiting") == ["Wanda"]
    assert names("expired") == ["Ed"]
    assert names("taken_back") == ["Tess"]
    assert names("accepted") == ["Ada"]
    page = text(client.get(LIST))
    for words in ("Waiting", "Expired", "Taken back", "Accepted"):
        assert words in page


@pytest.mark.database
def test_it_takes_one_back_after_asking(client: Client) -> None:
    client.post(ADD, GOOD)
    invitation = Invitation.objects.get()
    address = f"{LIST}{invitation.pk}/take-back/"
    assert "Take the invitation back?" in text(client.get(address))
    assert Invitation.objects.get().revoked_at is None
    assert "Taken back" in text(client.post(address, follow=True))
    assert Invitation.objects.get().revoked_at is not None


def test_it_does_not_take_back_what_was_accepted(client: Client, physio: User) -> None:
    now = timezone.now()
    accepted = insert_invitation(
        physio, at=now, accepted_at=now, plan=insert_plan(physiotherapist=physio)
    )
    page = text(client.post(f"{LIST}{accepted.pk}/take-back/", follow=True))
    assert "This invitation has been accepted, so it cannot be taken back." in page
    assert Invitation.objects.get().revoked_at is None


def test_an_operator_of_no_clinic_cannot_invite() -> None:
    operator = make_operator()
    assert signed_in(operator).post(ADD, GOOD).status_code == 403
