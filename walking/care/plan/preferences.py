"""A person's settings: name, language, time zone, check-in time, email."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, validate_timezone
from walking.care.diary.reminders import reschedule_reminders
from walking.care.plan.contacts import reminder_due
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.care.weeks.due_times import question_due, running_week
from walking.models import MailPreference, Plan, PlanEvent
from walking.models.standing import refresh
from walking.programme import weeks


def change_name(user: User, *, name: str, by: User | None, at: dt.datetime) -> None:
    """Change a person's name."""
    _change(user, "name", name, by=by, at=at)


def change_language(user: User, *, language: str, by: User | None, at: dt.datetime) -> None:
    """Change the language of a person's pages and emails. ``language`` is one of ``settings.LANGUAGES``."""
    _change(user, "language", language, by=by, at=at)


def _change(user: User, field: str, value: str, *, by: User | None, at: dt.datetime) -> None:
    with transaction.atomic():
        changed(user, by=by, what=field, at=at)
        setattr(user, field, value)
        user.save(update_fields=[field])


def change_time_zone(user: User, *, timezone: str, by: User | None, at: dt.datetime) -> User:
    """Move a person to another IANA time zone. The days of the weeks stay the same; due times move to the new local
    hours.

    Raises ``Refused`` for an unknown zone.
    """
    try:
        validate_timezone(timezone)
    except ValidationError as error:
        raise Refused(error.messages[0], "timezone") from error
    with transaction.atomic():
        plans = [
            Plan.objects.locked(pk) for pk in user.plans.order_by("pk").values_list("pk", flat=True)
        ]
        before = user.timezone
        if before == timezone:
            return user
        changed(user, by=by, what="time_zone", at=at)
        user.timezone = timezone
        user.save(update_fields=["timezone"])
        for plan in plans:
            plan.patient = user
            _move(plan, at)
            PlanEvent(
                plan=plan,
                kind=PlanEvent.Kind.ZONE_CHANGED,
                at=at,
                by=by,
                week_number=plan.week_number,
                detail={"from": before, "to": timezone},
            ).save()
        refresh([plan.pk for plan in plans], at)
    return user


def change_check_in_time(
    plan: Plan, *, check_in_time: dt.time, by: User | None, at: dt.datetime
) -> Plan:
    """Change the local time of the check-in email. One that is already queued is not sent again."""
    with transaction.atomic():
        plan = Plan.objects.locked(plan.pk)
        changed(plan.patient, by=by, what="check_in_time", at=at)
        plan.check_in_time = check_in_time
        _move(plan, at)
        plan.save(update_fields=["check_in_time"])
    return plan


def change_mail(user: User, *, wanted: Mapping[str, bool], at: dt.datetime) -> MailPreference:
    """Set which kinds of email ``user`` wants. Kinds that are not named stay as they are. Raises ``Refused`` for an
    unknown kind."""
    if unknown := set(wanted) - set(MailPreference.CHOICES):
        raise Refused(
            _("There is no such mail to choose: %(kinds)s.") % {"kinds": ", ".join(sorted(unknown))}
        )
    with transaction.atomic():
        preference, _new = MailPreference.objects.get_or_create(user=user)
        for kind, value in wanted.items():
            setattr(preference, kind, value)
        preference.changed_at = at
        preference.save()
        refresh(user.plans.values_list("pk", flat=True), at)
    return preference


def mail_preference(user: User) -> MailPreference:
    """Return the person's choices. The default is all email, and is not saved, because programs that scan email open
    the pages that show it."""
    return MailPreference.objects.filter(user=user).first() or MailPreference(user=user)


def _move(plan: Plan, at: dt.datetime) -> None:
    """Recalculate the due times of a plan in the patient's present time zone, and save them."""
    zone = plan.patient.zone
    if plan.status == Plan.Status.ACTIVE:
        week = running_week(plan)
        plan.next_review_at = weeks.review_due(week.starts, zone)
        if plan.next_check_in_at is not None:
            plan.next_check_in_at = weeks.check_in_due(week.starts, plan.check_in_time, zone)
    if plan.next_question_at is not None:
        plan.next_question_at = question_due(plan, plan.next_question_month)
    plan.save(update_fields=["next_review_at", "next_check_in_at", "next_question_at"])
    for contact in plan.contacts.filter(remind_at__isnull=False):
        contact.remind_at = reminder_due(contact.due, plan.patient, at)
        contact.save(update_fields=["remind_at"])
    reschedule_reminders(plan, at)
