"""Changing a plan's settings from a future week on: baseline, goal, pace, length, version of the clinic's programme.

Each change is a fact. The review that creates the week applies it. Until then it can be withdrawn or replaced.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.plan.editing import check_week, plan_to_change
from walking.care.plan.messages import tell_patient
from walking.care.refusal import Refused
from walking.models import Plan, PlanChange, ProgrammeVersion
from walking.programme.settings import Programme


def change_settings(
    plan: Plan,
    *,
    programme: Programme,
    programme_version: ProgrammeVersion | None,
    from_week: int,
    reason: str,
    message: str = "",
    by: User,
    at: dt.datetime,
    version: int,
) -> PlanChange:
    """Apply ``programme`` from week ``from_week`` on, with the thresholds of ``programme_version`` (None: the
    defaults). Replaces a pending change. Raises ``Refused``."""
    _check_reason(reason)
    if programme_version is not None and programme_version.clinic_id != plan.clinic_id:
        raise Refused(_("That version is another clinic's."), "programme_version")
    with transaction.atomic():
        plan = plan_to_change(plan, by=by, version=version, what="settings", why=reason, at=at)
        if not plan.is_open:
            raise Refused(_("This plan is completed, so its settings stay."))
        # A longer plan may change from the week after its former last week.
        check_week(
            plan, from_week, last=max(plan.length_weeks, programme.length_weeks), field="from_week"
        )
        if programme.length_weeks < from_week - 1:
            raise Refused(
                _("Choose %(least)s weeks or more: the plan goes on as it is until then.")
                % {"least": from_week - 1},
                "length_weeks",
            )
        change = _next(plan, from_week, reason, message, by, at)
        change.programme_version = programme_version
        change.set_programme(programme)
        if change.programme == plan.programme and waiting(plan) is None:
            raise Refused(_("These are the settings that the plan has, so nothing would change."))
        return _kept(plan, change)


def withdraw_change(
    plan: Plan, *, reason: str, by: User, at: dt.datetime, version: int
) -> PlanChange:
    """Withdraw the pending change. Raises ``Refused``."""
    _check_reason(reason)
    with transaction.atomic():
        plan = plan_to_change(
            plan, by=by, version=version, what="settings_withdrawn", why=reason, at=at
        )
        standing = waiting(plan)
        if standing is None:
            raise Refused(_("No change of settings waits, so there is nothing to take back."))
        change = _next(plan, standing.from_week, reason, "", by, at).take_programme(plan)
        change.withdrawn = True
        return _kept(plan, change)


def waiting(plan: Plan) -> PlanChange | None:
    """Return the pending change, or None."""
    latest = (
        plan.changes.filter(from_week__gt=plan.week_number)
        .select_related("programme_version", "by")
        .order_by("-revision")
        .first()
    )
    return None if latest is None or latest.withdrawn else latest


def take_over(plan: Plan, week: int) -> None:
    """Apply the change pending for ``week`` to ``plan``, when the week starts outside a review. Does not save."""
    change = waiting(plan)
    if change is not None and change.from_week <= week:
        plan.take_programme(change)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why, so that your colleagues can follow."), "reason")


def _next(
    plan: Plan, from_week: int, reason: str, message: str, by: User, at: dt.datetime
) -> PlanChange:
    return PlanChange(
        plan=plan,
        revision=plan.changes.count() + 1,
        from_week=from_week,
        by=by,
        at=at,
        reason=reason.strip(),
        message=message.strip(),
    )


def _kept(plan: Plan, change: PlanChange) -> PlanChange:
    change.save()
    plan.save(update_fields=["version"])
    tell_patient(plan, change, change.message, at=change.at)
    return change
