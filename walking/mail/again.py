"""Sending a mail again because somebody of the staff asks for it: a copy of its own, about the same thing, made anew.

The original stays as it is. That a thing is told at most once holds for each copy by itself, so that two who ask at the
same moment send one.
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


class NotAgain(Exception):  # noqa: N818  (a refusal is no error of the program)
    """Nothing was queued. ``str()`` is a sentence for staff; ``field`` the form field it belongs to, if any."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def send_again(mail: Mail, *, by: User, reason: str, at: dt.datetime) -> Mail:
    """Queue a copy of a settled ``mail``, due at ``at``; the copy.

    Raises ``NotAgain`` for mail that ``by`` may not see, that waits anyway, or that would be wrong or unwanted now.
    """
    reason = reason.strip()
    if not reason:
        raise NotAgain(_("Say why it is sent again."), "reason")
    with transaction.atomic():
        original = with_records(Mail.objects.visible_to(by)).filter(pk=mail.pk).first()
        if original is None:
            raise NotAgain(_("There is no such mail in your clinic."))
        # In one look: a copy that a colleague's transaction adds between two would make this one the next.
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
    """Why ``mail`` would not be sent at ``at``, in a sentence; empty if it would."""
    composed = compose(mail, at)
    return _(composed.reason) if isinstance(composed, Suppressed) else ""


def patient_of(mail: Mail) -> User | None:
    """The patient whose record the mail belongs to."""
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
    # Each person has an alarm of their own.
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
