"""A survival curve as numbers, in units of its viewBox. The template draws it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from walking.desk.insight.evidence.curves import Curve, at_risk
from walking.desk.insight.reports.numbers import MONTH_DAYS
from walking.programme.survival import Observation

WIDTH, LEFT, RIGHT, TOP, BASE, ROW = 640, 54, 16, 14, 254, 20
#: Line styles, which differ by dashes as well as colour. A picture has no more groups.
LINES: Final = 4
EVERY_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its steps, its interval as an area, and the position of its median."""

    number: int
    name: str
    path: str
    band: str
    risk: tuple[tuple[float, int], ...]
    risk_y: int


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    left: int
    right: int
    top: int
    base: int
    lines: tuple[Line, ...]
    shares: tuple[tuple[float, int], ...]
    months: tuple[tuple[float, int], ...]


def picture(drawn: Sequence[tuple[str, Sequence[Observation], Curve]], months: int) -> Picture:
    """``drawn``: name, observations and curve of each group. ``months``: the length of the axis."""
    span = months * MONTH_DAYS

    def x(day: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(day, span) / span, 1)

    def y(share: float) -> float:
        return round(BASE - (BASE - TOP) * share, 1)

    ticks = range(0, months + 1, EVERY_MONTHS)
    lines = []
    for number, (name, observed, curve) in enumerate(drawn[:LINES], start=1):
        points = curve.points
        ends = [*(point.day for point in points[1:]), curve.last_day]
        lines.append(
            Line(
                number, name,
                _steps([(x(p.day), y(p.share)) for p in points], x(curve.last_day)),
                _area(
                    [(x(p.day), x(end), y(p.high), y(p.low)) for p, end in zip(points, ends, strict=True)]
                ),
                tuple((x(month * MONTH_DAYS), at_risk(observed, round(month * MONTH_DAYS))) for month in ticks),
                BASE + 60 + ROW * number,
            )
        )  # fmt: skip
    return Picture(
        WIDTH, BASE + 72 + ROW * len(lines), LEFT, WIDTH - RIGHT, TOP, BASE, tuple(lines),
        tuple((y(percent / 100), percent) for percent in range(0, 101, 25)),
        tuple((x(month * MONTH_DAYS), month) for month in ticks),
    )  # fmt: skip


def _steps(points: Sequence[tuple[float, float]], end: float) -> str:
    first, *rest = points
    return f"M{first[0]} {first[1]}" + "".join(f"H{x}V{y}" for x, y in rest) + f"H{end}"


def _area(pieces: Sequence[tuple[float, float, float, float]]) -> str:
    """Return the area between the upper and the lower bound."""
    there = itertools.chain.from_iterable(((a, high), (b, high)) for a, b, high, _low in pieces)
    back = itertools.chain.from_iterable(((b, low), (a, low)) for a, b, _high, low in pieces[::-1])
    return "M" + "L".join(f"{x} {y}" for x, y in itertools.chain(there, back)) + "Z"
