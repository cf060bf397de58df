"""The way from the baseline to the goal as a picture: a path up a hill with a waymark for each step."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from walking.programme.dose import Dose

WIDTH, HEIGHT = 300, 190
_LEFT, _RIGHT, _LOW, _HIGH = 20.0, 278.0, 150.0, 62.0
#: Most marks that fit without touching each other.
_MOST_MARKS = 16
#: Labels closer than this to the patient's position would overlap its label.
_ROOM = 74.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A step. ``done`` once its dose is reached."""

    x: float
    y: float
    done: bool


@dataclass(frozen=True, slots=True)
class Journey:
    """``x`` and ``y`` are the patient's position, ``label_x`` the middle of its label. ``walked`` is the path up to
    there."""

    width: int
    height: int
    path: str
    walked: str
    marks: tuple[Mark, ...]
    x: float
    y: float
    label_x: float
    goal: Mark
    shows_start: bool
    shows_goal: bool


def journey(rungs: Sequence[Dose], dose: Dose) -> Journey:
    """Return the picture for the ladder ``rungs`` and the running ``dose``, on a rung or between two (compared by total
    minutes)."""
    steps = [_place(index, rungs) for index in range(len(rungs))]
    at = _position(rungs, dose)
    x, y = _along(steps, at)
    every = max(1, -(-len(rungs) // _MOST_MARKS))
    shown = sorted({*range(0, len(rungs), every), len(rungs) - 1})
    marks = tuple(Mark(steps[i][0], steps[i][1], rungs[i].total <= dose.total) for i in shown)
    walked = [point for index, point in enumerate(steps) if index < at] + [(x, y)]
    return Journey(
        width=WIDTH,
        height=HEIGHT,
        path=_line(steps),
        walked=_line(walked),
        marks=marks,
        x=x,
        y=y,
        label_x=min(max(x, 52.0), WIDTH - 52.0),
        goal=marks[-1],
        shows_start=x - _LEFT > _ROOM / 2,
        shows_goal=_RIGHT - x > _ROOM,
    )


def _place(index: int, rungs: Sequence[Dose]) -> tuple[float, float]:
    """Return a position: evenly spread from left to right, as high as the step's total."""
    first, last = rungs[0].total, rungs[-1].total
    along = index / max(1, len(rungs) - 1)
    up = (rungs[index].total - first) / max(1, last - first)
    return round(_LEFT + (_RIGHT - _LEFT) * along, 1), round(_LOW - (_LOW - _HIGH) * up, 1)


def _position(rungs: Sequence[Dose], dose: Dose) -> float:
    """Return the position of a dose among the rungs, 0 for the first."""
    totals = [rung.total for rung in rungs]
    if dose.total <= totals[0]:
        return 0.0
    if dose.total >= totals[-1]:
        return float(len(totals) - 1)
    above = bisect.bisect_left(totals, dose.total)
    below = totals[above - 1]
    return above - 1 + (dose.total - below) / (totals[above] - below)


def _along(steps: Sequence[tuple[float, float]], at: float) -> tuple[float, float]:
    low = int(at)
    high, part = min(low + 1, len(steps) - 1), at - low
    return (
        round(steps[low][0] + (steps[high][0] - steps[low][0]) * part, 1),
        round(steps[low][1] + (steps[high][1] - steps[low][1]) * part, 1),
    )


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)
