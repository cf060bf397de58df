"""The plan: the way from the baseline to the goal, the weeks so far with their reasons, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from walking.care.plan.adjust import pending
from walking.models import Plan, Review, Week
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.patient.plan.journey import journey
from walking.patient.plan.pain_chart import pain_chart
from walking.patient.today.milestones import GOOD, in_words
from walking.pictures import chart
from walking.programme.dose import Dose
from walking.programme.ladder import ladder
from walking.programme.milestones import Walked, reached
from walking.programme.outlook import outlook
from walking.programme.review import Decision
from walking.programme.weeks import local_day

#: This many recent weeks are shown at once, the older ones behind a link.
LATEST = 4

_DECIDED = {
    Decision.ADVANCE: _("A step up"),
    Decision.HOLD: _("Stayed the same"),
    Decision.EASE: _("Eased"),
    Decision.STOP: _("Paused"),
    Decision.ADJUST: _("Set by your physiotherapist"),
}


@dataclass(frozen=True, slots=True)
class PastWeek:
    """A week with its walks and its review. No review while it runs, or if a pause ended it early.

    ``pains``: the day (1-7) and pain of each walk that has one. ``highest`` of those and the check-in, or None.
    """

    week: Week
    walks: int
    longest: int
    minutes: int
    days: int
    pains: tuple[tuple[int, int], ...]
    highest: int | None
    review: Review | None
    decided: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A future step: its dose and its earliest week."""

    dose: Dose
    week: int
    starts: dt.date
    is_goal: bool
    is_set: bool = False


@require_safe
@kept_offline
@patient_page
def plan(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The whole plan, in eight queries whatever its length."""
    today = local_day(at, plan.patient.zone)
    weeks = _weeks(plan)
    running = weeks[-1] if weeks and weeks[-1].is_now else None
    ahead = _ahead(plan, running.week) if running else []
    programme = plan.programme
    rungs = ladder(programme)
    dose = weeks[-1].week.dose if weeks else programme.baseline
    newest = list(reversed(weeks))
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "weeks": newest,
        "latest": newest[:LATEST],
        "older": newest[LATEST:],
        "running": running,
        "has_begun": today >= plan.start,
        "ahead": ahead,
        "reaches_goal": bool(ahead) and ahead[-1].is_goal,
        "at_goal": dose.total >= programme.goal.total,
        "baseline": programme.baseline,
        "goal": programme.goal,
        "dose": dose,
        "rungs": len(rungs),
        "rung": max(1, sum(1 for rung in rungs if rung.total <= dose.total)),
        "journey": journey(rungs, dose),
        "total": sum(week.minutes for week in weeks),
        "milestones": in_words(reached(_walked(plan, weeks, today))),
        "minutes": chart(
            [(week.week.number, week.minutes, week.week.dose.total) for week in weeks],
            now=running.week.number if running else None,
        ),
        "pain": pain_chart([(week.week.number, week.highest, week.pains) for week in weeks]),
        "episodes": list(plan.recurrences.episodes().order_by("-episode")),
    }
    return render(request, "patient/plan.html", context)


def _walked(plan: Plan, weeks: list[PastWeek], today: dt.date) -> Walked:
    good = [week for week in weeks if week.review and week.review.adherence >= GOOD]
    at_goal = [week for week in good if week.week.first_dose.total >= plan.programme.goal.total]
    return Walked(
        walks=sum(week.walks for week in weeks),
        minutes=sum(week.minutes for week in weeks),
        longest=max((week.longest for week in weeks), default=0),
        good_weeks=len(good),
        goal_weeks=len(at_goal),
        weeks=max(0, (today - plan.start).days // 7),
    )


def _weeks(plan: Plan) -> list[PastWeek]:
    reviews = {
        review.week_number: review for review in plan.reviews.defer("inputs").order_by("revision")
    }
    walks: dict[dt.date, list[tuple[int, int | None]]] = defaultdict(list)
    for day, minutes, pain in (
        plan.walks.kept().order_by("pk").values_list("day", "minutes", "pain")
    ):
        walks[day].append((minutes, pain))
    return [
        _past_week(plan, week, walks, reviews.get(week.number))
        for week in plan.weeks.order_by("number")
    ]


def _past_week(
    plan: Plan,
    week: Week,
    walks: dict[dt.date, list[tuple[int, int | None]]],
    review: Review | None,
) -> PastWeek:
    length = (week.ends - week.starts).days + 1
    by_day = [
        (offset + 1, walks[day])
        for offset in range(length)
        if (day := week.starts + dt.timedelta(days=offset)) in walks
    ]
    pains = tuple(
        (number, pain) for number, of_day in by_day for _minutes, pain in of_day if pain is not None
    )
    highest = max((pain for _day, pain in pains), default=None)
    return PastWeek(
        week=week,
        minutes=sum(minutes for _number, of_day in by_day for minutes, _pain in of_day),
        days=len(by_day),
        walks=sum(len(of_day) for _day, of_day in by_day),
        longest=max((minutes for _day, of_day in by_day for minutes, _pain in of_day), default=0),
        pains=pains,
        highest=review.pain if review else highest,
        review=review,
        decided=str(_DECIDED[Decision(review.decision)]) if review else "",
        is_now=plan.status == Plan.Status.ACTIVE and week.number == plan.week_number,
    )


def _ahead(plan: Plan, week: Week) -> list[Step]:
    """Return each change of the dose, with its earliest week, if every week from now on is a good one."""
    adjustment = pending(plan)
    chosen = adjustment.dose if adjustment is not None else None
    doses = outlook(
        plan.programme,
        plan.state,
        week.dose,
        week=week.number,
        adjustment=chosen,
        flare_up_acted=week.eased_from is not None,
    )
    steps, before = [], week.dose
    for weeks_on, dose in enumerate(doses, start=1):
        is_set = weeks_on == 1 and chosen is not None
        if dose != before or is_set:
            steps.append(
                Step(
                    dose=dose,
                    week=week.number + weeks_on,
                    starts=week.starts + dt.timedelta(weeks=weeks_on),
                    is_goal=dose.total >= plan.programme.goal.total,
                    is_set=is_set,
                )
            )
        before = dose
    return steps
