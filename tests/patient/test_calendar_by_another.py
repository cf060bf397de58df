"""The calendar feed as another library reads it than the one that writes it."""

from __future__ import annotations

import datetime as dt

import pytest
import vobject
from django.test import Client

from tests.days import START, ZONE, moment, on_day
from tests.people import make_plan
from tests.responses import path_of
from walking.care.diary.habits import choose, open_calendar
from walking.mail.links import calendar_url

pytestmark = pytest.mark.django_db


def test_it_reads_the_walks_and_the_contacts_alike_in_two_downloads() -> None:
    plan = make_plan()
    choose(plan, weekdays=[0, 2, 4], hour=dt.time(9), at=moment(1))
    address = path_of(calendar_url(open_calendar(plan, at=moment(1))))
    with on_day(2):
        first = Client().get(address).content
    with on_day(3):
        second = Client().get(address).content
    assert first == second
    calendar = vobject.readOne(first.decode())
    assert calendar.version.value == "2.0"
    events = calendar.vevent_list
    uids = [event.uid.value for event in events]
    assert len(set(uids)) == len(uids)
    walks = [event for event in events if "alk" in event.summary.value]
    starts = {event.dtstart.value for event in walks}
    for offset in (0, 2, 4):
        day = START + dt.timedelta(days=offset)
        assert any(
            start.astimezone(plan.patient.zone) == dt.datetime.combine(day, dt.time(9), plan.patient.zone)
            for start in starts
        ), (day, ZONE)  # fmt: skip
    assert len(events) > len(walks), "the contacts are there, too"
    assert not any(word in first.decode().lower() for word in ("pain", "back", "physio"))
