"""Queues the emails that are due by the calendar: check-ins, monthly questions, contacts, digests.

Each source has a column that says when it is next due. Queueing an email and updating that column is one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.db.models import Value

from accounts.models import Role, User
from walking.care.attention.acknowledge import look_again
from walking.care.pain import outcomes
from walking.care.weeks.batch_writes import ASKED, write_back
from walking.care.weeks.due_times import question_due
from walking.care.weeks.reviews import check_in_mail
from walking.mail import outbox
from walking.models import Attention, Contact, FollowUp, Mail, MailPreference, Plan
from walking.programme import weeks

BATCH = 500
DIGEST_TIME = dt.time(7, 30)
SATURDAY = 5


def queue_due_mail(at: dt.datetime, *, batch: int = BATCH) -> int:
    """Queue all email that is due at ``at``. Returns the number of messages."""
    return sum(_until_done(_SOURCES[name], at, batch) for name in _due(at))


def _due(at: dt.datetime) -> list[str]:
    """Return the sources with something due at ``at``, in order. One query, because usually there is nothing."""
    physiotherapists = User.objects.filter(role=Role.PHYSIOTHERAPIST, is_active=True)
    first, *others = (
        rows.order_by().annotate(source=Value(name)).values_list("source")
        for name, rows in (
            ("attention", Attention.objects.filter(look_at__lte=at)),
            ("check_ins", Plan.objects.filter(next_check_in_at__lte=at)),
            ("questions", Plan.objects.filter(next_question_at__lte=at)),
            ("questions_again", FollowUp.objects.filter(remind_at__lte=at)),
            ("contacts", Contact.objects.filter(remind_at__lte=at)),
            ("digests", MailPreference.objects.filter(next_digest_at__lte=at)),
            ("digests", physiotherapists.filter(mail_preference__next_digest_at=None)),
        )
    )
    found = {source for (source,) in first.union(*others)}
    if "questions" in found:
        found.add("questions_again")  # after an outage, for a question that is queued only now
    return [name for name in _SOURCES if name in found]


def _until_done(
    source: Callable[[dt.datetime, int], tuple[bool, int]], at: dt.datetime, batch: int
) -> int:
    total, more = 0, True
    while more:
        with transaction.atomic():
            more, queued = source(at, batch)
        total += queued
    return total


def _attention(at: dt.datetime, batch: int) -> tuple[bool, int]:
    """Update the attention rows that change with time alone, so that the digests include them."""
    look_again(at)
    return False, 0


def _check_ins(at: dt.datetime, batch: int) -> tuple[bool, int]:
    plans = list(
        Plan.objects.filter(next_check_in_at__lte=at)
        .order_by("next_check_in_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("patient")[:batch]
    )
    queued = outbox.queue_rows([check_in_mail(plan, at) for plan in plans])
    Plan.objects.filter(pk__in=[plan.pk for plan in plans]).update(next_check_in_at=None)
    return len(plans) == batch, queued


def _questions(at: dt.datetime, batch: int) -> tuple[bool, int]:
    plans = list(
        Plan.objects.filter(next_question_at__lte=at)
        .order_by("next_question_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("patient", "clinic__follow_up_length")[:batch]
    )
    mail, asked = [], []
    for plan in plans:
        assert plan.next_question_at is not None  # noqa: S101 - it was asked for
        mail.append(
            outbox.queued(
                Mail.Kind.RECURRENCE,
                plan=plan,
                recipient=plan.patient,
                about=f"month:{plan.next_question_month}",
                due_at=plan.next_question_at,
                at=at,
            )
        )
        asked.append(outcomes.asked(plan, plan.next_question_month))
        plan.next_question_month += 1
        plan.next_question_at = question_due(plan, plan.next_question_month)
    write_back(plans, ASKED)
    FollowUp.objects.bulk_create(
        asked,
        update_conflicts=True,
        unique_fields=["plan"],
        update_fields=["month", "open_until", "answered", "remind_at"],
    )
    # After an outage of months, the next month's question may be due too.
    again = any(plan.next_question_at and plan.next_question_at <= at for plan in plans)
    return again or len(plans) == batch, outbox.queue(mail)


def _questions_again(at: dt.datetime, batch: int) -> tuple[bool, int]:
    """Ask again those who have not answered (``outcomes.settle`` removes those who have)."""
    waiting = list(
        FollowUp.objects.filter(remind_at__lte=at)
        .order_by("remind_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("plan__patient")[:batch]
    )
    mail = [
        outbox.queued(
            Mail.Kind.RECURRENCE,
            plan=each.plan,
            recipient=each.plan.patient,
            about=f"month:{each.month}:again",
            due_at=each.remind_at,
            at=at,
        )
        for each in waiting
        if each.remind_at is not None
    ]
    FollowUp.objects.filter(pk__in=[each.pk for each in waiting]).update(remind_at=None)
    return len(waiting) == batch, outbox.queue(mail)


def _contacts(at: dt.datetime, batch: int) -> tuple[bool, int]:
    contacts = list(
        Contact.objects.filter(remind_at__lte=at)
        .order_by("remind_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("plan__patient")[:batch]
    )
    mail = [
        outbox.queued(
            Mail.Kind.CONTACT,
            plan=contact.plan,
            recipient=contact.plan.patient,
            about=f"contact:{contact.number}:{contact.due.isoformat()}",
            due_at=contact.remind_at,
            at=at,
        )
        for contact in contacts
        if contact.remind_at is not None
    ]
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).update(remind_at=None)
    return len(contacts) == batch, outbox.queue(mail)


def _digests(at: dt.datetime, batch: int) -> tuple[bool, int]:
    """Queue one email on each working morning to physiotherapists whose caseload needs attention."""
    newcomers = User.objects.filter(
        role=Role.PHYSIOTHERAPIST, is_active=True, mail_preference__isnull=True
    )
    MailPreference.objects.bulk_create(
        [MailPreference(user=user) for user in newcomers], ignore_conflicts=True
    )
    for preference in MailPreference.objects.filter(
        user__role=Role.PHYSIOTHERAPIST, user__is_active=True, next_digest_at__isnull=True
    ).select_related("user"):
        preference.next_digest_at = next_digest(preference.user, at)
        preference.save(update_fields=["next_digest_at"])
    due = list(
        MailPreference.objects.filter(next_digest_at__lte=at)
        .order_by("next_digest_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("user")[:batch]
    )
    mail = []
    for preference in due:
        assert preference.next_digest_at is not None  # noqa: S101 - it was asked for
        user, morning = preference.user, preference.next_digest_at
        waiting = Attention.objects.visible_to(user).waiting()
        if user.is_active and waiting.filter(plan__physiotherapist=user).exists():
            day = weeks.local_day(morning, user.zone)
            mail.append(
                outbox.queued(
                    Mail.Kind.DIGEST, recipient=user, about=day.isoformat(), due_at=morning, at=at
                )
            )
        preference.next_digest_at = next_digest(user, at) if user.is_active else None
        preference.save(update_fields=["next_digest_at"])
    return len(due) == batch, outbox.queue(mail)


#: In order. Each handles up to ``batch`` rows that are due, and returns whether more may be
#: due and how many messages it queued.
_SOURCES: Final[dict[str, Callable[[dt.datetime, int], tuple[bool, int]]]] = {
    "attention": _attention,
    "check_ins": _check_ins,
    "questions": _questions,
    "questions_again": _questions_again,
    "contacts": _contacts,
    "digests": _digests,
}


def next_digest(user: User, after: dt.datetime) -> dt.datetime:
    """Return the next digest moment after ``after``, in UTC: 07:30 local time, Monday to Friday."""
    day = weeks.local_day(after, user.zone)
    while day.weekday() >= SATURDAY or weeks.at_local(day, DIGEST_TIME, user.zone) <= after:
        day += dt.timedelta(days=1)
    return weeks.at_local(day, DIGEST_TIME, user.zone)
