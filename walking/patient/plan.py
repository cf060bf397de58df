"""The plan: the weeks so far and why each was as it was, and the way ahead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from walking.care.adjust import pending
from walking.models import Plan, Review, Week
from walking.patient.access import patient_page
from walking.pictures import chart
from walking.programme.dose import Dose
from walking.programme.ladder import ladder, raised
from walking.programme.review import Decision
from walking.programme.weeks import local_day

_DECIDED = {
    Decision.ADVANCE: _("A step up"),
    Decision.HOLD: _("Stayed the same"),
    Decision.EASE: _("Eased"),
    Decision.STOP: _("Paused"),
    Decision.ADJUST: _("Set by your physiotherapist"),
}


@dataclass(frozen=True, slots=True)
class PastWeek:
    """A week with what was walked in it, and what its review said; no review while it runs, or if a pause cut it."""

    week: Week
    minutes: int
    days: int
    review: Review | None
    decided: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step still to come: its dose, and the earliest week for it."""

    dose: Dose
    week: int
    starts: dt.date
    is_goal: bool
    is_set: bool = False


@require_safe
@patient_page
def plan(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The whole journey, in seven queries whatever its length."""
    today = local_day(at, plan.patient.zone)
    weeks = _weeks(plan, today)
    running = weeks[-1] if weeks and weeks[-1].is_now else None
    ahead = _ahead(plan, running.week) if running else []
    rungs = ladder(plan.programme)
    dose = weeks[-1].week.dose if weeks else None
    context = {
        "plan": plan,
        "weeks": list(reversed(weeks)),
        "running": running,
        "has_begun": today >= plan.start,
        "ahead": ahead,
        "reaches_goal": bool(ahead) and ahead[-1].is_goal,
        "goal": plan.programme.goal,
        "rungs": len(rungs),
        "rung": sum(1 for rung in rungs if dose and rung.total <= dose.total),
        "total": sum(week.minutes for week in weeks),
        "chart": chart(
            [(week.week.number, week.minutes, week.week.dose.total) for week in weeks],
            now=running.week.number if running else None,
        ),
    }
    return render(request, "patient/plan.html", context)


def _weeks(plan: Plan, today: dt.date) -> list[PastWeek]:
    reviews = {
        review.week_number: review for review in plan.reviews.defer("inputs").order_by("revision")
    }
    walked: dict[dt.date, int] = {}
    for day, minutes in plan.walks.kept().values_list("day", "minutes"):
        walked[day] = walked.get(day, 0) + minutes
    weeks = []
    for week in plan.weeks.order_by("number"):
        by_day = [minutes for day, minutes in walked.items() if week.contains(day)]
        review = reviews.get(week.number)
        weeks.append(
            PastWeek(
                week=week,
                minutes=sum(by_day),
                days=len(by_day),
                review=review,
                decided=str(_DECIDED[Decision(review.decision)]) if review else "",
                is_now=plan.status == Plan.Status.ACTIVE and week.number == plan.week_number,
            )
        )
    return weeks


def _ahead(plan: Plan, week: Week) -> list[Step]:
    """The steps up from here, one after as many good weeks as the plan takes on each."""
    programme, number = plan.programme, week.number
    dose = week.dose
    steps = []
    adjustment = pending(plan)
    if adjustment is not None and adjustment.dose is not None:
        dose, number = adjustment.dose, number + 1
        steps.append(_step(plan, week, dose, number, is_set=True))
    if not steps:
        # Good weeks on this dose that are done already bring the next step nearer.
        number -= min(plan.good_weeks, programme.weeks_per_rung - 1)
    while (following := raised(programme, dose)) != dose:
        number += programme.weeks_per_rung
        if number > plan.length_weeks:
            break
        dose = following
        steps.append(_step(plan, week, dose, number))
    return steps


def _step(plan: Plan, week: Week, dose: Dose, number: int, *, is_set: bool = False) -> Step:
    starts = week.starts + dt.timedelta(weeks=number - week.number)
    return Step(dose, number, starts, dose.total >= plan.programme.goal.total, is_set)
