"""The shared cast is the only one: no other test module makes clinics or plans in a way of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.people import (
    ANNA,
    EMAIL,
    ROSA,
    insert_invitation,
    insert_plan,
    make_invitation,
    make_manager,
    make_physio,
    make_plan,
    signed_in,
)
from walking.models import Mail, Plan

TESTS = Path(__file__).parent
MAKER = re.compile(
    r"\bClinic\.objects\.create\(|^def make_(?:clinic|user|physio|manager|patient|plan|invitation)\(",
    re.MULTILINE,
)
#: week.py has code that runs inside Waymark, where tests/people.py may be missing.
ELSEWHERE = {"people.py", "week.py", "test_people.py"}


def test_nothing_else_makes_clinics_and_plans() -> None:
    found = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if path.name not in ELSEWHERE and MAKER.search(path.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.django_db
def test_a_plan_is_made_by_the_use_cases_or_only_written() -> None:
    made = make_plan()
    assert (made.patient.name, made.patient.email) == (ROSA, EMAIL)
    assert Mail.objects.filter(plan=made).exists()

    written = insert_plan(week_number=3)
    assert (written.patient.name, written.weeks.count()) == (ANNA, 3)
    assert not Mail.objects.filter(plan=written).exists()


@pytest.mark.django_db
def test_people_are_at_a_clinic_of_their_own_unless_told_otherwise() -> None:
    rosa, anna = make_plan(), make_plan(name=ANNA)
    assert rosa.clinic != anna.clinic
    colleague = make_physio(rosa.clinic)
    assert make_plan(colleague, name="Bill Ohm").clinic == rosa.clinic
    assert make_manager(rosa.clinic).clinic == rosa.clinic


@pytest.mark.django_db
def test_invitations_are_sent_or_only_written() -> None:
    sent = make_invitation()
    assert Mail.objects.filter(invitation=sent).exists()
    written = insert_invitation(at=sent.created_at)
    assert not Mail.objects.filter(invitation=written).exists()
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_they_can_be_signed_in() -> None:
    plan = make_plan()
    assert signed_in(plan.patient).get("/settings/").status_code == 200
    assert plan.physiotherapist is not None
    assert signed_in(plan.physiotherapist).get("/admin/").status_code == 200
