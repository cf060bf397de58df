"""The six coaching contacts: planned from the start date, with an email the day before; done, missed or moved."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import Contact, ContactNote, Plan
from walking.models.standing import refresh
from walking.programme import weeks
from walking.programme.contacts import contact_dates

#: The patient's email about a contact is sent at this local time on the day before (our choice, not the trial's).
REMINDER_TIME = dt.time(10)
#: Contacts can be moved this far ahead at most (our choice, not the trial's).
MOVED_WITHIN = dt.timedelta(days=366)


def reminder_due(day: dt.date, patient: User, at: dt.datetime) -> dt.datetime | None:
    """Return when the email about a contact on the local ``day`` is due, or None if that is past."""
    due = weeks.at_local(day - dt.timedelta(days=1), REMINDER_TIME, patient.zone)
    return due if due > at else None


def planned_contacts(plan: Plan, at: dt.datetime) -> list[Contact]:
    """Return the unsaved contacts of a plan that starts on ``plan.start``."""
    return [
        Contact(
            plan=plan,
            number=planned.number,
            kind=planned.kind.value,
            due=day,
            remind_at=reminder_due(day, plan.patient, at),
        )
        for planned, day in contact_dates(plan.start)
    ]


def move_contacts(plan: Plan, at: dt.datetime) -> None:
    """Plan the contacts again from a new start date. Contacts that were done, missed or moved by hand stay."""
    days = {planned.number: day for planned, day in contact_dates(plan.start)}
    for contact in plan.contacts.filter(state=Contact.State.PLANNED).exclude(
        notes__outcome=ContactNote.Outcome.MOVED
    ):
        contact.due = days.get(contact.number, contact.due)
        contact.remind_at = reminder_due(contact.due, plan.patient, at)
        contact.save(update_fields=["due", "remind_at"])


def note_contact(
    contact: Contact,
    *,
    outcome: str,
    revision: int,
    by: User,
    at: dt.datetime,
    to_day: dt.date | None = None,
    what_matters: str = "",
    confidence: int | None = None,
    barriers: str = "",
    agreed: str = "",
    private: str = "",
) -> ContactNote:
    """Record the outcome of a contact. ``revision`` is that of the note on screen, 0 for none.

    A later note amends an earlier one. Raises ``Refused``.
    """
    with transaction.atomic():
        plan = lock_for_staff(contact.plan_id, by)
        contact = plan.contacts.get(pk=contact.pk)
        last = contact.notes.order_by("-revision").first()
        if (last.revision if last else 0) != revision:
            raise Refused(
                _("A colleague noted this contact while you were looking at it. Read it again.")
            )
        today = weeks.local_day(at, plan.patient.zone)
        _check(contact, outcome, to_day, today)
        moved = outcome == ContactNote.Outcome.MOVED
        note = ContactNote(
            contact=contact, revision=revision + 1, outcome=outcome, from_day=contact.due,
            to_day=to_day if moved else None, what_matters=what_matters.strip(),
            confidence=confidence, barriers=barriers.strip(), agreed=agreed.strip(),
            private=private.strip(), by=by, at=at,
        )  # fmt: skip
        note.save()
        if moved and to_day is not None:
            contact.due, contact.state = to_day, Contact.State.PLANNED
            contact.remind_at = reminder_due(to_day, plan.patient, at)
        else:
            contact.state, contact.remind_at = Contact.State(outcome), None
        contact.save(update_fields=["due", "state", "remind_at"])
        changed(plan.patient, by=by, what="contact", at=at)
        refresh([plan.pk], at)
    return note


def _check(contact: Contact, outcome: str, to_day: dt.date | None, today: dt.date) -> None:
    if outcome == ContactNote.Outcome.MOVED:
        if contact.state == Contact.State.DONE:
            raise Refused(_("This contact is done; it cannot be moved."), "outcome")
        if to_day is None or to_day < today or to_day == contact.due:
            raise Refused(_("Choose another day, from today on."), "to_day")
        if to_day > today + MOVED_WITHIN:
            raise Refused(_("Choose a day within the next year."), "to_day")
    elif outcome not in ContactNote.Outcome:
        raise Refused(_("Say what became of it."), "outcome")
    elif to_day is not None:
        raise Refused(_("A new day belongs to a contact that is moved."), "to_day")
    elif outcome == ContactNote.Outcome.MISSED and contact.due > today:
        raise Refused(_("This contact is still to come. Move it instead."), "outcome")
