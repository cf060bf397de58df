"""Pause, resume and complete a plan by hand."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.pain.outcomes import start_asking
from walking.care.plan.contacts import move_contacts
from walking.care.plan.editing import check_dose, plan_to_change
from walking.care.plan.messages import tell_patient
from walking.care.plan.settings_change import take_over
from walking.care.refusal import Refused
from walking.care.weeks.due_times import make_due, make_idle, new_week, question_due
from walking.care.weeks.reviews import week_plan_mail
from walking.mail import outbox
from walking.models import Plan, PlanEvent, Week
from walking.models.standing import refresh
from walking.programme import weeks
from walking.programme.dose import Dose


def pause(
    plan: Plan, *, note: str, message: str = "", by: User, at: dt.datetime, version: int
) -> Plan:
    """Pause a plan. The running week ends early and is not reviewed. Raises ``Refused``."""
    with transaction.atomic():
        plan = plan_to_change(plan, by=by, version=version, what="paused", why=note, at=at)
        if plan.status != Plan.Status.ACTIVE:
            raise Refused(_("This plan is not running, so it cannot be paused."))
        plan.status, plan.paused_for = Plan.Status.PAUSED, "physiotherapist"
        make_idle(plan)
        plan.save()
        _event(plan, PlanEvent.Kind.PAUSED, by, at, note, message)
    return plan


def resume(
    plan: Plan, *, dose: Dose, note: str, message: str = "", by: User, at: dt.datetime, version: int
) -> Plan:
    """Start a new week today (in the patient's time zone) at a chosen dose (5-120 minutes, 1-7 days).

    The pause does not count as a week. Raises ``Refused``.
    """
    check_dose(dose)
    with transaction.atomic():
        plan = plan_to_change(plan, by=by, version=version, what="resumed", why=note, at=at)
        if plan.status != Plan.Status.PAUSED:
            raise Refused(_("This plan is not paused, so it cannot be resumed."))
        if plan.is_last_week:
            raise Refused(
                _("The plan has no week left. Complete it, and invite the patient to a new one.")
            )
        starts = _cut_short(plan, weeks.local_day(at, plan.patient.zone))
        if plan.week_number == 0:  # paused at enrolment: the plan starts now
            plan.start = starts
            plan.next_question_at = question_due(plan, plan.next_question_month)
            move_contacts(plan, at)
        take_over(plan, plan.week_number + 1)
        week = new_week(
            plan,
            number=plan.week_number + 1,
            starts=starts,
            dose=dose,
            origin=Week.Origin.PHYSIOTHERAPIST,
        )
        plan.status, plan.paused_for = Plan.Status.ACTIVE, ""
        plan.state = plan.state.after_resume()
        make_due(plan, week.number, week.starts)
        week.save()
        plan.save()
        if week.number == 1:
            start_asking(plan, at)
        _event(plan, PlanEvent.Kind.RESUMED, by, at, note, message, dose)
        outbox.queue_rows([week_plan_mail(plan, week.number, week.starts, at)])
    return plan


def complete(
    plan: Plan, *, note: str, message: str = "", by: User, at: dt.datetime, version: int
) -> Plan:
    """End a plan before its last week. The monthly questions go on. Raises ``Refused``."""
    with transaction.atomic():
        plan = plan_to_change(plan, by=by, version=version, what="completed", why=note, at=at)
        if not plan.is_open:
            raise Refused(_("This plan is completed already."))
        plan.status, plan.paused_for = Plan.Status.COMPLETED, ""
        make_idle(plan)
        plan.save()
        _event(plan, PlanEvent.Kind.COMPLETED, by, at, note, message)
    return plan


def _cut_short(plan: Plan, today: dt.date) -> dt.date:
    """End the interrupted week on the day before the new one starts. Returns the new start."""
    last = plan.weeks.filter(number=plan.week_number).first()
    if last is None:
        return today
    starts = max(today, last.starts + dt.timedelta(days=1))
    if last.ends >= starts:
        last.ends = starts - dt.timedelta(days=1)
        last.save(update_fields=["ends"])
    return starts


def _event(
    plan: Plan,
    kind: PlanEvent.Kind,
    by: User,
    at: dt.datetime,
    note: str,
    message: str,
    dose: Dose | None = None,
) -> None:
    event = PlanEvent(
        plan=plan,
        kind=kind,
        at=at,
        by=by,
        week_number=plan.week_number,
        note=note.strip(),
        minutes=dose.minutes if dose else None,
        days=dose.days if dose else None,
        detail={"message": message.strip()} if message.strip() else {},
    )
    event.save()
    tell_patient(plan, event, message, at=at)
    refresh([plan.pk], at)
