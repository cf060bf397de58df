"""Coaching contacts for a calendar: initials and nothing about health, because others may see it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from walking.models import Contact, ContactNote


def contact_calendar(contacts: Iterable[Contact]) -> bytes:
    """Return a calendar (RFC 5545) with a whole-day event for each contact. One more query, however many.

    The contacts are loaded with plan and patient. If a contact is moved, its event moves at the next fetch.
    """
    contacts = list(contacts)
    prefetch_related_objects(contacts, "notes")
    calendar = Calendar()
    calendar.add("prodid", "-//Waymark//Contacts//EN")
    calendar.add("version", "2.0")
    for contact in contacts:
        calendar.add_component(_event(contact))
    return calendar.to_ical()


def _event(contact: Contact) -> Event:
    moves = [note for note in contact.notes.all() if note.outcome == ContactNote.Outcome.MOVED]
    initials = "".join(word[0] for word in contact.plan.patient.name.split())
    event = Event()
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}/desk/{contact.pk}")))
    event.add("dtstamp", max((note.at for note in moves), default=contact.plan.created_at))
    # A calendar treats a higher number as a change; only another day is one.
    event.add("sequence", len(moves))
    event.add("class", "PRIVATE")
    event.add("summary", _("Appointment %(initials)s") % {"initials": initials})
    event.add("dtstart", contact.due)
    event.add("dtend", contact.due + dt.timedelta(days=1))
    return event
