"""Arithmetic of the reports: means, rates, and suppression of small numbers. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

#: Groups of fewer patients are not shown separately (our choice).
FEWEST: Final = 5
#: Average days in a month.
MONTH_DAYS: Final = 365.25 / 12
#: The monthly question is asked for at least this long from a plan's start (protocol: 12 to 36 months).
FOLLOWED_DAYS: Final = 365


def tells_apart(group: int, everybody: int) -> bool:
    """Return whether a figure of ``group`` of ``everybody`` would reveal fewer than five patients: the group or all
    others.

    The whole clinic is always shown, however small.
    """
    others = everybody - group
    return others > 0 and (0 < group < FEWEST or others < FEWEST)


def covered(counts: Sequence[int]) -> list[int | None]:
    """Return counts shown with their sum. Hides those from one to four and, if that is only one, the next smallest too,
    because the sum would reveal it."""
    small = {place for place, count in enumerate(counts) if 0 < count < FEWEST}
    if len(small) == 1:
        others = [place for place, count in enumerate(counts) if place not in small and count]
        small.update(sorted(others, key=lambda place: counts[place])[:1])
    return [None if place in small else count for place, count in enumerate(counts)]


def observed_days(start: dt.date, since: dt.date, until: dt.date) -> int:
    """Return the days from ``since`` to ``until`` (both counted) within the year after ``start``."""
    first, last = max(start, since), min(start + dt.timedelta(days=FOLLOWED_DAYS - 1), until)
    return max(0, (last - first).days + 1)


def patient_months(starts: Iterable[tuple[dt.date, int]], since: dt.date, until: dt.date) -> float:
    """Return patient-months. ``starts``: days, and how many plans began on each."""
    days = sum(number * observed_days(start, since, until) for start, number in starts)
    return days / MONTH_DAYS


def per_hundred_months(count: int, months: float) -> float | None:
    return round(100 * count / months, 1) if months > 0 else None


def share(part: int, whole: int) -> int | None:
    """Return the percentage, rounded down so that only all is 100."""
    return 100 * part // whole if whole else None
