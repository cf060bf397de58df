"""The rules of movement retraining: which patterns belong to a week, and which version comes next. Pure.

The pilot trial (Farmer et al., Motum, 2025) took 12 weeks, began with four of rolling, crawling and kneeling, and had
an easier and a harder version of each pattern. Which patterns follow in which weeks, and the rules for the next
session, are our choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final

WEEKS: Final = 12
WEEKS_PER_STAGE: Final = 4
#: Pain from 0 to 10: from the first value on it is too much, from the second on not comfortable (the traffic light).
PAIN_TOO_MUCH: Final = 6
PAIN_TO_WATCH: Final = 4
#: How safe it felt, 0 (not at all) to 10 (completely): unsafe up to the first value, comfortable from the second on.
#: Our choice, not the trial's.
UNSAFE: Final = 4
SAFE: Final = 7
#: After this many comfortable sessions in a row on one version, the harder one is offered.
COMFORTABLE_SESSIONS: Final = 3
#: After this many days without a pattern it restarts one version easier (our choice, not the trial's).
LONG_AGO: Final = 14
#: Patterns for one day: about 15 minutes (our choice, not the trial's).
PER_DAY: Final = 3
#: What can be recorded for a session: the number of times, or the seconds; and the two ratings.
COUNT: Final = range(1, 101)
SECONDS: Final = range(1, 1801)
RATING: Final = range(11)


class Pattern(StrEnum):
    """The patterns, in the order of the programme."""

    ROLLING = "rolling"
    CRAWLING = "crawling"
    KNEELING = "kneeling"
    SQUATTING = "squatting"
    HALF_KNEELING = "half_kneeling"
    GETTING_UP = "getting_up"
    LIFTING = "lifting"
    CARRYING = "carrying"
    STEPPING = "stepping"
    TURNING = "turning"


_STAGES: Final[tuple[tuple[Pattern, ...], ...]] = (
    (Pattern.ROLLING, Pattern.CRAWLING, Pattern.KNEELING),
    (Pattern.SQUATTING, Pattern.HALF_KNEELING, Pattern.GETTING_UP),
    (Pattern.LIFTING, Pattern.CARRYING, Pattern.STEPPING, Pattern.TURNING),
)


class Version(IntEnum):
    """How hard a pattern is done; higher is harder."""

    EASIER = 1
    USUAL = 2
    HARDER = 3


class Why(StrEnum):
    """The line of the rules that applied."""

    FIRST = "first"
    PAIN = "pain"
    UNSAFE = "unsafe"
    LONG_AGO = "long_ago"
    WATCH = "watch"
    READY = "ready"
    GO_ON = "go_on"
    HARDEST = "hardest"


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a pattern on a local ``day``; ``safe`` and ``pain`` from 0 to 10."""

    day: date
    version: Version
    safe: int
    pain: int

    @property
    def is_comfortable(self) -> bool:
        return self.pain < PAIN_TO_WATCH and self.safe >= SAFE


@dataclass(frozen=True, slots=True)
class Next:
    """The version proposed for the next session, and why; the patient may choose ``offered`` instead.

    A patient who finds even this too much today may always take an easier one.
    """

    version: Version
    why: Why
    offered: Version | None = None

    @property
    def choices(self) -> tuple[Version, ...]:
        """Return what can be chosen today, the easiest first."""
        most = max(self.version, self.offered or self.version)
        return tuple(version for version in Version if version <= most)


