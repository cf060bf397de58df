"""The rules of everyday loads: which of three loads is next, and when to ask how sure the patient feels. Pure.

Loading the back is safe when it is built up step by step (O'Sullivan et al., Br J Sports Med 2020; 54: 698); pain is
rated by the traffic lights of the walks. The number of good tries for a step, and the weeks, are our choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

WEEKS: Final = 12
TASKS_AT_ONCE: Final = 2
#: 1 is the lightest, 3 the whole task.
LEVELS: Final = range(1, 4)
SCALE: Final = range(11)
COMFORTABLE: Final = 3
TOO_MUCH: Final = 6
#: After this many comfortable tries on different days in a row, the next load is offered.
GOOD_TRIES: Final = 3
#: Patients who feel less sure than this are not offered more.
SURE_ENOUGH: Final = 5
#: Sure of the whole task: it is no longer a worry.
AT_EASE: Final = 8
ASK_AGAIN_AFTER: Final = timedelta(days=7)


class Next(StrEnum):
    """The next step after the tries."""

    START = "start"
    EASIER = "easier"
    SAME = "same"
    HARDER = "harder"
    AT_EASE = "at_ease"


@dataclass(frozen=True, slots=True)
class Try:
    """One try of the task: ``level`` of ``LEVELS``, ``pain`` 0 to 10, on a local day."""

    day: date
    level: int
    pain: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The load to continue with; ``next`` HARDER offers the one above, which the patient may decline."""

    level: int
    next: Next

    @property
    def offered(self) -> int:
        """Return the heaviest load that may be chosen without going beyond the advice."""
        return self.level + 1 if self.next == Next.HARDER else self.level


def advice(tries: Sequence[Try], sure: int | None) -> Advice:
    """Return what to continue with after ``tries`` (oldest first); ``sure`` is the last rating, None if there is none.

    Pain of 6 or more: the lighter load. Three comfortable days in a row on one load, and the patient feels sure enough:
    the next is offered. The whole task, comfortable and sure: it is no longer a worry. Otherwise the same again.
    """
    if not tries:
        return Advice(LEVELS.start, Next.START)
    last = tries[-1]
    if last.pain >= TOO_MUCH:
        return Advice(max(LEVELS.start, last.level - 1), Next.EASIER)
    if not _comfortable_in_a_row(tries):
        return Advice(last.level, Next.SAME)
    if last.level == LEVELS.stop - 1:
        at_ease = sure is not None and sure >= AT_EASE
        return Advice(last.level, Next.AT_EASE if at_ease else Next.SAME)
    if sure is not None and sure < SURE_ENOUGH:
        return Advice(last.level, Next.SAME)
    return Advice(last.level, Next.HARDER)


def _comfortable_in_a_row(tries: Sequence[Try]) -> bool:
    days = set()
    for each in reversed(tries):
        if each.level != tries[-1].level or each.pain > COMFORTABLE:
            break
        days.add(each.day)
    return len(days) >= GOOD_TRIES


def asks_how_sure(rated: Mapping[date, int], today: date) -> bool:
    """Return whether to ask again how sure the patient feels: once a week. ``rated`` are the ratings by local day."""
    return not rated or today - max(rated) >= ASK_AGAIN_AFTER
