"""Pain by week as numbers, in units of its viewBox. The template draws it and has the same in a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, TOP, BASE = 360, 200, 46, 12, 174


@dataclass(frozen=True, slots=True)
class Label:
    """A label of an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """A range of pain scores with one meaning."""

    name: str
    y: float
    height: float
    middle: float
    text: str


@dataclass(frozen=True, slots=True)
class PainChart:
    """``highest``: the weeks' diamonds, joined by ``line``; ``walks``: a dot for each walk."""

    width: int
    height: int
    left: int
    bands: tuple[Band, ...]
    highest: tuple[tuple[float, float], ...]
    line: str
    walks: str
    weeks: tuple[Label, ...]


def pain_chart(
    weeks: Sequence[tuple[int, int | None, Sequence[tuple[int, int]]]],
) -> PainChart | None:
    """``weeks``: number, highest pain if known, and the day (1-7) and pain of each walk that has one.

    Return None if no pain was ever recorded. The bands are those of the pain-monitoring model.
    """
    if all(highest is None for _number, highest, _walks in weeks):
        return None

    def y(pain: float) -> float:
        return round(BASE - (BASE - TOP) * (pain + 0.5) / 11, 1)

    slot = _slot(len(weeks))
    highest, dots, line, gap = [], [], [], True
    for index, (_number, most, walks) in enumerate(weeks):
        for day, pain in walks:
            dots.append(f"M{LEFT + slot * (index + (day - 0.5) / 7):.1f} {y(pain)}h.01")
        if most is not None:
            x = round(LEFT + slot * (index + 0.5), 1)
            highest.append((x, y(most)))
            line.append(f"{'M' if gap else 'L'}{x} {y(most)}")
        gap = most is None
    bands = tuple(
        Band(name, y(high + 0.5), round(y(low - 0.5) - y(high + 0.5), 1), y((low + high) / 2), text)
        for name, low, high, text in (
            ("safe", 0, 3, "0–3"),
            ("care", 4, 5, "4–5"),
            ("much", 6, 10, "6–10"),
        )
    )
    return PainChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        bands=bands,
        highest=tuple(highest),
        line="".join(line),
        walks="".join(dots),
        weeks=_week_labels([number for number, _most, _walks in weeks], slot),
    )


def _slot(count: int) -> float:
    return min(44.0, (WIDTH - LEFT - 2) / max(1, count))


def _week_labels(numbers: Sequence[int], slot: float) -> tuple[Label, ...]:
    """Return as many week numbers as there is room for."""
    every = max(1, math.ceil(len(numbers) / 9))
    return tuple(
        Label(round(LEFT + slot * (index + 0.5), 1), str(number))
        for index, number in enumerate(numbers)
        if index % every == 0
    )
