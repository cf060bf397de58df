"""The calendar of the plan that most tests use: it starts in Sydney on Monday 2 March 2026."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import time_machine

ZONE = "Australia/Sydney"
START = dt.date(2026, 3, 2)  # a Monday


def local(
    day: dt.date, hour: int = 12, minute: int = 0, zone: str = ZONE, *, second: int = 0
) -> dt.datetime:
    """Return a local time, as UTC."""
    return dt.datetime.combine(day, dt.time(hour, minute, second), ZoneInfo(zone)).astimezone(
        dt.UTC
    )


def day(number: int, start: dt.date = START) -> dt.date:
    """Return day ``number`` of the plan. Day 1 is its first."""
    return start + dt.timedelta(days=number - 1)


def moment(number: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    """Return a local time on day ``number`` of the plan."""
    return local(day(number), hour, minute)


def on_day(number: int, hour: int = 12, minute: int = 0) -> time_machine.travel:
    """Stop the clock at a local time on day ``number`` of the plan."""
    return time_machine.travel(moment(number, hour, minute), tick=False)
