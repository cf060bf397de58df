"""Pictures as numbers: where the marks of the trail stand, and the bars of the chart. Templates draw them as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: The trail's scene, in units of its viewBox.
WIDTH, HEIGHT = 360, 116


@dataclass(frozen=True, slots=True)
class Post:
    """A waymark on the trail; ``number`` counts from 1."""

    x: float
    y: float
    number: int
    done: bool


@dataclass(frozen=True, slots=True)
class Trail:
    """A winding path with one waymark for each walk of the week."""

    path: str
    posts: tuple[Post, ...]


def trail(*, done: int, planned: int) -> Trail:
    """The marks of a week: as many as planned, or as were done where that is more."""
    count = max(1, planned, done)
    step = WIDTH / (count + 1)
    posts = tuple(
        Post(round(step * (i + 1), 1), round(_ground(step * (i + 1)), 1), i + 1, i < done)
        for i in range(count)
    )
    points = " ".join(f"{x} {_ground(x):.1f}" for x in range(-12, WIDTH + 13, 12))
    return Trail(f"M{points}", posts)


def _ground(x: float) -> float:
    """The height of the path at ``x``: gently up and down, and on the whole upwards."""
    return 88 - x * 0.05 + 9 * math.sin(x / 42)


@dataclass(frozen=True, slots=True)
class Bar:
    """A week's minutes (``y``, ``height``) within what was planned (``planned_y``, ``planned_height``)."""

    x: float
    width: float
    y: float
    height: float
    planned_y: float
    planned_height: float
    label: str
    label_x: float
    is_now: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal line of the chart with its number."""

    y: float
    label: int


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    left: int
    base: int
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]


def chart(weeks: Sequence[tuple[int, int, int]], *, now: int | None) -> Chart:
    """``weeks``: number, minutes walked, minutes planned; ``now`` is the running one."""
    width, height, left, top, base = 360, 200, 34, 12, 174
    most = max([30, *(max(walked, planned) for _number, walked, planned in weeks)])
    step = next(
        size for size in (10, 15, 20, 30, 50, 60, 100, 150, 200, 500, 1000) if most / size <= 5
    )
    ceiling = step * math.ceil(most / step)

    def y(minutes: float) -> float:
        return round(base - (base - top) * minutes / ceiling, 1)

    slot = min(44.0, (width - left - 4) / max(1, len(weeks)))
    every = max(1, math.ceil(len(weeks) / 9))
    bars = []
    for index, (number, walked, planned) in enumerate(weeks):
        x = left + 4 + slot * index
        bars.append(
            Bar(
                x=round(x + slot * 0.12, 1),
                width=round(slot * 0.76, 1),
                y=y(walked),
                height=round(base - y(walked), 1),
                planned_y=y(planned),
                planned_height=round(base - y(planned), 1),
                label=str(number) if index % every == 0 else "",
                label_x=round(x + slot / 2, 1),
                is_now=number == now,
            )
        )
    lines = tuple(Line(y(value), value) for value in range(0, ceiling + 1, step))
    return Chart(width, height, left, base, tuple(bars), lines)
