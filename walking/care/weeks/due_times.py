"""When a plan is next due: the columns ``next_…_at``, in UTC, calculated in the patient's time zone."""

from __future__ import annotations

import datetime as dt

from walking.models import Plan, Week
from walking.models.outcome import months_followed
from walking.programme import weeks
from walking.programme.dose import Dose

_SIX_DAYS = dt.timedelta(days=6)


def make_due(plan: Plan, number: int, starts: dt.date) -> None:
    """Make week ``number`` the running one and set its due times. Does not save."""
    zone = plan.patient.zone
    plan.week_number = number
    plan.next_review_at = weeks.review_due(starts, zone)
    plan.next_check_in_at = weeks.check_in_due(starts, plan.check_in_time, zone)


def make_idle(plan: Plan) -> None:
    """Clear the weekly due times of a plan that is paused or completed. Does not save."""
    plan.next_review_at = None
    plan.next_check_in_at = None


def question_due(plan: Plan, month: int) -> dt.datetime | None:
    """Return when the question of ``month`` is due, or None after the clinic's last month."""
    if month > months_followed(plan.clinic):
        return None
    return weeks.month_due(plan.start, month, plan.patient.zone)


def running_week(plan: Plan) -> Week:
    """Return the plan's running week. Raises ``Week.DoesNotExist`` before the first week."""
    return plan.weeks.get(number=plan.week_number)


#: The columns of a week in the order of ``week_row``.
WEEK_COLUMNS = ("plan_id", "number", "starts", "ends", "minutes", "days", "origin")


def week_row(
    plan_id: int, number: int, starts: dt.date, dose: Dose, origin: str
) -> tuple[int, int, dt.date, dt.date, int, int, str]:
    """Return a week of seven days as a row."""
    return plan_id, number, starts, starts + _SIX_DAYS, dose.minutes, dose.days, origin


def new_week(plan: Plan, *, number: int, starts: dt.date, dose: Dose, origin: str) -> Week:
    """Return the same as an unsaved ``Week``."""
    row = week_row(plan.pk, number, starts, dose, origin)
    week = Week(**dict(zip(WEEK_COLUMNS, row, strict=True)))
    week.plan = plan  # the plan may be unsaved too
    return week
