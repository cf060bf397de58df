"""The calendar feed read by a reader of our own, written from RFC 5545 alone: no library that also writes it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

import pytest
from django.test import Client

from tests.days import moment, on_day
from tests.people import make_plan
from walking.care.diary.habits import open_calendar, set_alarm
from walking.mail.links import calendar_url

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LINE = re.compile(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)")
UTC = re.compile(r"\d{8}T\d{6}Z")
DAY = re.compile(r"\d{8}")


@dataclass
class Component:
    """Its properties as (parameters, value) by name, and the components in it."""

    name: str
    properties: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    inner: list[Component] = field(default_factory=list)

    def one(self, name: str) -> str:
        ((_parameters, value),) = self.properties[name]
        return value

    def of(self, name: str) -> list[Component]:
        return [each for each in self.inner if each.name == name]


def read(body: bytes) -> Component:
    """The one calendar object of a stream (3.1, 3.4, 3.6). Raises ``AssertionError`` for what the RFC forbids."""
    assert body.endswith(b"\r\n")
    lines = body.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    unfolded: list[bytes] = []
    for line in lines:
        if line.startswith((b" ", b"\t")):
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    top = Component("")
    open_now = [top]
    for text in (line.decode("utf-8") for line in unfolded):
        found = LINE.fullmatch(text)
        assert found, text
        name, parameters, value = found.groups()
        if name == "BEGIN":
            open_now[-1].inner.append(Component(value))
            open_now.append(open_now[-1].inner[-1])
        elif name == "END":
            assert open_now.pop().name == value
        else:
            open_now[-1].properties.setdefault(name, []).append((parameters, value))
    assert open_now == [top]
    (calendar,) = top.inner
    assert calendar.name == "VCALENDAR"
    return calendar


@pytest.fixture
def feed():
    made = open_calendar(make_plan(), at=moment(1))
    return set_alarm(made, minutes=30, at=moment(1))


def fetch(feed, day: int = 1) -> bytes:
    with on_day(day):
        response = Client().get(calendar_url(feed))
    assert response.status_code == 200
    return response.content


def test_it_holds_what_the_standard_asks_for(feed) -> None:
    calendar = read(fetch(feed))
    assert calendar.one("VERSION") == "2.0"
    assert calendar.one("PRODID")
    events = calendar.of("VEVENT")
    assert len(events) == len({event.one("UID") for event in events}) > 12
    for event in events:
        assert UTC.fullmatch(event.one("DTSTAMP"))
        ((parameters, starts),) = event.properties["DTSTART"]
        if parameters == ";VALUE=DATE":
            assert DAY.fullmatch(starts)
            assert DAY.fullmatch(event.one("DTEND"))
        else:
            assert (parameters, bool(UTC.fullmatch(starts))) == ("", True)
            assert event.one("DTEND") > starts
            (alarm,) = event.of("VALARM")
            assert (alarm.one("ACTION"), alarm.one("TRIGGER")) == ("DISPLAY", "-PT30M")
            assert alarm.one("DESCRIPTION") == "Walk"


def test_the_walks_are_where_the_patient_wants_them(feed) -> None:
    walks = [
        event for event in read(fetch(feed)).of("VEVENT") if event.one("SUMMARY").startswith("Walk")
    ]
    first = dt.datetime.strptime(walks[0].one("DTSTART"), "%Y%m%dT%H%M%S%z")
    assert first == moment(1, 10)
    assert walks[0].one("SUMMARY") == "Walk 10 minutes"


def test_two_downloads_on_two_days_are_the_same(feed) -> None:
    first, second = fetch(feed), fetch(feed, day=3)
    assert first == second
    assert read(first) == read(second)
