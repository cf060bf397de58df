"""A plan as a calendar (RFC 5545). Says nothing about health, because others may see it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Alarm, Calendar, Event

from walking.models import CalendarFeed, Contact
from walking.patient.today.upcoming_walks import PlannedWalk

REFRESH: Final = dt.timedelta(hours=6)


def calendar(
    feed: CalendarFeed,
    walks: Iterable[PlannedWalk],
    contacts: Iterable[Contact],
    changed: dt.datetime,
) -> bytes:
    """Return the calendar. The same plan gives the same bytes: ``changed``, the time of the last change, is used as
    now."""
    changed = changed.astimezone(dt.UTC).replace(microsecond=0)
    sequence = max(0, int((changed - feed.plan.created_at).total_seconds()))
    shown = Calendar()
    shown.add("prodid", "-//Waymark//Walks//EN")
    shown.add("version", "2.0")
    shown.add("calscale", "GREGORIAN")
    shown.add("method", "PUBLISH")
    shown.add("x-wr-calname", _("Walks"))
    shown.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    shown.add("x-published-ttl", "PT6H")
    for walk in walks:
        event = _event(feed, f"walk/{walk.week}/{walk.number}", changed, sequence)
        event.add("summary", _walk_words(walk))
        event.add("dtstart", walk.starts)
        event.add("dtend", walk.starts + walk.lasts)
        if feed.alarm_minutes is not None:
            event.add_component(_alarm(feed.alarm_minutes))
        shown.add_component(event)
    for contact in contacts:
        event = _event(feed, f"contact/{contact.number}", changed, sequence)
        by_telephone = contact.kind == Contact.Kind.TELEPHONE
        event.add("summary", _("Appointment by telephone") if by_telephone else _("Appointment"))
        event.add("dtstart", contact.due)
        event.add("dtend", contact.due + dt.timedelta(days=1))
        shown.add_component(event)
    return shown.to_ical()


def _event(feed: CalendarFeed, about: str, changed: dt.datetime, sequence: int) -> Event:
    event = Event()
    name = f"{settings.SITE_URL}/plan/{feed.pk}/{about}"
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, name)))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", sequence)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _walk_words(walk: PlannedWalk) -> str:
    if walk.minutes is None:
        return _("Walk")
    return ngettext("Walk %(count)s minute", "Walk %(count)s minutes", walk.minutes) % {
        "count": walk.minutes
    }


def _alarm(minutes: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Walk"))
    alarm.add("trigger", -dt.timedelta(minutes=minutes))
    return alarm
