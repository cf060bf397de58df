"""Read bounces: delivery status notifications (RFC 3464) about messages that we sent.

Anyone can write an email that looks like one. So a report counts only if it names, by its Message-ID, a message of
ours that went to the very address it is about.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import Literal

from walking.mail.bounces import record_bounce
from walking.models import Bounce, Mail

type Read = Literal["hard", "soft", "known", "unknown"]

#: A larger report is cut off; what we need is at its beginning and in its headers.
LARGEST = 1_000_000
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_MESSAGE_ID = re.compile(r"^\s*message-id:\s*(<[^>\s]+>)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>,;:\"']+@[^\s<>,;:\"']+")


@dataclass(frozen=True, slots=True)
class _Recipient:
    address: str
    action: str
    status: str
    words: str


def read_report(content: bytes, at: dt.datetime) -> Read:
    """Store what a bounce reports. ``known``: reported before; ``unknown``: not a report about our email."""
    message = email.message_from_bytes(content[:LARGEST], policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - by the policy
    mail = _mail_of(content)
    if mail is None:
        return "unknown"
    person = mail.recipient or mail.invitation
    assert person is not None  # noqa: S101 - the database sees to it
    for recipient in _recipients(message):
        if recipient.address.lower() != person.email.lower():
            continue
        kind = _kind_of(recipient)
        if kind is None:
            continue
        new = record_bounce(
            person.email,
            kind,
            Bounce.Source.REPORT,
            status=recipient.status,
            words=_ADDRESS.sub("…", recipient.words),
            mail=mail,
            at=at,
        )
        return ("hard" if kind is Bounce.Kind.HARD else "soft") if new else "known"
    return "unknown"


def _mail_of(content: bytes) -> Mail | None:
    """Find the message of ours that the report quotes, wherever in it."""
    quoted = _MESSAGE_ID.findall(content[:LARGEST].decode("latin-1"))
    return (
        Mail.objects.filter(message_id__in=quoted[:20])
        .select_related("recipient", "invitation")
        .first()
    )


def _recipients(message: EmailMessage) -> Iterator[_Recipient]:
    """Yield what the machine-readable part says about each recipient."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        if not isinstance(blocks, list):
            continue
        for block in blocks:
            if not isinstance(block, Message):
                continue
            address = _after_type(str(block.get("Final-Recipient") or ""))
            original = _after_type(str(block.get("Original-Recipient") or ""))
            if not (address or original):
                continue
            found = _STATUS.search(str(block.get("Status") or ""))
            yield _Recipient(
                original or address,
                str(block.get("Action") or "").strip().lower(),
                found[0] if found else "",
                _after_type(str(block.get("Diagnostic-Code") or "")),
            )


def _after_type(value: str) -> str:
    """Return ``rfc822; anna@home.example`` without its type."""
    return value.partition(";")[2].strip().strip("<>") if ";" in value else value.strip()


def _kind_of(recipient: _Recipient) -> Bounce.Kind | None:
    """Return the kind of bounce; only a permanent failure blocks an address."""
    if recipient.action == "delayed" or (
        recipient.action == "failed" and recipient.status.startswith("4")
    ):
        return Bounce.Kind.SOFT
    if recipient.action != "failed":
        return None
    # 5.2.2 is a full mailbox, 5.3.4 too large, 5.7 a matter of policy: the address exists.
    if recipient.status.startswith(("5.2.2", "5.3", "5.7")):
        return Bounce.Kind.SOFT
    return Bounce.Kind.HARD
