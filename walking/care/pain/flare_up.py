"""A flare-up reported during the week: halves the running week's dose at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from walking.care.pain.episodes import tell
from walking.care.record.audit import changed
from walking.care.weeks.due_times import running_week
from walking.care.weeks.reviews import catch_up
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
    """Record an episode of pain that began on the local day ``started`` (default: today). If it stops usual activities,
    halves the dose of the running week's remaining days and notifies the physiotherapist.

    The review measures adherence against the dose of each day and does not halve it again. A second report in the same
    week changes neither the dose nor the number of episodes. ``why``, for the access log, says how staff who enter it
    know of it. Returns the running week, or None if there is none. Raises ``Refused`` for a day in the future or before
    the plan.
    """
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        today = weeks.local_day(at, plan.patient.zone)
        _episode, is_new = tell(
            plan, started=started or today, limited_activity=limited_activity, by=by, at=at
        )
        changed(plan.patient, by=by, what="flare_up", why=why, at=at)
        week = running_week(plan) if plan.status == Plan.Status.ACTIVE else None
        # The rules do not count anything milder as a flare-up: pain alone guides the walks.
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
    # A traveller's local day may be just outside the week: use the nearest day in it.
    week.eased_from = min(max((today - week.starts).days + 1, 1), 7)
    week.save(update_fields=["minutes", "days", "first_minutes", "first_days", "eased_from"])
