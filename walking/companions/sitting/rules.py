"""The rules of sitting less: the goal, and each week's target from what was written down. Pure, in minutes a day.

The trial (Norha et al., BMJ Open 2024; 14: e084305) aimed at an hour less a day for six months. The size of the steps,
what counts as a week and the way back are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

WEEKS: Final = 26
GOAL: Final = 60
#: Whoever sits little has less to leave out: a quarter of the usual hours at most (ours).
SHARE: Final = 4
FIRST_TARGET: Final = 10
SMALL_STEP: Final = 10
STEP: Final = 15
#: So many days of a week tell how it went (ours).
DAYS_THAT_TELL: Final = 3
#: Above the target by so much, the larger step follows.
WELL_OVER: Final = 5
#: A break each so many minutes of sitting.
BREAK_AFTER: Final = range(30, 46)
#: No device speaks up in these local hours, from one to the other (ours): whoever sits up late is let be.
QUIET: Final = (time(22), time(6))
#: What may be written down for a day.
LESS: Final = range(181)
USUAL: Final = range(18 * 60 + 1)
#: What the trial reached on average.
TRIAL_REACHED: Final = 40


class Step(StrEnum):
    """What came of a week."""

    FIRST = "first"
    UP = "up"
    STAY = "stay"
    BACK = "back"
    UNKNOWN = "unknown"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes less of sitting a day in week ``week``, and why: by the week before."""

    week: int
    minutes: int
    step: Step


def goal(usual: Iterable[int | None]) -> int:
    """Minutes less a day to reach in the end, in fives: an hour, or a quarter of the usual sitting if that is less."""
    known = [minutes for minutes in usual if minutes is not None]
    if not known:
        return GOAL
    return max(FIRST_TARGET, min(GOAL, min(known) // SHARE // 5 * 5))


def next_target(target: int, days: Sequence[int], goal: int) -> tuple[int, Step]:
    """The target after a week with ``target`` in which ``days`` (minutes less, a day each) were written down."""
    if len(days) < DAYS_THAT_TELL:
        return min(target, goal), Step.UNKNOWN
    average = sum(days) / len(days)
    if average >= target:
        if target >= goal:
            return goal, Step.REACHED
        step = STEP if average >= target + WELL_OVER else SMALL_STEP
        return min(goal, target + step), Step.UP
    if average * 2 < target and target > FIRST_TARGET:
        return min(goal, max(FIRST_TARGET, target - SMALL_STEP)), Step.BACK
    return min(target, goal), Step.STAY


def targets(started: date, today: date, less: Mapping[date, int], goal: int) -> list[Target]:
    """The target of each week from the first to that of ``today``; ``less`` is what was written down by local day.
    Weeks in which nothing was written down, as in a rest, leave the target as it was."""
    found = [Target(1, min(FIRST_TARGET, goal), Step.FIRST)]
    weeks = by_week(started, less)
    for week in range(2, min(WEEKS, (today - started).days // 7 + 1) + 1):
        minutes, step = next_target(found[-1].minutes, weeks.get(week - 1, []), goal)
        found.append(Target(week, minutes, step))
    return found


def by_week(started: date, less: Mapping[date, int]) -> dict[int, list[int]]:
    """What was written down in each week of seven days from ``started``; days before it are left out."""
    found: dict[int, list[int]] = {}
    for day, minutes in sorted(less.items()):
        if day >= started:
            found.setdefault((day - started).days // 7 + 1, []).append(minutes)
    return found


def average(days: Sequence[int]) -> int | None:
    """Whole minutes a day; None of no days."""
    return round(sum(days) / len(days)) if days else None


def break_due(sat_down: datetime, after: int, zone: tzinfo) -> datetime | None:
    """When a device is to say that it is time to get up: ``after`` minutes from ``sat_down``, in its zone; None if that
    is in the quiet hours of ``zone``."""
    due = sat_down + timedelta(minutes=after)
    local = due.astimezone(zone).time()
    evening, morning = QUIET
    return due if morning <= local < evening else None
