"""Screening before anybody is enrolled: asked at the desk, kept for good, shown in the story."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.desk.desk import enrolled
from tests.desk.test_invitations import ADD, GOOD, text
from tests.people import FIT, make_physio, signed_in
from walking.care.enrolment.enrol import invite
from walking.care.refusal import Refused
from walking.models import Invitation, Mail, Screening
from walking.models.facts import FactIsFinal
from walking.programme.dose import Dose
from walking.programme.screening import Screened, baseline_minutes
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def physio() -> User:
    return make_physio()


@pytest.fixture
def client(physio: User) -> Client:
    return signed_in(physio)


def errors(response: Any) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [error.get_text(" ", strip=True) for error in page.select(".field-errors")]


def test_the_answers_are_kept_with_the_invitation(client: Client, physio: User) -> None:
    page = text(client.post(ADD, GOOD, follow=True))
    kept = Screening.objects.get()
    assert kept.invitation == Invitation.objects.get()
    assert (kept.by, kept.criteria, kept.comfortable_minutes) == (physio, "2026-11", 25)
    assert "Meets all criteria · walks 25 minutes comfortably" in page


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("adult", "Treat younger people without it."),
        ("no_red_flag", "Refer the patient to a doctor first."),
        ("safe_to_walk", "Clear up first"),
        ("recovered", "Say why this patient should start all the same"),
    ],
)
def test_a_criterion_that_does_not_hold_keeps_out_and_says_what_to_do(
    client: Client, criterion: str, words: str
) -> None:
    response = client.post(ADD, {name: value for name, value in GOOD.items() if name != criterion})
    assert [words in error for error in errors(response)] == [True]
    assert "See you soon" in text(response), "nothing that was typed is lost"
    assert not Invitation.objects.exists()
    assert not Mail.objects.exists()


def test_who_has_not_recovered_may_start_for_a_reason(client: Client) -> None:
    given = {name: value for name, value in GOOD.items() if name != "recovered"}
    page = text(client.post(ADD, given | {"reason": "Eight months ago, and afraid"}, follow=True))
    assert Screening.objects.get().reason == "Eight months ago, and afraid"
    assert "starts all the same" in page


def test_nobody_begins_with_more_than_is_comfortable(client: Client) -> None:
    response = client.post(ADD, GOOD | {"comfortable_minutes": 7, "baseline_minutes": 8})
    assert errors(response) == [
        "That is more than the patient walks comfortably. Begin with 7 or less."
    ]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("minutes", ["", "4", "241", "a while"])
def test_comfortable_minutes_are_a_number_that_can_be(client: Client, minutes: str) -> None:
    response = client.post(ADD, GOOD | {"comfortable_minutes": minutes})
    assert errors(response) == ["Choose a whole number from 5 to 240."]


def test_the_use_case_refuses_by_itself(physio: User) -> None:
    unfit = Screened(
        adult=True, no_red_flag=False, safe_to_walk=True, recovered=True, comfortable_minutes=20
    )
    with pytest.raises(Refused) as refused:
        invite(
            by=physio, email="a@b.example", name="A", programme=Programme(), screened=unfit,
            at=timezone.now(),
        )  # fmt: skip
    assert refused.value.field == "no_red_flag"


def test_the_database_refuses_whom_walking_could_harm(client: Client) -> None:
    client.post(ADD, GOOD)
    kept = Screening.objects.get()
    other = Invitation.objects.get()
    other.pk, other.email, other.nonce = None, "other@home.example", "another"
    other.save(force_insert=True)
    for wrong in (
        {"no_red_flag": False}, {"adult": False}, {"safe_to_walk": False}, {"recovered": False},
        {"comfortable_minutes": 4}, {"invitation": None},
    ):  # fmt: skip
        fields = {
            "invitation": other, "criteria": kept.criteria, "adult": True, "no_red_flag": True,
            "safe_to_walk": True, "recovered": True, "comfortable_minutes": 20, "by": kept.by,
            "at": kept.at,
        }  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Screening.objects.create(**(fields | wrong))


def test_the_answers_are_final(client: Client) -> None:
    client.post(ADD, GOOD)
    with pytest.raises(FactIsFinal):
        Screening.objects.update(adult=False)


def test_the_story_begins_with_it(client: Client, physio: User) -> None:
    plan = enrolled(physio, name="Rosa Marin", email="rosa@example.org")
    page = text(client.get(f"/admin/walking/plan/{plan.pk}/change/"))
    assert "Screened" in page
    assert "Walks 60 minutes comfortably" in page


def test_the_baseline_that_fits() -> None:
    assert baseline_minutes(8, Dose(30, 5)) == 8
    assert baseline_minutes(60, Dose(30, 5)) == 30
    assert FIT.unmet is None
