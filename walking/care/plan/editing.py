"""Changing a plan by hand, without overwriting what a colleague has just done."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.settings import ADJUSTED_DAYS, ADJUSTED_MINUTES


def plan_to_change(
    plan: Plan, *, by: User, version: int, what: str, why: str, at: dt.datetime
) -> Plan:
    """Lock the plan, review overdue weeks, raise its version (unsaved) and return it, for ``by`` to change. Records the
    change (a code of ``walking.record_words``) and the reason in the access log, in the same transaction.

    Raises ``Refused`` if ``by`` may not change it, or if it has changed since ``version`` was shown.
    """
    plan = catch_up(lock_for_staff(plan.pk, by), at)
    if plan.version != version:
        latest = plan.events.order_by("-at", "-pk").values_list("at", flat=True).first()
        adjusted = plan.adjustments.order_by("-at").select_related("by").first()
        if adjusted and (latest is None or adjusted.at >= latest):
            raise Refused(
                _(
                    "%(name)s changed this plan while you were looking at it. Look at the change, then decide again."
                )
                % {"name": adjusted.by}
            )
        raise Refused(
            _(
                "This plan changed while you were looking at it. Look at the change, then decide again."
            )
        )
    plan.version += 1
    changed(plan.patient, by=by, what=what, why=why, at=at)
    return plan


def check_dose(dose: Dose) -> None:
    """Raise ``Refused`` unless a physiotherapist may set this dose."""
    if dose.minutes not in ADJUSTED_MINUTES:
        raise Refused(
            _("Choose from %(low)s to %(high)s minutes a walk.")
            % {"low": ADJUSTED_MINUTES.low, "high": ADJUSTED_MINUTES.high},
            "minutes",
        )
    if dose.days not in ADJUSTED_DAYS:
        raise Refused(
            _("Choose from %(low)s to %(high)s days a week.")
            % {"low": ADJUSTED_DAYS.low, "high": ADJUSTED_DAYS.high},
            "days",
        )


def check_week(plan: Plan, week: int, *, last: int | None = None, field: str = "for_week") -> None:
    """Raise ``Refused`` unless ``week`` is a future week of the plan."""
    last = plan.length_weeks if last is None else last
    if not plan.week_number < week <= last:
        raise Refused(
            _("Choose a week from %(low)s to %(high)s.")
            % {"low": plan.week_number + 1, "high": last},
            field,
        )
