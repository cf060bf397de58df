"""Arithmetic of the reports: means, rates, and what is left out so that nobody can be told apart. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

#: Groups of fewer patients are not shown apart from the rest of a clinic (ours).
FEWEST: Final = 5
#: Days of a month, on average.
MONTH_DAYS: Final = 365.25 / 12
#: The monthly question goes on for so long from a plan's start, at least (protocol: 12 to 36 months).
FOLLOWED_DAYS: Final = 365


def tells_apart(group: int, everybody: int) -> bool:
    """Whether a figure of ``group`` patients of ``everybody`` would show fewer than five: they, or all the others.

    A whole clinic is nobody's share of it, however small it is.
    """
    others = everybody - group
    return others > 0 and (0 < group < FEWEST or others < FEWEST)


def covered(counts: Sequence[int]) -> list[int | None]:
    """Counts that stand beside their sum: those of one to four are left out, and, where that is only one, the next
    smallest too, which would otherwise give it away."""
    small = {place for place, count in enumerate(counts) if 0 < count < FEWEST}
    if len(small) == 1:
        others = [place for place, count in enumerate(counts) if place not in small and count]
        small.update(sorted(others, key=lambda place: counts[place])[:1])
    return [None if place in small else count for place, count in enumerate(counts)]


def observed_days(start: dt.date, since: dt.date, until: dt.date) -> int:
    """Days from ``since`` to ``until`` (both counted) of the year that follows ``start``."""
    first, last = max(start, since), min(start + dt.timedelta(days=FOLLOWED_DAYS - 1), until)
    return max(0, (last - first).days + 1)


def patient_months(starts: Iterable[tuple[dt.date, int]], since: dt.date, until: dt.date) -> float:
    """``starts``: days, and how many plans began on each."""
    days = sum(number * observed_days(start, since, until) for start, number in starts)
    return days / MONTH_DAYS


def per_hundred_months(count: int, months: float) -> float | None:
    return round(100 * count / months, 1) if months > 0 else None


def share(part: int, whole: int) -> int | None:
    """Percent, rounded down, so that only all is 100."""
    return 100 * part // whole if whole else None
