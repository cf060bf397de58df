"""Two clinics with everything a desk can show, made by the use cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Clinic, User
from tests.people import make_clinic, make_invitation, make_manager, make_physio, make_plan
from walking.care.diary import walks
from walking.care.pain import episodes
from walking.care.plan import adjust
from walking.care.weeks.check_in import check_in
from walking.care.weeks.reviews import catch_up
from walking.models import CheckIn, Invitation, Plan
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn as Answers
from walking.programme.facts import Difficulty
from walking.programme.settings import Programme


def enrolled(physio: User, *, name: str, email: str, days_ago: int = 10, **programme: Any) -> Plan:
    """A plan that a patient accepted ``days_ago``."""
    at = timezone.now() - dt.timedelta(days=days_ago)
    invitation = make_invitation(physio, email, name=name, programme=Programme(**programme), at=at)
    start = timezone.localtime(at, physio.zone).date()
    return make_plan(invitation=invitation, password=None, start=start, at=at)


def week_walked(
    plan: Plan, *, pain: int | None = None, words: str = "", flare_up: bool = False
) -> Plan:
    """The running week walked in full, answered on its last day, and reviewed up to now."""
    week = plan.weeks.get(number=plan.week_number)
    noon = dt.time(12)
    for number in range(week.days):
        day = week.starts + dt.timedelta(days=number)
        at = dt.datetime.combine(day, noon, tzinfo=plan.patient.zone)
        walks.log_walk(plan, day=day, minutes=week.minutes, pain=pain, by=plan.patient, at=at)
    at = dt.datetime.combine(week.ends, dt.time(18), tzinfo=plan.patient.zone)
    answers = Answers(
        pain=pain, difficulty=Difficulty.ABOUT_RIGHT, confidence=8, flare_up=flare_up, red_flags=()
    )
    check_in(
        plan, week_number=week.number, answers=answers, words=words, via=CheckIn.Via.MAIL,
        by=plan.patient, at=at,
    )  # fmt: skip
    return catch_up(Plan.objects.get(pk=plan.pk), timezone.now())


@dataclass(frozen=True, slots=True)
class Desk:
    """A clinic, its people, one plan with a history, and an open invitation."""

    clinic: Clinic
    physio: User
    colleague: User
    manager: User
    plan: Plan
    invitation: Invitation
    secrets: tuple[str, ...]


def make_desk(mark: str) -> Desk:
    """``mark`` is in every word by which this clinic's records could be told."""
    clinic = make_clinic(name=f"{mark} Clinic", email=f"desk@{mark}.example")
    physio = make_physio(clinic, name=f"{mark} Physio", email=f"physio@{mark}.example")
    colleague = make_physio(clinic, name=f"{mark} Colleague", email=f"colleague@{mark}.example")
    manager = make_manager(clinic, name=f"{mark} Manager", email=f"manager@{mark}.example")
    plan = enrolled(physio, name=f"{mark} Patient", email=f"patient@{mark}.example")
    plan = week_walked(plan, pain=2, words=f"{mark} words of the patient")
    adjust.set_next_dose(
        plan, dose=Dose(12, 4), reason=f"{mark} reason", message=f"{mark} message", by=physio,
        at=timezone.now(), version=plan.version,
    )  # fmt: skip
    episodes.answer_month(
        plan, month=1, happened=False, by=plan.patient,
        at=timezone.now() + dt.timedelta(days=40),
    )  # fmt: skip
    invitation = make_invitation(
        physio,
        f"invited@{mark}.example",
        f"{mark} hello",
        name=f"{mark} Invited",
        at=timezone.now(),
    )
    return Desk(
        clinic, physio, colleague, manager, Plan.objects.get(pk=plan.pk), invitation, (mark,)
    )


def hidden_fields(page: str) -> dict[str, str]:
    """The names and values of a page's hidden inputs."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(page, "html.parser")
    form = soup.select_one("form.desk-form")
    assert form is not None
    return {
        field["name"]: field.get("value", "")
        for field in form.select("input[type=hidden]")
        if field["name"] != "csrfmiddlewaretoken"
    }
