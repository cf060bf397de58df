"""Red flags: pause the open plan at once, tell the patient where to get care, and alert the physiotherapist.

A red flag belongs to the person, not to a plan. Every report, through any page, link or member of staff, ends in
``plan_to_stop`` and ``stop_now``.
"""

from __future__ import annotations

import datetime as dt
import logging

from accounts.models import User
from walking.care.weeks.due_times import make_idle
from walking.mail import outbox
from walking.models import Mail, Plan, PlanEvent
from walking.models.staff import on_duty
from walking.models.standing import refresh
from walking.programme.weeks import local_day

log = logging.getLogger(__name__)


def plan_to_stop(reported_in: Plan) -> Plan:
    """Lock and return the plan that a red flag acts on: the patient's open plan, or the newest one if none is open.

    ``reported_in`` is the plan in which it was reported, locked by the caller.
    """
    if reported_in.is_open:
        return reported_in
    plans = reported_in.patient.plans
    while (pk := plans.open().values_list("pk", flat=True).first()) is not None:
        plan = Plan.objects.locked(pk)
        if plan.is_open:
            return plan
        # It was completed, and perhaps restarted, while this waited for the lock: look again.
    newest = plans.order_by("-pk").values_list("pk", flat=True)[0]
    return reported_in if newest == reported_in.pk else Plan.objects.locked(newest)


def stop_now(plan: Plan, *, at: dt.datetime) -> None:
    """Act on a red flag in ``plan``, which is locked. Saves everything it causes."""
    events, mail = stop(plan, at=at, by=None)
    PlanEvent.objects.bulk_create(events)
    outbox.queue(mail)
    plan.save()
    refresh([plan.pk], at)


def stop(plan: Plan, *, at: dt.datetime, by: User | None) -> tuple[list[PlanEvent], list[Mail]]:
    """Pause ``plan`` if it is open; a completed plan stays completed. Returns the event and the emails to save.

    Saves nothing.
    """
    mail = _alarm_mail(plan, at)
    if plan.is_open:
        kind, detail = PlanEvent.Kind.PAUSED, {"reason": "red_flag"}
        plan.status, plan.paused_for = Plan.Status.PAUSED, "red_flag"
        make_idle(plan)
    else:
        kind, detail = PlanEvent.Kind.RED_FLAG, {}
    event = PlanEvent(
        plan=plan, kind=kind, at=at, by=by, week_number=plan.week_number, detail=detail
    )
    return [event], mail


def _alarm_mail(plan: Plan, at: dt.datetime) -> list[Mail]:
    """Return two unsaved emails: what to do now, to the patient; and the alarm to the physiotherapist, which goes to
    the next person if it cannot be delivered (``walking.mail.alarms``)."""
    about = _about(plan, at)
    mail = [
        outbox.queued(
            Mail.Kind.PAUSED, plan=plan, recipient=plan.patient, about=about, due_at=at, at=at
        )
    ]
    if first := on_duty(plan):
        mail.append(
            outbox.queued(
                Mail.Kind.URGENT, plan=plan, recipient=first, about=about, due_at=at, at=at
            )
        )
    else:
        log.error("The alarm of plan %s can go to no one: the clinic has no staff", plan.pk)
    return mail


def _about(plan: Plan, at: dt.datetime) -> str:
    """Return what identifies the alarm: one email of each kind for a plan and week.

    The week number of a paused or completed plan does not change, so the weeks since are counted too (``week:5:2``): a
    report in a later week is not the same as the first.
    """
    about = f"week:{plan.week_number}"
    if plan.status == Plan.Status.ACTIVE:
        return about
    week = plan.weeks.filter(number=plan.week_number).first()
    since = week.starts if week else plan.start
    later = (local_day(at, plan.patient.zone) - since).days // 7
    return f"{about}:{later}" if later > 0 else about
