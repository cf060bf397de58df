"""Days to the first recurrence of one patient, and why we stopped counting where there was none.

The trial asked once a month for the days to the first recurrence (protocol, BMJ Open 2020; 10:e037149). What is
known here is what was answered: a month without an answer hides whatever was in it, so that counting stops at its
beginning, also where later months were answered (ours: it loses follow-up rather than inventing it). A flare-up that
was told at once, in a month whose question has no answer yet, waits for that answer too: else somebody would be
watched for longer just because something happened, and recurrences would look more frequent than they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from walking.programme import weeks

#: So long after a month was over an answer may still come without anybody being lost (ours).
WAITS: Final = timedelta(days=60)


class Definition(StrEnum):
    """The trial's three definitions of a recurrence; the second and the third are parts of the first."""

    ANY = "any"
    LIMITING = "limiting"
    CARE = "care"


class Ending(StrEnum):
    """Why the days end where they end."""

    #: A recurrence as defined began.
    RECURRENCE = "recurrence"
    #: All months that are asked for were answered, and none came.
    COMPLETE = "complete"
    #: Followed still: nothing is missing yet.
    RUNNING = "running"
    #: A month was never answered.
    LOST = "lost"
    #: The follow-up was ended: consent withdrawn, or a new plan begun.
    STOPPED = "stopped"
    #: A recurrence began of which was not said whether it is one as defined.
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Episode:
    """One recurrence of 24 hours or more. `began` is a local day; None for `limiting` and `care`: not said."""

    began: date
    limiting: bool | None = None
    care: bool | None = None

    def is_one(self, definition: Definition) -> bool | None:
        """Whether it counts by this definition; None if that is not known."""
        if definition is Definition.LIMITING:
            return self.limiting
        return self.care if definition is Definition.CARE else True


@dataclass(frozen=True, slots=True)
class Observation:
    """`days` from the plan's first day: to the recurrence, or to the last day that we know to be without one."""

    days: int
    ending: Ending

    @property
    def happened(self) -> bool:
        return self.ending is Ending.RECURRENCE


def known_until(start: date, answered: Iterable[int], months: int) -> tuple[int, date]:
    """The last month of an unbroken row of answers from month 1 on, at most `months`, and the day it reaches to."""
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
    """What is known of one plan on the local day `today`.

    `episodes`: all that was told, by whatever way. `answered`: the numbers of the months whose question was answered.
    `months`: how many are asked for. `stopped`: the local day on which the follow-up was ended, if it was.
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
