"""When a plan's next things fall due: the columns ``next_…_at``, in UTC, from the patient's local calendar."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from walking.models import Plan, Week
from walking.programme import weeks

#: The monthly question goes on to this month from the start (the trial asked for 12 to 36).
QUESTION_MONTHS = 12


def make_due(plan: Plan, week: Week) -> None:
    """Set what is due in ``week``, which from now on is the running one. Does not save."""
    plan.week_number = week.number
    plan.next_review_at, plan.next_check_in_at = _due_in_week(
        week.starts, plan.check_in_time, plan.patient.zone
    )


@lru_cache(maxsize=4096)
def _due_in_week(
    starts: dt.date, check_in_time: dt.time, zone: ZoneInfo
) -> tuple[dt.datetime, dt.datetime]:
    """The review and the check-in. Many plans of a batch share the day, the time and the zone."""
    return weeks.review_due(starts, zone), weeks.check_in_due(starts, check_in_time, zone)


def make_idle(plan: Plan) -> None:
    """Nothing weekly is due any more: the plan is paused or completed. Does not save."""
    plan.next_review_at = None
    plan.next_check_in_at = None


def question_due(plan: Plan, month: int) -> dt.datetime | None:
    """When the question of ``month`` is due, or None after the last."""
    if month > QUESTION_MONTHS:
        return None
    return weeks.month_due(plan.start, month, plan.patient.zone)


def running_week(plan: Plan) -> Week:
    """The plan's running week. Raises ``Week.DoesNotExist`` before the first has begun."""
    return plan.weeks.get(number=plan.week_number)


def new_week(
    plan: Plan, *, number: int, starts: dt.date, minutes: int, days: int, origin: str
) -> Week:
    """A week of seven days, not saved."""
    return Week(
        plan=plan,
        number=number,
        starts=starts,
        ends=starts + dt.timedelta(days=6),
        minutes=minutes,
        days=days,
        origin=origin,
    )
