"""The rules of sitting less: the goal, and each week's target from what was recorded. Pure, in minutes a day.

The trial (Norha et al., BMJ Open 2024; 14: e084305) aimed at an hour less a day for six months. The size of the steps,
what counts as a week, and the steps down are our choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

WEEKS: Final = 26
GOAL: Final = 60
#: Patients who sit little have less to cut: at most a quarter of the usual hours (our choice, not the trial's).
SHARE: Final = 4
FIRST_TARGET: Final = 10
SMALL_STEP: Final = 10
STEP: Final = 15
#: A week counts if at least this many days were recorded (our choice, not the trial's).
DAYS_THAT_TELL: Final = 3
#: Above the target by at least this much, the larger step follows.
WELL_OVER: Final = 5
#: Minutes of sitting after which a break is due.
BREAK_AFTER: Final = range(30, 46)
#: No device sends a message between these local hours (our choice): patients up late are left alone.
QUIET: Final = (time(22), time(6))
#: What may be recorded for a day.
LESS: Final = range(181)
USUAL: Final = range(18 * 60 + 1)
#: What the trial reached on average.
TRIAL_REACHED: Final = 40


class Step(StrEnum):
    """The result of a week."""

    FIRST = "first"
    UP = "up"
    STAY = "stay"
    BACK = "back"
    UNKNOWN = "unknown"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes of sitting less a day in week ``week``, and why: by the week before."""

    week: int
    minutes: int
    step: Step


def goal(usual: Iterable[int | None]) -> int:
    """Return the minutes less a day to reach in the end, in fives: an hour, or a quarter of the usual sitting if
    less."""
    known = [minutes for minutes in usual if minutes is not None]
    if not known:
        return GOAL
    return max(FIRST_TARGET, min(GOAL, min(known) // SHARE // 5 * 5))


def next_target(target: int, days: Sequence[int], goal: int) -> tuple[int, Step]:
    """Return the target after a week with ``target`` in which ``days`` (minutes less, one for each day) were
    recorded."""
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
    """Return the target of each week from the first to that of ``today``; ``less`` is what was recorded by local day.
    Weeks without any record, as during a pause, do not change the target."""
    found = [Target(1, min(FIRST_TARGET, goal), Step.FIRST)]
    weeks = by_week(started, less)
    for week in range(2, min(WEEKS, (today - started).days // 7 + 1) + 1):
        minutes, step = next_target(found[-1].minutes, weeks.get(week - 1, []), goal)
        found.append(Target(week, minutes, step))
    return found


def by_week(started: date, less: Mapping[date, int]) -> dict[int, list[int]]:
    """Return what was recorded in each week of seven days from ``started``; days before it are left out."""
    found: dict[int, list[int]] = {}
    for day, minutes in sorted(less.items()):
        if day >= started:
            found.setdefault((day - started).days // 7 + 1, []).append(minutes)
    return found


def average(days: Sequence[int]) -> int | None:
    """Return whole minutes a day; None without days."""
    return round(sum(days) / len(days)) if days else None


def break_due(sat_down: datetime, after: int, zone: tzinfo) -> datetime | None:
    """Return when a device should say that it is time to get up: ``after`` minutes from ``sat_down``, in its time zone;
    None if that is in the quiet hours of ``zone``."""
    due = sat_down + timedelta(minutes=after)
    local = due.astimezone(zone).time()
    evening, morning = QUIET
    return due if morning <= local < evening else None
