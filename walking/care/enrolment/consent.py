"""Withdrawing consent: the plan ends, and nothing more is asked or sent."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, User
from walking.care.enrolment.enrol import CONSENT_DOCUMENT
from walking.care.pain.outcomes import stop_asking
from walking.care.plan.preferences import change_mail
from walking.care.refusal import Refused
from walking.care.weeks.due_times import make_idle
from walking.models import MailPreference, Plan, PlanEvent, ReminderChoice
from walking.models.standing import refresh


def standing_consent(user: User) -> Consent | None:
    """Return the latest consent to the programme, given or withdrawn."""
    return user.consents.filter(document=CONSENT_DOCUMENT).order_by("at", "pk").last()


def withdraw_consent(user: User, *, at: dt.datetime) -> Consent:
    """Record that the person withdraws consent, complete the open plan, and stop email and reminders.

    The record stays until its deletion is requested separately. Raises ``Refused`` if there is no consent to withdraw.
    """
    with transaction.atomic():
        plans = [
            Plan.objects.locked(pk) for pk in user.plans.order_by("pk").values_list("pk", flat=True)
        ]
        given = standing_consent(user)
        if given is None or given.action != Consent.Action.GIVEN:
            raise Refused(_("There is no consent of yours to withdraw."))
        withdrawn = Consent.objects.create(
            user=user,
            document=given.document,
            version=given.version,
            action=Consent.Action.WITHDRAWN,
            at=at,
        )
        for plan in plans:
            _end(plan, user, at)
        change_mail(
            user,
            wanted=dict.fromkeys((k for k in MailPreference.CHOICES if k != "digest"), False),
            at=at,
        )
        refresh([plan.pk for plan in plans], at)
    return withdrawn


def _end(plan: Plan, user: User, at: dt.datetime) -> None:
    was_open = plan.is_open
    plan.next_question_at = None
    stop_asking([plan])
    if was_open:
        plan.status, plan.paused_for = Plan.Status.COMPLETED, ""
        make_idle(plan)
    plan.save()
    plan.contacts.filter(remind_at__isnull=False).update(remind_at=None)
    ReminderChoice.objects.filter(plan=plan).update(weekday_bits=0, next_reminder_at=None)
    if was_open:
        PlanEvent(
            plan=plan,
            kind=PlanEvent.Kind.COMPLETED,
            at=at,
            by=user,
            week_number=plan.week_number,
            note=_("The patient withdrew the consent."),
            detail={"reason": "consent_withdrawn"},
        ).save()
