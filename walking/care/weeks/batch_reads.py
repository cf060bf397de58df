"""Loads the records for a batch of reviews, in the same number of statements whatever its size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F

from walking.care.weeks.decisions import Known, Walked
from walking.models import Absence, Adjustment, CheckIn, Plan, PlanChange, Walk, Week


def running_weeks(plans: Sequence[Plan]) -> dict[int, Known]:
    """Return the records of each plan's running week, by plan id."""
    ids = [plan.pk for plan in plans]
    weeks = Week.objects.filter(plan_id__among=ids, number=F("plan__week_number")).order_by()
    return _known(ids, list(weeks))


def known_of(plan: Plan, week: Week) -> Known:
    """Return the records of one week, running or past."""
    return _known([plan.pk], [week])[plan.pk]


def _known(ids: list[int], weeks: list[Week]) -> dict[int, Known]:
    """Return the records of ``weeks``, at most one for each plan, by plan id."""
    if not weeks:
        return {}
    by_plan = {week.plan_id: week for week in weeks}
    numbers = {week.number for week in weeks}

    walks: dict[int, list[Walked]] = defaultdict(list)
    # The weeks of a batch are due together, so their dates are close and one range covers them.
    first, last = min(week.starts for week in weeks), max(week.ends for week in weeks)
    kept = Walk.objects.kept().filter(plan_id__among=ids, day__gte=first, day__lte=last)
    # Walks are most of what a batch reads. Model instances would double its cost.
    for plan_id, *walk in kept.order_by().values_list("plan_id", *Walked._fields):
        walked = Walked(*walk)
        if by_plan[plan_id].contains(walked.day):
            walks[plan_id].append(walked)

    check_ins: dict[int, CheckIn] = {}
    for answer in CheckIn.objects.filter(plan_id__among=ids, week_number__in=numbers).order_by(
        "revision"
    ):
        if answer.week_number == by_plan[answer.plan_id].number:
            check_ins[answer.plan_id] = answer

    adjustments: dict[int, Adjustment] = {}
    for adjustment in Adjustment.objects.filter(
        plan_id__among=ids, week_number__in=numbers
    ).order_by("revision"):
        if adjustment.week_number == by_plan[adjustment.plan_id].number:
            adjustments[adjustment.plan_id] = adjustment

    changes: dict[int, PlanChange | None] = {}
    waiting = PlanChange.objects.filter(plan_id__among=ids, from_week__gt=F("plan__week_number"))
    for change in waiting.select_related("programme_version").order_by("revision"):
        follows = not change.withdrawn and change.from_week == by_plan[change.plan_id].number + 1
        changes[change.plan_id] = change if follows else None

    away: dict[int, int] = defaultdict(int)
    absences = Absence.objects.standing().filter(
        plan_id__among=ids, first__lte=last, last__gte=first, said_on__lte=F("last")
    )
    for absence in absences.order_by():
        away[absence.plan_id] += _days_told_ahead(absence, by_plan[absence.plan_id])

    return {
        plan_id: Known(
            week,
            walks[plan_id],
            check_ins.get(plan_id),
            adjustments.get(plan_id),
            away.get(plan_id, 0),
            changes.get(plan_id),
        )
        for plan_id, week in by_plan.items()
    }


def _days_told_ahead(absence: Absence, week: Week) -> int:
    """Return how many days of the week the absence covers, without those that were past when it was reported."""
    first = max(absence.first, absence.said_on, week.starts)
    return max(0, (min(absence.last, week.ends) - first).days + 1)
