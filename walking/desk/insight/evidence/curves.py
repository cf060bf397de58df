"""Kaplan-Meier curves and the log-rank test, by lifelines.

The library loads pandas and SciPy, which take seconds and 100 MB, so it is imported only to draw a curve.
``tests/desk/test_curves.py`` compares the numbers with those of another implementation and of R.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from walking.programme.survival import Observation

LEVEL: Final = 0.95
#: A curve is shown while at least this many are followed (our choice).
FEWEST_FOLLOWED: Final = 5


@dataclass(frozen=True, slots=True)
class Point:
    """From ``day`` on, the ``share`` (0-1) free of recurrence, with its interval."""

    day: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """``points`` begin on day 0 and end on the last day that anyone was followed. The median is in days, or None if
    more than half are still free."""

    n: int
    events: int
    points: tuple[Point, ...]
    median: int | None
    median_low: int | None
    median_high: int | None

    def at(self, day: int) -> Point:
        return [point for point in self.points if point.day <= day][-1]

    @property
    def last_day(self) -> int:
        return self.points[-1].day


def curve(observed: Sequence[Observation]) -> Curve:
    """Return the curve of a group, which must not be empty. The interval is the log-log one (Kalbfleisch and
    Prentice)."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    days = [each.days for each in observed]
    fitted = KaplanMeierFitter(alpha=1 - LEVEL).fit(days, [each.happened for each in observed])
    interval = fitted.confidence_interval_
    rows = zip(
        fitted.survival_function_.index.tolist(),
        fitted.survival_function_.iloc[:, 0].tolist(),
        interval.iloc[:, 0].tolist(),
        interval.iloc[:, 1].tolist(),
        strict=True,
    )
    medians = median_survival_times(interval).iloc[0].tolist()
    return Curve(
        n=len(days),
        events=sum(each.happened for each in observed),
        points=tuple(Point(int(d), s, _in_range(lo, s), _in_range(hi, s)) for d, s, lo, hi in rows),
        median=_days(fitted.median_survival_time_),
        median_low=_days(medians[0]),
        median_high=_days(medians[1]),
    )


def trusted(fitted: Curve, observed: Sequence[Observation]) -> Curve:
    """Return the curve while five patients or more are followed: beyond, each of them changes it by a fifth or more.
    Omits a median that is reached later."""
    last = sorted((each.days for each in observed), reverse=True)[FEWEST_FOLLOWED - 1]
    points = tuple(point for point in fitted.points if point.day <= last)
    if points[-1].day < last:
        points = (*points, replace(points[-1], day=last))
    medians = (fitted.median, fitted.median_low, fitted.median_high)
    median, low, high = (None if day is None or day > last else day for day in medians)
    return replace(fitted, points=points, median=median, median_low=low, median_high=high)


def _in_range(value: float, share: float) -> float:
    """The log-log interval is undefined if the share is 0 or 1: use the share itself."""
    return share if math.isnan(value) else value


def _days(value: float) -> int | None:
    return None if math.isinf(value) or math.isnan(value) else int(value)


def at_risk(observed: Sequence[Observation], day: int) -> int:
    """Return how many were followed to ``day`` without a recurrence before it."""
    return sum(each.days >= day for each in observed)


def log_rank(groups: Sequence[Sequence[Observation]]) -> float:
    """Return the p-value for "these groups do not differ". Needs two groups or more."""
    from lifelines.statistics import multivariate_logrank_test

    rows = [(place, each) for place, group in enumerate(groups) for each in group]
    found = multivariate_logrank_test(
        [each.days for _place, each in rows],
        [place for place, _each in rows],
        [each.happened for _place, each in rows],
    )
    return float(found.p_value)


def mean_with_interval(values: Sequence[int]) -> tuple[float, float, float]:
    """Return the mean of two values or more, with its 95% interval by Student's t."""
    from scipy.stats import t

    n, mean = len(values), math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    half = float(t.ppf((1 + LEVEL) / 2, n - 1)) * deviation / math.sqrt(n)
    return mean, mean - half, mean + half
