"""Compose the message for an outbox row when it is sent, in the reader's language and time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import Clinic
from walking.mail import letters, links
from walking.mail.letter import Letter, Suppressed
from walking.mail.message import Message, mailbox, one_line
from walking.mail.reading import Reading
from walking.mail.rendering import Page, rendered
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
    Mail.Kind.MESSAGE: letters.message,
    Mail.Kind.LEAVING: letters.leaving,
    Mail.Kind.URGENT: letters.urgent,
    Mail.Kind.DIGEST: letters.digest,
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A message ready to be sent."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]
    to: str
    #: The address of ``to``, without the name.
    address: str
    reply_to: str = ""

    @property
    def message(self) -> Message:
        return Message(
            subject=self.subject,
            body=self.text,
            html=self.html,
            # Where bounces go, if replies go elsewhere.
            from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
            sender=settings.DEFAULT_FROM_EMAIL,
            to=[self.to],
            address=self.address,
            reply_to=[self.reply_to] if self.reply_to else None,
            headers=self.headers,
        )


def is_stale(mail: Mail, at: dt.datetime) -> bool:
    return at - mail.due_at > STALE_AFTER


def compose(mail: Mail, at: dt.datetime, reading: Reading | None = None) -> Composed | Suppressed:
    """Return the message to send for ``mail`` at ``at``, or the reason not to send it.

    ``reading`` is the data loaded for the batch; without it, the data is loaded for this email alone.
    """
    if is_stale(mail, at):
        return Suppressed("Too late: it was due more than 36 hours ago.")
    reading = reading or Reading([mail])
    if refusal := _unwanted(mail, reading):
        return refusal
    language, zone = _language_and_zone(mail)
    with translation.override(language), timezone.override(zone):
        letter = LETTERS[mail.kind](mail, reading, at)
        return letter if isinstance(letter, Suppressed) else _composed(mail, letter)


def _unwanted(mail: Mail, reading: Reading) -> Suppressed | None:
    person = mail.recipient or mail.invitation
    if person is not None and not person.email:
        return Suppressed("There is no address.")
    if reading.is_dead(mail):
        return Suppressed("The address does not take mail.")
    if Mail.STOPPED_BY_COMPLAINT[Mail.Kind(mail.kind)] and reading.is_complained_of(mail):
        return Suppressed("The reader marked our email as unwanted.")
    if mail.recipient is None:
        return None
    if not mail.recipient.is_active:
        return Suppressed("The account is closed.")
    if mail.kind == Mail.Kind.URGENT and not _can_act(mail):
        return Suppressed("They no longer work at the patient's clinic.")
    if not reading.is_proven(mail):
        # Invited on paper: an email about someone's back must not reach a stranger.
        return Suppressed("The address has not been confirmed yet.")
    preference: MailPreference | None = getattr(mail.recipient, "mail_preference", None)
    if preference is not None and not getattr(preference, mail.kind, True):
        return Suppressed("Unsubscribed.")
    return None


def _can_act(mail: Mail) -> bool:
    """Return whether the reader of an alarm may open the plan it is about."""
    reader, plan = mail.recipient, mail.plan
    return bool(reader and plan and reader.is_staff and reader.clinic_id == plan.clinic_id)


def _language_and_zone(mail: Mail) -> tuple[str, ZoneInfo]:
    if mail.recipient is not None:
        return mail.recipient.spoken_language, mail.recipient.zone
    assert mail.invitation is not None  # noqa: S101 - the database sees to it
    if mail.invitation.patient is not None:
        return mail.invitation.patient.spoken_language, mail.invitation.patient.zone
    return settings.LANGUAGE_CODE, ZoneInfo(mail.invitation.clinic.timezone)


def _composed(mail: Mail, letter: Letter) -> Composed:
    person = mail.recipient or mail.invitation
    assert person is not None  # noqa: S101 - the database sees to it
    clinic = _clinic(mail)
    wants = mail.recipient is not None and mail.kind in MailPreference.CHOICES
    page = Page(
        letter,
        translation.get_language(),
        one_line(person.name),
        clinic.name if clinic else "",
        clinic.phone if clinic else "",
        links.preferences_url(mail.recipient) if mail.recipient and wants else "",
    )
    headers = {
        "Message-ID": mail.message_id,
        "List-Id": f"Waymark <waymark.{settings.SITE_HOST}>",
        "Auto-Submitted": "auto-generated",
    }
    if page.preferences_url:
        headers["List-Unsubscribe"] = f"<{links.one_click_url(page.preferences_url, mail.kind)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for_patient = mail.recipient is None or mail.recipient.is_patient
    return Composed(
        subject=one_line(letter.subject),
        text=rendered(page, "txt"),
        html=rendered(page, "html"),
        headers=headers,
        to=mailbox(person.name, person.email),
        address=one_line(person.email),
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
