"""A flare-up reported in mid-week: the running week's dose is halved at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from walking.care.calendar import running_week
from walking.care.recurrence import tell
from walking.care.reviews import catch_up
from walking.care.trail import changed
from walking.models import Plan, PlanEvent, Week
from walking.models.standing import refresh
from walking.programme import weeks
from walking.programme.ladder import halved


def report_flare_up(
    plan: Plan,
    *,
    started: dt.date | None = None,
    limited_activity: bool = True,
    by: User | None,
    why: str = "",
    at: dt.datetime,
) -> Week | None:
    """Keep an episode of pain that began on the local day ``started`` (today if None). One that keeps the patient from
    usual activities halves the running week's dose for its remaining days, and the physiotherapist is told.

    The review at the week's end judges adherence by the dose of each day and does not halve again. A second report
    in the same week changes neither the dose nor the number of episodes. ``why`` is for the audit trail: how staff who
    enter it for the patient know of it. Returns the running week, None if no week
    runs. Raises ``Refused`` for a day that is still to come or before the plan.
    """
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        today = weeks.local_day(at, plan.patient.zone)
        _episode, is_new = tell(
            plan, started=started or today, limited_activity=limited_activity, by=by, at=at
        )
        changed(plan.patient, by=by, what="flare_up", why=why, at=at)
        week = running_week(plan) if plan.status == Plan.Status.ACTIVE else None
        # Less than that is not what the rules call a flare-up: the walks are guided by the pain alone.
        if not limited_activity:
            return week
        eases = week is not None and week.eased_from is None
        if week is not None and eases:
            _ease(plan, week, today)
        if is_new or eases:
            PlanEvent(
                plan=plan,
                kind=PlanEvent.Kind.FLARE_UP,
                at=at,
                by=by,
                week_number=plan.week_number,
                minutes=week.minutes if week else None,
                days=week.days if week else None,
            ).save()
            refresh([plan.pk], at)
    return week


def _ease(plan: Plan, week: Week, today: dt.date) -> None:
    dose = week.dose
    eased = halved(plan.programme, dose)
    week.first_minutes, week.first_days = dose.minutes, dose.days
    week.minutes, week.days = eased.minutes, eased.days
    # A traveller's local day may lie just outside the week; the nearest day of it is meant.
    week.eased_from = min(max((today - week.starts).days + 1, 1), 7)
    week.save(update_fields=["minutes", "days", "first_minutes", "first_days", "eased_from"])
