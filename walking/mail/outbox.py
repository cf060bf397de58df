"""Queue emails: rows written in the transaction that causes them, delivered later."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.crypto import salted_hmac

from accounts.models import User
from walking.bulk import insert_new
from walking.models import Invitation, Mail, Plan

#: The columns of a queued message, in the order of ``row``.
_COLUMNS = (
    *("kind", "plan_id", "invitation_id", "recipient_id", "about", "copy", "message_id"),
    *("due_at", "next_attempt_at", "queued_at", "state", "attempts", "outcome"),
)
_RECIPIENT = _COLUMNS.index("recipient_id")
type Row = tuple[Any, ...]


def row(
    kind: str,
    *,
    plan_id: int | None = None,
    recipient_id: int | None = None,
    invitation_id: int | None = None,
    about: str,
    due_at: dt.datetime,
    at: dt.datetime,
    copy: int = 0,
) -> Row:
    """Return what ``queued`` builds, as a row for ``queue_rows``: a batch has no time for a model instance of each."""
    name = _message_id(kind, plan_id, invitation_id, recipient_id, about, copy)
    return (
        *(kind, plan_id, invitation_id, recipient_id, about, copy, name),
        *(due_at, due_at, at, Mail.State.QUEUED.value, 0, ""),
    )


def row_of(mail: Mail) -> Row:
    """Return the row of a message from ``queued``. Raises ValueError if what it is about is not saved yet."""
    return row(
        mail.kind,
        plan_id=_key(mail.plan),
        recipient_id=_key(mail.recipient),
        invitation_id=_key(mail.invitation),
        about=mail.about,
        due_at=mail.due_at,
        at=mail.queued_at,
        copy=mail.copy,
    )


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
    """Return a message to be sent from ``due_at`` on. It is not saved: pass it to ``queue``.

    It goes to ``recipient``, or to the address of ``invitation``. ``about`` says what it is about within its kind
    (``week:5``, ``week:5:2``, ``month:3``, ``contact:2:2026-03-09``, ``2026-03-02``, ``invitation``, ``start``).
    ``copy`` counts what staff send again on purpose.
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
    if _is_saved(plan or invitation or recipient):
        mail.message_id = message_id(mail)
    return mail


def queue(mails: Iterable[Mail]) -> int:
    """Write the messages that are not queued already; return how many were new.

    One statement, whatever their number; may be called inside the transaction of a use case.
    """
    return queue_rows([row_of(mail) for mail in mails])


def queue_rows(rows: Sequence[Row]) -> int:
    """Queue rows in the same way. Rows for someone without an email address are left out, here and nowhere else."""
    recipients = {row[_RECIPIENT] for row in rows} - {None}
    if recipients:
        unreachable = set(
            User.objects.filter(pk__among=recipients, email="").values_list("pk", flat=True)
        )
        if unreachable:
            rows = [row for row in rows if row[_RECIPIENT] not in unreachable]
    return insert_new(Mail, _COLUMNS, rows)


def message_id(mail: Mail) -> str:
    """Return the Message-ID, made from what the email is about: the same thing always has the same ID.

    It is a keyed digest, so it does not reveal who or what the email is about. Raises ValueError before the plan,
    recipient or invitation is saved.
    """
    return _message_id(
        mail.kind, mail.plan_id, mail.invitation_id, mail.recipient_id, mail.about, mail.copy
    )


def _message_id(
    kind: str,
    plan_id: int | None,
    invitation_id: int | None,
    recipient_id: int | None,
    about: str,
    copy: int,
) -> str:
    if not (plan_id or invitation_id or recipient_id):
        raise ValueError("save what the mail is about before queueing it")
    subject = (
        f"plan:{plan_id}"
        if plan_id
        else f"invitation:{invitation_id}"
        if invitation_id
        else f"user:{recipient_id}"
    )
    if plan_id and kind == Mail.Kind.URGENT:
        subject += f"|to:{recipient_id}"  # each person has their own alarm
    digest = _keyed(settings.SECRET_KEY).copy()
    digest.update((f"{kind}|{subject}|{about}" + (f"|{copy}" if copy else "")).encode())
    return f"<{digest.hexdigest()[:32]}@{settings.SITE_HOST}>"


@lru_cache(maxsize=4)
def _keyed(secret: str) -> hmac.HMAC:
    """Return the digest with only its key: deriving the key costs more than a message."""
    return salted_hmac("walking.mail.message-id", "", secret=secret, algorithm="sha256")


def _key(record: Model | None) -> Any:
    if not _is_saved(record):
        raise ValueError("save what the mail is about before queueing it")
    return record.pk if record is not None else None


def _is_saved(record: Model | None) -> bool:
    return record is None or record.pk is not None
