"""The parts of a plan's history: its entries, and the days on a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet

from walking.models import Plan
from walking.programme import weeks


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a page in the patient's time zone: from ``first`` (None: the beginning) to before ``end`` (None:
    now), and the numbers of its weeks."""

    zone: ZoneInfo
    first_week: int
    last_week: int
    first: dt.date | None
    end: dt.date | None
    today: dt.date

    def within_days[M: Model](self, rows: QuerySet[M], column: str) -> QuerySet[M]:
        """Return those whose local day is in the span."""
        if self.first is not None:
            rows = rows.filter(**{f"{column}__gte": self.first})
        return rows if self.end is None else rows.filter(**{f"{column}__lt": self.end})

    def has(self, day: dt.date) -> bool:
        """Return whether the local ``day`` is in the span."""
        return (self.first is None or day >= self.first) and (self.end is None or day < self.end)

    def within[M: Model](self, rows: QuerySet[M], column: str) -> QuerySet[M]:
        """Return those whose moment is in the span."""
        if self.first is not None:
            rows = rows.filter(**{f"{column}__gte": self._midnight(self.first)})
        return (
            rows if self.end is None else rows.filter(**{f"{column}__lt": self._midnight(self.end)})
        )

    def of_weeks[M: Model](self, rows: QuerySet[M]) -> QuerySet[M]:
        """Return those with the number of one of its weeks."""
        return rows.filter(week_number__gte=self.first_week, week_number__lte=self.last_week)

    def local(self, at: dt.datetime) -> dt.date:
        return weeks.local_day(at, self.zone)

    def midday(self, day: dt.date) -> dt.datetime:
        return weeks.at_local(day, dt.time(12), self.zone)

    def _midnight(self, day: dt.date) -> dt.datetime:
        return weeks.at_local(day, dt.time(0), self.zone)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact. ``week``: its week, if the fact names one. ``day``: for a fact with a day but no time. ``words``: what
    someone wrote, and ``words_by``: who. ``more``: rows to expand, by label."""

    kind: str
    at: dt.datetime
    title: str
    by: str = ""
    week: int | None = None
    day: dt.date | None = None
    lines: tuple[str, ...] = ()
    words: str = ""
    words_by: str = ""
    flags: tuple[str, ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Loads entries of ``kinds``."""

    kinds: tuple[str, ...]
    read: Callable[[Plan, Span], Iterator[Entry]]
