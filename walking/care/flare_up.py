"""A flare-up reported in mid-week: the running week's dose is halved at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.calendar import running_week
from walking.care.refusal import Refused
from walking.care.reviews import catch_up
from walking.care.trail import changed
from walking.models import Plan, PlanEvent, Recurrence, Week
from walking.programme import weeks
from walking.programme.ladder import halved


def report_flare_up(
    plan: Plan, *, started: dt.date | None = None, by: User | None, at: dt.datetime
) -> Week | None:
    """Keep an activity-limiting flare-up that began on the local day ``started`` (today if None), and halve the running
    week's dose for its remaining days.

    The review at the week's end judges adherence by the dose of each day and does not halve again. A second report
    in the same week adds the fact, not a second halving. Returns the running week, or None if no week runs.
    Raises ``Refused`` for a day that is still to come or before the plan.
    """
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        today = weeks.local_day(at, plan.patient.zone)
        started = started or today
        if started > today:
            raise Refused(_("That day is still to come. When did the flare-up begin?"), "started")
        if started < plan.start:
            raise Refused(_("That day is before your plan began. Choose a later day."), "started")
        # Lasting 24 hours and limiting usual activities is what makes it a flare-up here (the trial's protocol).
        Recurrence(
            plan=plan, at=at, by=by, happened=True, started=started, limited_activity=True
        ).save()
        changed(plan.patient, by=by, what="flare_up", at=at)
        week = running_week(plan) if plan.status == Plan.Status.ACTIVE else None
        if week is not None and week.eased_from is None:
            _ease(plan, week, today)
        PlanEvent(
            plan=plan,
            kind=PlanEvent.Kind.FLARE_UP,
            at=at,
            by=by,
            week_number=plan.week_number,
            minutes=week.minutes if week else None,
            days=week.days if week else None,
        ).save()
    return week


def _ease(plan: Plan, week: Week, today: dt.date) -> None:
    dose = week.dose
    eased = halved(plan.programme, dose)
    week.first_minutes, week.first_days = dose.minutes, dose.days
    week.minutes, week.days = eased.minutes, eased.days
    # A traveller's local day may lie just outside the week; the nearest day of it is meant.
    week.eased_from = min(max((today - week.starts).days + 1, 1), 7)
    week.save(update_fields=["minutes", "days", "first_minutes", "first_days", "eased_from"])
