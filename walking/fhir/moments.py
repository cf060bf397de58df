"""Days and moments in a search, with a prefix and with their own precision.

https://hl7.org/fhir/R4/search.html#date defines the prefixes.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

_WRITTEN: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(T(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.\d{1,9})?)?(?P<offset>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_PREFIXES: Final = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` up to, but not including, ``end``, both aware."""

    start: dt.datetime
    end: dt.datetime

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


def span(written: str, zone: ZoneInfo) -> Span:
    """Return the span of a day or a moment in a resource or a search; without an offset it is in ``zone``.

    Raises ``ValueError`` if it is neither, or not a day in the calendar.
    """
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError(written)
    year, month = int(found["year"]), int(found["month"] or 1)
    try:
        if found["hour"]:
            start = dt.datetime.fromisoformat(written)
            start = start if start.tzinfo else start.replace(tzinfo=zone)
            length = dt.timedelta(seconds=1) if found["second"] else dt.timedelta(minutes=1)
            # In UTC, so that hours skipped or repeated by a clock change are counted correctly.
            start = start.astimezone(dt.UTC)
            return Span(start, start + length)
        first = dt.date(year, month, int(found["day"] or 1))
        if found["day"]:
            return days(first, first, zone)
        months = year * 12 + month if found["month"] else (year + 1) * 12
        return days(first, dt.date(months // 12, months % 12 + 1, 1) - _DAY, zone)
    except OverflowError as error:
        raise ValueError(written) from error


def days(first: dt.date, last: dt.date, zone: ZoneInfo) -> Span:
    """Return the span of whole local days, both included."""
    return Span(
        dt.datetime.combine(first, dt.time(), zone).astimezone(dt.UTC),
        dt.datetime.combine(last + _DAY, dt.time(), zone).astimezone(dt.UTC),
    )


def asked_for(asked: str, zone: ZoneInfo) -> tuple[str, Span]:
    """Return the prefix, which may be empty, and the span of a search such as ``ge2026-03``. Raises ``ValueError``."""
    prefix = asked[:2] if asked[:2] in _PREFIXES else ""
    return prefix, span(asked.removeprefix(prefix), zone)


def matches(asked: str, told: Span, zone: ZoneInfo) -> bool:
    """Return whether the span ``told`` of a resource matches ``asked``. Raises ``ValueError``."""
    prefix, sought = asked_for(asked, zone)
    match prefix:
        case "ne":
            return not sought.holds(told)
        case "gt":
            return told.end > sought.end
        case "lt":
            return told.start < sought.start
        case "ge":
            return told.end > sought.end or sought.holds(told)
        case "le":
            return told.start < sought.start or sought.holds(told)
        case "sa":
            return told.start >= sought.end
        case "eb":
            return told.end <= sought.start
        case _equal:
            return sought.holds(told)
