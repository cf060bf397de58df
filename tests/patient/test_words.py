"""What a physiotherapist says with a change, on the page of today."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from walking.care.plan.pause import pause
from walking.care.plan.settings_change import change_settings
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.settings import Programme


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk("hill")


def today(plan: Plan) -> str:
    return signed_in(plan.patient).get("/today/").content.decode()


def test_the_patient_reads_the_words_and_never_the_reason(desk: Desk) -> None:
    plan = desk.plan
    change_settings(
        plan, programme=Programme(goal=Dose(20, 5)), programme_version=None,
        from_week=plan.week_number + 1, reason="Knee hurts too", message="A nearer goal for now.",
        by=desk.physio, at=timezone.now(), version=plan.version,
    )  # fmt: skip
    page = today(plan)
    assert "A nearer goal for now." in page
    assert "hill Physio" in page
    assert "Knee hurts" not in page


def test_a_paused_plan_shows_the_words_too(desk: Desk) -> None:
    pause(
        desk.plan, note="Surgery", message="Rest well. I will call you.", by=desk.physio,
        at=timezone.now(), version=desk.plan.version,
    )  # fmt: skip
    page = today(Plan.objects.get(pk=desk.plan.pk))
    assert "Rest well. I will call you." in page
    assert "Surgery" not in page
