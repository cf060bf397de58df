"""Queueing mail: rows written in the transaction that causes them, delivered later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from operator import attrgetter

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import User
from walking.bulk import insert_new
from walking.models import Invitation, Mail, Plan

_COLUMNS = [field.attname for field in Mail._meta.concrete_fields if not field.primary_key]
_row = attrgetter(*_COLUMNS)


def queued(
    kind: Mail.Kind,
    *,
    plan: Plan | None = None,
    recipient: User | None = None,
    invitation: Invitation | None = None,
    about: str,
    due_at: dt.datetime,
    at: dt.datetime,
    copy: int = 0,
) -> Mail:
    """A message that waits to be sent from ``due_at`` on. Not saved: hand it to ``queue``.

    It goes to ``recipient``, or to the address of ``invitation``. ``about`` says what it is about within its kind
    (``week:5``, ``month:3``, ``contact:2:2026-03-09``, ``2026-03-02``, ``invitation``, ``start``). ``copy`` counts what
    staff send again on purpose.
    """
    mail = Mail(
        kind=kind,
        plan=plan,
        recipient=recipient,
        invitation=invitation,
        about=about,
        due_at=due_at,
        next_attempt_at=due_at,
        queued_at=at,
        copy=copy,
    )
    if _subject_is_saved(mail):
        mail.message_id = message_id(mail)
    return mail


def queue(rows: Iterable[Mail]) -> int:
    """Write the messages, leaving out those that are there already; returns how many were new.

    One statement, whatever their number, and callable inside the transaction of a use case.
    """
    mails = list(rows)
    for mail in mails:
        if not mail.message_id:
            # Its plan was saved only after the mail was made: now it has the key that names the message.
            mail.message_id = message_id(mail)
            mail.plan = mail.plan
    return insert_new(Mail, _COLUMNS, [_row(mail) for mail in mails])


def message_id(mail: Mail) -> str:
    """The Message-ID, made from what the mail is about: the same thing always has the same one.

    It is a keyed digest, so that it tells nobody who or what it is about. Raises ValueError before the plan,
    recipient or invitation is saved.
    """
    if not _subject_is_saved(mail):
        raise ValueError("save what the mail is about before queueing it")
    subject = (
        f"plan:{mail.plan.pk}"
        if mail.plan
        else f"invitation:{mail.invitation.pk}"
        if mail.invitation
        else f"user:{mail.recipient.pk if mail.recipient else None}"
    )
    what = f"{mail.kind}|{subject}|{mail.about}"
    if mail.copy:
        what += f"|{mail.copy}"
    digest = salted_hmac("walking.mail.message-id", what, algorithm="sha256")
    return f"<{digest.hexdigest()[:32]}@{settings.SITE_HOST}>"


def _subject_is_saved(mail: Mail) -> bool:
    subject = mail.plan or mail.invitation or mail.recipient
    return subject is not None and subject.pk is not None
