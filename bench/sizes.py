"""How much is measured: in full, and short, for the tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """``review_sample``: plans for measuring the usual way. ``small``: plans of the smaller memory run."""

    review: int
    review_sample: int
    small: int
    mail: int
    today: int
    scenarios: int
    caseload: tuple[int, int]


FULL = Sizes(200_000, 500, 10_000, 20_000, 500, 10_000, (50, 5_000))
SHORT = Sizes(2_000, 60, 1_000, 200, 50, 200, (20, 200))
