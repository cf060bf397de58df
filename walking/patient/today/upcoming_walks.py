"""The walks planned for the running week and the next ones, on the patient's days and at the patient's hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from walking.care.diary.habits import walk_days
from walking.models import Absence, Habit, Plan, Week
from walking.programme import weeks

#: Number of weeks shown after the running one. Their dose is not known yet, so they show no minutes.
WEEKS_AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class PlannedWalk:
    """``number`` counts the walks of its week. ``minutes`` is None if the dose is not known yet. ``lasts`` is the time
    that the calendar reserves."""

    week: int
    number: int
    starts: dt.datetime
    minutes: int | None
    lasts: dt.timedelta


def planned_days(week: Week, habit: Habit) -> list[dt.date]:
    """Return the days of the running week on which walks are planned."""
    return walk_days(week.starts, week.days, habit.weekdays)


def walks_ahead(
    plan: Plan, week: Week | None, habit: Habit, absences: Collection[Absence]
) -> list[PlannedWalk]:
    """Return the walks from the running week's first day on. None while the plan is paused or completed, or on days
    away."""
    if plan.status != Plan.Status.ACTIVE or week is None:
        return []
    found = []
    for later in range(WEEKS_AHEAD + 1):
        if week.number + later > plan.length_weeks:
            break
        first = week.starts + dt.timedelta(weeks=later)
        minutes = _minutes_by_day(week) if later == 0 else None
        days = walk_days(first, week.days, habit.weekdays)
        for number, day in enumerate(days, start=1):
            if any(absence.covers(day) for absence in absences):
                continue
            known = minutes[(day - first).days] if minutes else None
            found.append(
                PlannedWalk(
                    week=week.number + later,
                    number=number,
                    starts=weeks.at_local(day, habit.hour, plan.patient.zone),
                    minutes=known,
                    lasts=dt.timedelta(minutes=known or week.minutes),
                )
            )
    return found


def _minutes_by_day(week: Week) -> Sequence[int]:
    doses = week.doses_by_day() or (week.dose,) * 7
    return [dose.minutes for dose in doses]
