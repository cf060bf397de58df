"""The six coaching contacts: planned from the start date, with the mail of the day before."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from walking.models import Contact, Plan
from walking.programme import weeks
from walking.programme.contacts import contact_dates

#: The patient's mail about a contact: at this local time on the day before (ours).
REMINDER_TIME = dt.time(10)


def reminder_due(day: dt.date, patient: User, at: dt.datetime) -> dt.datetime | None:
    """When the mail about a contact on the local ``day`` is due; None if that moment has passed."""
    due = weeks.at_local(day - dt.timedelta(days=1), REMINDER_TIME, patient.zone)
    return due if due > at else None


def planned_contacts(plan: Plan, at: dt.datetime) -> list[Contact]:
    """The contacts of a plan that starts on ``plan.start``; not saved."""
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
    """Plan the contacts again from a new start date; what was done or missed stays."""
    days = {planned.number: day for planned, day in contact_dates(plan.start)}
    for contact in plan.contacts.filter(state=Contact.State.PLANNED):
        contact.due = days.get(contact.number, contact.due)
        contact.remind_at = reminder_due(contact.due, plan.patient, at)
        contact.save(update_fields=["due", "remind_at"])
