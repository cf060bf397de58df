"""Only the shared cast is used: no other test module makes clinics or plans in its own way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.people import (
    ANNA,
    CLINICS,
    EMAIL,
    IDA,
    ROSA,
    insert_invitation,
    insert_plan,
    make_clinic,
    make_invitation,
    make_manager,
    make_operator,
    make_paper_plan,
    make_physio,
    make_plan,
    signed_in,
)
from walking.models import Mail, Plan

TESTS = Path(__file__).parent
MAKER = re.compile(
    r"\bClinic\.objects\.create\(|\.create_(?:super)?user\(|\benrol_on_paper\("
    r"|^def (?:make|insert)_(?:clinic|user|physio|manager|operator|patient|plan|paper_plan|invitation)\(",
    re.MULTILINE,
)
ELSEWHERE = {
    "people.py",
    # Contains code that runs inside Waymark, where tests/people.py may be missing.
    "week.py",
    # Tests that the method itself refuses staff without an address.
    "care/test_on_behalf.py",
}


def test_nothing_else_makes_clinics_and_plans() -> None:
    found = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if MAKER.search(path.read_text("utf-8"))
    }
    assert found == ELSEWHERE


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
def test_names_do_not_depend_on_what_was_made_before() -> None:
    assert tuple(make_clinic().name for _clinic in CLINICS) == CLINICS
    with pytest.raises(AssertionError, match="name"):
        make_clinic()
    first, second = make_physio(make_clinic(name="Own")), make_physio(make_clinic(name="Other"))
    assert first.name == second.name
    assert len(first.email) == len(second.email)


@pytest.mark.django_db
def test_someone_on_paper_has_a_plan_and_no_address() -> None:
    plan = make_paper_plan()
    assert (plan.patient.name, plan.patient.email, plan.status) == (IDA, "", Plan.Status.ACTIVE)
    assert not Mail.objects.exists()


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
    assert signed_in(plan.physiotherapist).get("/admin/walking/plan/").status_code == 200
    assert signed_in(make_operator()).get("/admin/walking/plan/").status_code == 200
