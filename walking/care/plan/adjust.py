"""A physiotherapist sets the dose of next week or of a later week."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.plan.editing import check_dose, check_week, plan_to_change
from walking.care.plan.messages import tell_patient
from walking.care.refusal import Refused
from walking.models import Adjustment, Plan
from walking.programme.dose import Dose


def set_next_dose(
    plan: Plan,
    *,
    dose: Dose,
    reason: str,
    message: str = "",
    for_week: int | None = None,
    by: User,
    at: dt.datetime,
    version: int,
) -> Adjustment:
    """Set the dose (5-120 minutes, 1-7 days) of next week, or of the later ``for_week``. The review of the week before
    applies it. Raises ``Refused``."""
    check_dose(dose)
    if not reason.strip():
        raise Refused(_("Say why, so that your colleagues can follow."), "reason")
    with transaction.atomic():
        return _adjust(plan, dose, reason, message, for_week, by, at, version)


def withdraw_adjustment(
    plan: Plan,
    *,
    reason: str,
    for_week: int | None = None,
    by: User,
    at: dt.datetime,
    version: int,
) -> Adjustment:
    """Withdraw the dose set for next week, or for ``for_week``: the rules decide again. Raises ``Refused``."""
    with transaction.atomic():
        week = plan.week_number + 1 if for_week is None else for_week
        if not any(one.week_number + 1 == week for one in planned(plan)):
            raise Refused(
                _("No dose is set for that week, so there is nothing to take back."), "for_week"
            )
        return _adjust(plan, None, reason, "", for_week, by, at, version)


def pending(plan: Plan) -> Adjustment | None:
    """Return the adjustment that the review of the running week will apply, or None."""
    latest = plan.adjustments.filter(week_number=plan.week_number).order_by("-revision").first()
    return latest if latest is not None and latest.dose is not None else None


def planned(plan: Plan) -> list[Adjustment]:
    """Return the doses set for next week and later, in order."""
    latest: dict[int, Adjustment] = {}
    coming = plan.adjustments.filter(week_number__gte=plan.week_number).select_related("by")
    for adjustment in coming.order_by("week_number", "revision"):
        latest[adjustment.week_number] = adjustment
    return [adjustment for adjustment in latest.values() if adjustment.dose is not None]


def _adjust(
    plan: Plan,
    dose: Dose | None,
    reason: str,
    message: str,
    for_week: int | None,
    by: User,
    at: dt.datetime,
    version: int,
) -> Adjustment:
    what = "dose" if dose else "dose_withdrawn"
    plan = plan_to_change(plan, by=by, version=version, what=what, why=reason, at=at)
    if plan.status != Plan.Status.ACTIVE:
        raise Refused(_("This plan is not running. Resume it at the dose you choose."))
    if plan.is_last_week:
        raise Refused(_("This is the plan's last week: no week comes after it."))
    week = plan.week_number + 1 if for_week is None else for_week
    check_week(plan, week)
    adjustment = Adjustment(
        plan=plan,
        week_number=week - 1,
        revision=plan.adjustments.filter(week_number=week - 1).count() + 1,
        minutes=dose.minutes if dose else None,
        days=dose.days if dose else None,
        by=by,
        at=at,
        reason=reason.strip(),
        message=message.strip(),
    )
    adjustment.save()
    plan.save(update_fields=["version"])
    tell_patient(plan, adjustment, adjustment.message, at=at)
    return adjustment
