"""The history of a plan: every fact, newest first, by week, a few weeks to a page.

``walking.desk.history.facts`` loads the facts of a page, with one query for each kind.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from walking.desk.history.entries import Entry, Span
from walking.desk.history.facts import READERS
from walking.models import Plan, Walk, Week
from walking.programme import weeks as calendar

WEEKS_A_PAGE: Final = 6
#: The parts before the first week and after the last; weeks use their numbers.
BEFORE, AFTER = 0, 1000

KINDS: Final[dict[str, Promise]] = {
    "": gettext_lazy("All"),
    "walks": gettext_lazy("Walks"),
    "check_in": gettext_lazy("Check-ins"),
    "decision": gettext_lazy("Decisions"),
    "health": gettext_lazy("Pain and warning signs"),
    "contact": gettext_lazy("Contacts"),
    "away": gettext_lazy("Pauses and days away"),
    "note": gettext_lazy("Notes"),
    "companion": gettext_lazy("Companion programmes"),
    "mail": gettext_lazy("Mail"),
    "plan": gettext_lazy("Enrolment and settings"),
}


@dataclass(slots=True)
class Part:
    """A week, or the time before the first or after the last: its walks and other facts, newest first."""

    number: int
    week: Week | None = None
    is_running: bool = False
    walks: list[Walk] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def title(self) -> str:
        if self.number == BEFORE:
            return _("Before the first week")
        if self.number == AFTER:
            return _("After the plan")
        return _("Week %(number)s") % {"number": self.number}

    @property
    def minutes(self) -> int:
        return sum(walk.minutes for walk in self.walks)

    @property
    def walked(self) -> str:
        """Return the walks as one line."""
        count = len(self.walks)
        words = ngettext("%(count)s walk", "%(count)s walks", count) % {"count": count}
        minutes = ngettext("%(count)s minute", "%(count)s minutes", self.minutes)
        return f"{words}, {minutes % {'count': self.minutes}}"

    @property
    def worst_pain(self) -> int | None:
        return max((walk.pain for walk in self.walks if walk.pain is not None), default=None)


@dataclass(frozen=True, slots=True)
class Story:
    """One page of a plan's history. ``newer`` and ``older`` are the numbers of the adjacent pages."""

    parts: list[Part]
    kind: str
    page: int
    newer: int | None
    older: int | None

    @property
    def kinds(self) -> list[tuple[str, Promise]]:
        return list(KINDS.items())


def story(plan: Plan, weeks: Sequence[Week], *, kind: str, page: int, at: dt.datetime) -> Story:
    """Return the facts of ``kind`` (empty for all) up to ``at``. ``weeks`` are the plan's, in order."""
    kind = kind if kind in KINDS else ""
    numbers = _numbers(plan, weeks, at)
    pages = [numbers[i : i + WEEKS_A_PAGE] for i in range(0, len(numbers), WEEKS_A_PAGE)]
    page = min(max(page, 1), len(pages))
    parts = {number: Part(number) for number in pages[page - 1]}
    for week in weeks:
        if week.number in parts:
            parts[week.number].week = week
            parts[week.number].is_running = (
                plan.status == Plan.Status.ACTIVE and week.number == plan.week_number
            )
    span = _span(plan, weeks, numbers, pages[page - 1], at)
    if kind in ("", "walks"):
        for walk in span.within_days(plan.walks.kept().with_who(), "day"):
            if part := parts.get(_part_of(plan, weeks, walk.day)):
                part.walks.append(walk)
    for reader in READERS:
        if kind and kind not in reader.kinds:
            continue
        for entry in reader.read(plan, span):
            if kind and entry.kind != kind:
                continue
            number = entry.week
            if number is None:
                number = _part_of(plan, weeks, entry.day or span.local(entry.at))
            if part := parts.get(number):
                part.entries.append(entry)
    for part in parts.values():
        part.entries.sort(key=lambda entry: entry.at, reverse=True)
    return Story(
        parts=[part for part in parts.values() if part.entries or part.walks or part.week],
        kind=kind,
        page=page,
        newer=page - 1 if page > 1 else None,
        older=page + 1 if page < len(pages) else None,
    )


def _numbers(plan: Plan, weeks: Sequence[Week], at: dt.datetime) -> list[int]:
    """Return the numbers of all parts, newest first."""
    numbers = [BEFORE, *(week.number for week in weeks)]
    if plan.status == Plan.Status.COMPLETED and weeks:
        numbers.append(AFTER)
    return numbers[::-1]


def _part_of(plan: Plan, weeks: Sequence[Week], day: dt.date) -> int:
    """Return the week of a local day. A day in a pause belongs to the week before it."""
    place = bisect_right([week.starts for week in weeks], day)
    if (
        place == len(weeks)
        and weeks
        and plan.status == Plan.Status.COMPLETED
        and day > weeks[-1].ends
    ):
        return AFTER
    return weeks[place - 1].number if place else BEFORE


def _span(
    plan: Plan, weeks: Sequence[Week], numbers: list[int], shown: list[int], at: dt.datetime
) -> Span:
    """Return the span from the first day of the oldest part shown to the day before the next newer one."""
    starts = {week.number: week.starts for week in weeks}
    if weeks:
        starts[AFTER] = weeks[-1].ends + dt.timedelta(days=1)
    place = numbers.index(shown[0])
    above = numbers[place - 1] if place else None
    zone = plan.patient.zone
    return Span(
        zone=zone,
        first_week=shown[-1],
        last_week=max((number for number in shown if number != AFTER), default=BEFORE),
        first=starts.get(shown[-1]),
        end=starts[above] if above is not None else None,
        today=calendar.local_day(at, zone),
    )
