"""Starting again: a new plan for a patient whose plan is completed or has been paused for a long time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.enrolment.enrol import START_WITHIN_DAYS, start_plan
from walking.care.pain.outcomes import stop_asking
from walking.care.plan.editing import plan_to_change
from walking.care.refusal import Refused
from walking.care.weeks.due_times import make_idle
from walking.models import Plan, PlanEvent, ProgrammeVersion
from walking.programme import weeks
from walking.programme.settings import Programme


def restart(
    plan: Plan,
    *,
    programme: Programme,
    programme_version: ProgrammeVersion | None,
    start: dt.date,
    reason: str,
    message: str = "",
    by: User,
    at: dt.datetime,
    version: int,
) -> Plan:
    """Start a new plan at week 1 on the local day ``start``. Completes a paused one first. Raises ``Refused``."""
    if not reason.strip():
        raise Refused(_("Say why, so that your colleagues can follow."), "reason")
    with transaction.atomic():
        plan = plan_to_change(plan, by=by, version=version, what="restarted", why=reason, at=at)
        if plan.status == Plan.Status.ACTIVE:
            raise Refused(_("This plan is running. Pause or complete it before starting anew."))
        if plan.patient.plans.open().exclude(pk=plan.pk).exists():
            raise Refused(
                _("This patient has a plan already. Complete it before starting another.")
            )
        today = weeks.local_day(at, plan.patient.zone)
        if not today <= start <= today + dt.timedelta(days=START_WITHIN_DAYS):
            raise Refused(_("Choose a first day from today to two weeks ahead."), "start")
        if plan.is_open:
            plan.status, plan.paused_for = Plan.Status.COMPLETED, ""
            make_idle(plan)
            PlanEvent(
                plan=plan,
                kind=PlanEvent.Kind.COMPLETED,
                at=at,
                by=by,
                week_number=plan.week_number,
                note=reason.strip(),
            ).save()
        # From now on the new plan asks the monthly question.
        plan.next_question_at = None
        stop_asking([plan])
        plan.save()
        fresh = Plan(
            patient=plan.patient,
            clinic=plan.clinic,
            physiotherapist=plan.physiotherapist,
            start=start,
            check_in_time=plan.check_in_time,
            programme_version=programme_version,
            created_at=at,
        ).set_programme(programme)
        return start_plan(fresh, by=by, at=at, note=reason.strip(), message=message.strip())
