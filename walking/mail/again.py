"""Send an email again because staff asked for it: a separate copy about the same thing, composed afresh.

The original does not change. "At most once" applies to each copy, so if two people ask at the same moment only one
copy is sent.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import access_log
from accounts.models import Access, User
from walking.mail import outbox
from walking.mail.compose import compose
from walking.mail.letter import Suppressed
from walking.mail.reading import with_records
from walking.models import Mail, MailCopy


class NotAgain(Exception):  # noqa: N818  (a refusal is not a program error)
    """Nothing was queued. ``str()`` is a sentence for staff; ``field`` the form field it belongs to, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def send_again(mail: Mail, *, by: User, reason: str, at: dt.datetime) -> Mail:
    """Queue a copy of the settled ``mail``, due at ``at``. Returns the copy.

    Raises ``NotAgain`` if ``by`` may not see the email, if it is still queued, or if it would be wrong or unwanted now.
    """
    reason = reason.strip()
    if not reason:
        raise NotAgain(_("Say why it is sent again."), "reason")
    with transaction.atomic():
        original = with_records(Mail.objects.visible_to(by)).filter(pk=mail.pk).first()
        if original is None:
            raise NotAgain(_("There is no such mail in your clinic."))
        # In one query: otherwise a copy that a colleague adds between two queries would give this one the next number.
        same = dict(_about_the_same(original).values_list("copy", "state"))
        if Mail.State.QUEUED in same.values():
            raise NotAgain(_("It is waiting to be sent: it goes by itself."))
        copy = _copy(original, 1 + max(same), at)
        if words := why_not(copy, at):
            raise NotAgain(_("It would not be right to send it now: %(why)s") % {"why": words})
        if not outbox.queue([copy]):
            raise NotAgain(_("A colleague has just sent it again."))
        copy = Mail.objects.get(message_id=copy.message_id)
        MailCopy(mail=copy, of=original, by=by, reason=reason, at=at).save()
        patient = patient_of(original)
        if patient is not None:
            access_log.record(
                by=by,
                patient=patient,
                action=Access.Action.CHANGED,
                what="mail_again",
                why=reason,
                at=at,
            )
    return copy


def why_not(mail: Mail, at: dt.datetime) -> str:
    """Return a sentence saying why ``mail`` would not be sent at ``at``; empty if it would be."""
    composed = compose(mail, at)
    return _(composed.reason) if isinstance(composed, Suppressed) else ""


def patient_of(mail: Mail) -> User | None:
    """Return the patient whose record the email belongs to."""
    if mail.plan is not None:
        return mail.plan.patient
    return mail.recipient if mail.recipient is not None and mail.recipient.is_patient else None


def _about_the_same(mail: Mail) -> QuerySet[Mail]:
    subject = (
        {"plan": mail.plan}
        if mail.plan is not None
        else {"plan": None, "invitation": mail.invitation}
        if mail.invitation is not None
        else {"plan": None, "invitation": None, "recipient": mail.recipient}
    )
    same = Mail.objects.filter(kind=mail.kind, about=mail.about, **subject)
    # Each person has their own alarm.
    return same.filter(recipient=mail.recipient) if mail.kind == Mail.Kind.URGENT else same


def _copy(mail: Mail, number: int, at: dt.datetime) -> Mail:
    return outbox.queued(
        Mail.Kind(mail.kind),
        plan=mail.plan,
        recipient=mail.recipient,
        invitation=mail.invitation,
        about=mail.about,
        due_at=at,
        at=at,
        copy=number,
    )