def next_session(sessions: Sequence[Session], today: date) -> Next:
    """Return what comes after ``sessions`` of one pattern, given in order: the first line that matches.

    | when | next | why |
    | --- | --- | --- |
    | no session yet | the easier version; the usual one may be taken | ``first`` |
    | pain 6 or more | one version easier | ``pain`` |
    | it felt unsafe: 4 or less of 10 | the same | ``unsafe`` |
    | the last was 14 days ago or more | one version easier; the same may be taken | ``long_ago`` |
    | pain 4 or 5 | the same | ``watch`` |
    | comfortable on three days in a row of sessions on this version: pain up to 3, safe 7 or more | the same; a harder
      one is offered | ``ready`` |
    | the same, on the hardest | the same | ``hardest`` |
    | otherwise | the same | ``go_on`` |
    """
    if not sessions:
        return Next(Version.EASIER, Why.FIRST, Version.USUAL)
    last = sessions[-1]
    if last.pain >= PAIN_TOO_MUCH:
        return Next(_easier(last.version), Why.PAIN)
    if last.safe <= UNSAFE:
        return Next(last.version, Why.UNSAFE)
    if (today - last.day).days >= LONG_AGO:
        easier = _easier(last.version)
        return Next(easier, Why.LONG_AGO, last.version if last.version > easier else None)
    if last.pain >= PAIN_TO_WATCH:
        return Next(last.version, Why.WATCH)
    if comfortable_in_a_row(sessions) >= COMFORTABLE_SESSIONS:
        if last.version is Version.HARDER:
            return Next(last.version, Why.HARDEST)
        return Next(last.version, Why.READY, Version(last.version + 1))
    return Next(last.version, Why.GO_ON)


def comfortable_in_a_row(sessions: Sequence[Session]) -> int:
    """Return on how many days the last sessions were comfortable, on the version of the very last. Several on one day
    count once: how the next day feels is part of it."""
    days = set()
    for session in reversed(sessions):
        if session.version != sessions[-1].version or not session.is_comfortable:
            break
        days.add(session.day)
    return len(days)


def stage_of(pattern: Pattern) -> int:
    """Return 1 to 3: the four weeks in which the pattern is new."""
    return next(number for number, of in enumerate(_STAGES, 1) if pattern in of)


def first_week(pattern: Pattern) -> int:
    return (stage_of(pattern) - 1) * WEEKS_PER_STAGE + 1


def stage(week: int) -> int:
    """Return the stage of a week (from 1 on); the last stage continues after its weeks."""
    return min(len(_STAGES), (max(1, week) - 1) // WEEKS_PER_STAGE + 1)


def week_of(started: date, today: date) -> int:
    """Return the week of the companion that contains ``today``: 1 for the first seven days."""
    return max(1, (today - started).days // 7 + 1)


def open_patterns(picked: Collection[Pattern], week: int) -> tuple[Pattern, ...]:
    """Return those of ``picked`` that are open in ``week``: in this stage and earlier ones. If even the first of them
    starts later, its stage is open from the beginning, so that there is always something to do."""
    if not picked:
        return ()
    until = max(stage(week), min(stage_of(pattern) for pattern in picked))
    return tuple(pattern for pattern in Pattern if pattern in picked and stage_of(pattern) <= until)


def for_today(
    picked: Collection[Pattern], week: int, last_done: Mapping[Pattern, date]
) -> tuple[Pattern, ...]:
    """Return up to three open patterns, the newest stage first, and within it those done longest ago or never."""
    open_now = open_patterns(picked, week)
    order = sorted(
        open_now,
        key=lambda each: (-stage_of(each), last_done.get(each, date.min), open_now.index(each)),
    )
    return tuple(order[:PER_DAY])


@dataclass(frozen=True, slots=True)
class Confidence:
    """How safe it felt, from 0 to 10: the average of the first three sessions and that of the last three."""

    first: float
    last: float

    @property
    def grew(self) -> bool:
        return self.last > self.first


def confidence(safe: Iterable[int]) -> Confidence | None:
    """Return it from the ratings in order; None for fewer than four, which show nothing yet."""
    ratings = list(safe)
    if len(ratings) <= COMFORTABLE_SESSIONS:
        return None
    return Confidence(
        sum(ratings[:COMFORTABLE_SESSIONS]) / COMFORTABLE_SESSIONS,
        sum(ratings[-COMFORTABLE_SESSIONS:]) / COMFORTABLE_SESSIONS,
    )


def _easier(version: Version) -> Version:
    return Version(max(Version.EASIER, version - 1))
