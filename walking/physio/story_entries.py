"""What the story of a plan is made of: its entries, and the days that a page of it spans."""

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
    """The days of a page in the patient's zone: from ``first`` on (None: from the beginning) to before ``end`` (None:
    to now); and the numbers of its weeks."""

    zone: ZoneInfo
    first_week: int
    last_week: int
    first: dt.date | None
    end: dt.date | None
    today: dt.date

    def within_days[M: Model](self, rows: QuerySet[M], column: str) -> QuerySet[M]:
        """Those whose local day is in the span."""
        if self.first is not None:
            rows = rows.filter(**{f"{column}__gte": self.first})
        return rows if self.end is None else rows.filter(**{f"{column}__lt": self.end})

    def has(self, day: dt.date) -> bool:
        """Whether the local ``day`` is in the span."""
        return (self.first is None or day >= self.first) and (self.end is None or day < self.end)

    def within[M: Model](self, rows: QuerySet[M], column: str) -> QuerySet[M]:
        """Those whose moment is in the span."""
        if self.first is not None:
            rows = rows.filter(**{f"{column}__gte": self._midnight(self.first)})
        return (
            rows if self.end is None else rows.filter(**{f"{column}__lt": self._midnight(self.end)})
        )

    def of_weeks[M: Model](self, rows: QuerySet[M]) -> QuerySet[M]:
        """Those that carry the number of one of its weeks."""
        return rows.filter(week_number__gte=self.first_week, week_number__lte=self.last_week)

    def local(self, at: dt.datetime) -> dt.date:
        return weeks.local_day(at, self.zone)

    def midday(self, day: dt.date) -> dt.datetime:
        return weeks.at_local(day, dt.time(12), self.zone)

    def _midnight(self, day: dt.date) -> dt.datetime:
        return weeks.at_local(day, dt.time(0), self.zone)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact. ``week``: its week where it says so itself. ``day``: of a fact that has a day and no hour. ``words``:
    what somebody wrote, and ``words_by`` whose words they are. ``more``: rows to open, by label."""

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
    """Reads entries of ``kinds``."""

    kinds: tuple[str, ...]
    read: Callable[[Plan, Span], Iterator[Entry]]
