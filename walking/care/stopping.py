"""A red flag: the plan is paused at once, the patient told where to get care, the physiotherapist alerted."""

from __future__ import annotations

import datetime as dt
import logging

from accounts.models import User
from walking.care.calendar import make_idle
from walking.mail import outbox
from walking.models import Mail, Plan, PlanEvent
from walking.models.staff import on_duty

log = logging.getLogger(__name__)


def stop(
    plan: Plan, week_number: int, *, at: dt.datetime, by: User | None
) -> tuple[list[PlanEvent], list[Mail]]:
    """Pause ``plan`` (not saved) and return the events and the mail that this causes (not saved either)."""
    plan.status = Plan.Status.PAUSED
    plan.paused_for = "red_flag"
    make_idle(plan)
    event = PlanEvent(
        plan=plan,
        kind=PlanEvent.Kind.PAUSED,
        at=at,
        by=by,
        week_number=week_number,
        detail={"reason": "red_flag"},
    )
    return [event], alarm_mail(plan, week_number, at=at)


def alarm_mail(plan: Plan, week_number: int, *, at: dt.datetime) -> list[Mail]:
    """What to do now, to the patient; and the alarm to the physiotherapist, which passes on to the next person if it
    cannot be delivered (``walking.mail.alarms``). Not saved."""
    about = f"week:{week_number}"
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
