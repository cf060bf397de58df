"""From an outbox row to a message, at the moment of sending: fresh, in the reader's language and time zone."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailAlternative
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Clinic
from walking.mail import letters, links
from walking.mail.letter import Letter, Suppressed
from walking.mail.message import Message, mailbox, one_line
from walking.mail.reading import Reading
from walking.models import Mail, MailPreference
from walking.models.outbox import STALE_AFTER

LETTERS: dict[str, Callable[[Mail, Reading, dt.datetime], Letter | Suppressed]] = {
    Mail.Kind.INVITATION: letters.invitation,
    Mail.Kind.WELCOME: letters.welcome,
    Mail.Kind.CHECK_IN: letters.check_in,
    Mail.Kind.WEEK_PLAN: letters.week_plan,
    Mail.Kind.PAUSED: letters.paused,
    Mail.Kind.RECURRENCE: letters.recurrence,
    Mail.Kind.CONTACT: letters.contact,
    Mail.Kind.URGENT: letters.urgent,
    Mail.Kind.DIGEST: letters.digest,
}

#: Lines of the text part are broken here; links are left whole.
TEXT_WIDTH = 76


@dataclass(frozen=True, slots=True)
class Composed:
    """A message ready to be sent."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]
    to: str
    reply_to: str = ""

    @property
    def message(self) -> Message:
        return Message(
            self.subject,
            self.text,
            settings.DEFAULT_FROM_EMAIL,
            [self.to],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers=self.headers,
            alternatives=[EmailAlternative(self.html, "text/html")],
        )


def is_stale(mail: Mail, at: dt.datetime) -> bool:
    return at - mail.due_at > STALE_AFTER


def compose(mail: Mail, at: dt.datetime, reading: Reading | None = None) -> Composed | Suppressed:
    """What to send for ``mail`` at ``at``, or why not to send it.

    ``reading`` is that of the mail's batch; without one, what is needed is read for this mail alone.
    """
    if is_stale(mail, at):
        return Suppressed("Too late: it was due more than 36 hours ago.")
    if refusal := _unwanted(mail):
        return refusal
    language, zone = _language_and_zone(mail)
    with translation.override(language), timezone.override(zone):
        letter = LETTERS[mail.kind](mail, reading or Reading([mail]), at)
        return letter if isinstance(letter, Suppressed) else _composed(mail, letter)


def _unwanted(mail: Mail) -> Suppressed | None:
    if mail.recipient is None:
        return None
    if not mail.recipient.is_active:
        return Suppressed("The account is closed.")
    preference: MailPreference | None = getattr(mail.recipient, "mail_preference", None)
    if preference is not None and not getattr(preference, mail.kind, True):
        return Suppressed("Unsubscribed.")
    return None


def _language_and_zone(mail: Mail) -> tuple[str, ZoneInfo]:
    if mail.recipient is not None:
        return mail.recipient.language, mail.recipient.zone
    assert mail.invitation is not None  # noqa: S101 - the database sees to it
    return settings.LANGUAGE_CODE, ZoneInfo(mail.invitation.clinic.timezone)


def _composed(mail: Mail, letter: Letter) -> Composed:
    person = mail.recipient or mail.invitation
    assert person is not None  # noqa: S101 - the database sees to it
    clinic = _clinic(mail)
    context = {
        "letter": letter,
        "name": one_line(person.name),
        "clinic": clinic,
        "preferences_url": "",
        "site_url": links.site_url("/"),
        "language": translation.get_language(),
    }
    headers = {
        "Message-ID": mail.message_id,
        "List-Id": f"Waymark <waymark.{settings.SITE_HOST}>",
        "Auto-Submitted": "auto-generated",
    }
    if mail.recipient is not None and mail.kind in MailPreference.CHOICES:
        context["preferences_url"] = links.preferences_url(mail.recipient)
        headers["List-Unsubscribe"] = f"<{links.one_click_url(mail.recipient, mail.kind)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for_patient = mail.recipient is None or mail.recipient.is_patient
    return Composed(
        subject=one_line(letter.subject),
        text=_wrapped(render_to_string("mail/letter.txt", context)),
        html=render_to_string("mail/letter.html", context),
        headers=headers,
        to=mailbox(person.name, person.email),
        reply_to=mailbox(clinic.name, clinic.email)
        if for_patient and clinic and clinic.email
        else "",
    )


def _clinic(mail: Mail) -> Clinic | None:
    if mail.plan is not None:
        return mail.plan.clinic
    if mail.invitation is not None:
        return mail.invitation.clinic
    return mail.recipient.clinic if mail.recipient is not None else None


def _wrapped(text: str) -> str:
    """The text with no line too long to read, and never more than one empty line."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        stripped = line.rstrip()
        if not stripped and lines and not lines[-1]:
            continue
        if len(stripped) <= TEXT_WIDTH or stripped.startswith("http"):
            lines.append(stripped)
            continue
        indent = stripped[: len(stripped) - len(stripped.lstrip(" >-"))]
        lines += textwrap.wrap(
            stripped,
            TEXT_WIDTH,
            subsequent_indent=indent.replace("-", " "),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lines) + "\n"
