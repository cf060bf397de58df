"""Charts as numbers, for patients and physiotherapists: positions of bars and dots. Templates draw them as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: The inside of every chart, in units of its viewBox: wide enough for a year of weeks, and legible on a phone.
WIDTH, LEFT, TOP = 360, 34, 12


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
    #: The position of a figure to compare with.
    mark: tuple[float, float] | None = None


def chart(
    weeks: Sequence[tuple[int, int, int]],
    *,
    now: int | None,
    mark: tuple[int, int] | None = None,
) -> Chart:
    """``weeks``: number, minutes walked, minutes planned; ``now`` is the running one. ``mark``: a week, and minutes to
    compare it with."""
    height, base = 200, 174
    most = max([30, *(max(walked, planned) for _number, walked, planned in weeks)])
    if mark is not None:
        most = max(most, mark[1])
    step = next(
        size for size in (10, 15, 20, 30, 50, 60, 100, 150, 200, 500, 1000) if most / size <= 5
    )
    ceiling = step * math.ceil(most / step)

    def y(minutes: float) -> float:
        return round(base - (base - TOP) * minutes / ceiling, 1)

    slot, every = _slot(len(weeks)), _every(len(weeks))
    bars = []
    marked = None
    for index, (number, walked, planned) in enumerate(weeks):
        x = LEFT + 4 + slot * index
        if mark is not None and number == mark[0]:
            marked = (round(x + slot / 2, 1), y(mark[1]))
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
    return Chart(WIDTH, height, LEFT, base, tuple(bars), lines, marked)


@dataclass(frozen=True, slots=True)
class Dot:
    """What is known about a week."""

    x: float
    y: float
    number: int
    value: int


@dataclass(frozen=True, slots=True)
class Course:
    """Weekly values as dots; ``paths`` join weeks that follow each other, so that a gap stays a gap."""

    width: int
    height: int
    left: int
    base: int
    dots: tuple[Dot, ...]
    paths: tuple[str, ...]
    lines: tuple[Line, ...]
    labels: tuple[tuple[float, int], ...]


def course(weeks: Sequence[tuple[int, int | None]], *, most: int, lines: Sequence[int]) -> Course:
    """``weeks``: number, and a value from 0 to ``most``, or None if unknown; ``lines`` are drawn across."""
    height, base = 130, 104

    def y(value: float) -> float:
        return round(base - (base - TOP) * value / most, 1)

    slot, every = _slot(len(weeks)), _every(len(weeks))
    rows: list[list[Dot]] = [[]]
    labels = []
    for index, (number, value) in enumerate(weeks):
        x = round(LEFT + 4 + slot * (index + 0.5), 1)
        if index % every == 0:
            labels.append((x, number))
        if value is None:
            rows.append([])
        else:
            rows[-1].append(Dot(x, y(value), number, value))
    return Course(
        WIDTH, height, LEFT, base,
        dots=tuple(dot for row in rows for dot in row),
        paths=tuple(
            "M" + "L".join(f"{dot.x} {dot.y}" for dot in row) for row in rows if len(row) > 1
        ),
        lines=tuple(Line(y(value), value) for value in lines),
        labels=tuple(labels),
    )  # fmt: skip


def _slot(count: int) -> float:
    """Return the width of a week."""
    return min(44.0, (WIDTH - LEFT - 4) / max(1, count))


def _every(count: int) -> int:
    """Return every how many weeks there is a label, so that labels do not touch."""
    return max(1, math.ceil(count / 9))
