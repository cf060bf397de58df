"""Days to the first recurrence of one patient, and why we stopped counting if there was none.

The trial asked once a month for the days to the first recurrence (protocol, BMJ Open 2020; 10:e037149). We know only
what was answered: a month without an answer hides anything that happened in it, so counting stops at its beginning,
even if later months were answered (our choice: it loses follow-up rather than inventing it). A flare-up reported at
once, in a month whose question has no answer yet, waits for that answer too: otherwise patients would be observed for
longer just because something happened, and recurrences would look more frequent than they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from walking.programme import weeks

#: How long after the end of a month an answer may still come before the patient is lost to follow-up. Our choice.
WAITS: Final = timedelta(days=60)


class Definition(StrEnum):
    """The trial's three definitions of a recurrence; the second and the third are subsets of the first."""

    ANY = "any"
    LIMITING = "limiting"
    CARE = "care"


class Ending(StrEnum):
    """Why counting ended."""

    #: A recurrence of this definition began.
    RECURRENCE = "recurrence"
    #: All months asked for were answered, and no recurrence came.
    COMPLETE = "complete"
    #: Still followed: no answer is missing yet.
    RUNNING = "running"
    #: A month was never answered.
    LOST = "lost"
    #: The follow-up ended: consent withdrawn, or a new plan begun.
    STOPPED = "stopped"
    #: A recurrence began, but it is not known whether it meets the definition.
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Episode:
    """One recurrence of 24 hours or more. `began` is a local day; None for `limiting` and `care`: not answered."""

    began: date
    limiting: bool | None = None
    care: bool | None = None

    def is_one(self, definition: Definition) -> bool | None:
        """Return whether it counts by this definition; None if unknown."""
        if definition is Definition.LIMITING:
            return self.limiting
        return self.care if definition is Definition.CARE else True


@dataclass(frozen=True, slots=True)
class Observation:
    """`days` from the plan's first day: to the recurrence, or to the last day known to be without one."""

    days: int
    ending: Ending

    @property
    def happened(self) -> bool:
        return self.ending is Ending.RECURRENCE


def known_until(start: date, answered: Iterable[int], months: int) -> tuple[int, date]:
    """Return the last month of an unbroken row of answers from month 1, at most `months`, and the last day it
    covers."""
    told, row = set(answered), 0
    while row < months and row + 1 in told:
        row += 1
    return row, weeks.month_day(start, row)


def observe(
    start: date,
    episodes: Sequence[Episode],
    answered: Iterable[int],
    definition: Definition,
    *,
    today: date,
    months: int,
    stopped: date | None = None,
) -> Observation:
    """Return what is known about one plan on the local day `today`.

    `episodes`: all that were reported, in any way. `answered`: the numbers of the months whose question was answered.
    `months`: how many are asked for. `stopped`: the local day on which the follow-up ended, if it did.
    """
    row, until = known_until(start, answered, months)
    ended = stopped is not None and stopped <= weeks.month_day(start, min(row + 1, months))
    last = min(until, stopped) if stopped is not None else until
    for episode in sorted(episodes, key=lambda each: each.began):
        if not start <= episode.began <= last:
            continue
        counts = episode.is_one(definition)
        if counts is None:
            return Observation((episode.began - start).days, Ending.UNSAID)
        if counts:
            return Observation((episode.began - start).days, Ending.RECURRENCE)
    if ended and row < months:
        return Observation(max(0, (last - start).days), Ending.STOPPED)
    return Observation((until - start).days, _ending(start, row, today, months))


def _ending(start: date, row: int, today: date, months: int) -> Ending:
    if row == months:
        return Ending.COMPLETE
    missing = weeks.month_day(start, row + 1)
    return Ending.LOST if today > missing + WAITS else Ending.RUNNING
