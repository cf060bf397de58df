"""Kaplan-Meier curves and the log-rank test, by lifelines.

The library brings pandas and SciPy, which take seconds to load and a hundred megabytes: they are imported when a curve
is drawn, and by nothing else. ``tests/physio/test_curves.py`` holds the numbers against those of another implementation
and of R.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from walking.programme.survival import Observation

LEVEL: Final = 0.95
#: A curve is shown as far as so many are followed (ours).
FEWEST_FOLLOWED: Final = 5


@dataclass(frozen=True, slots=True)
class Point:
    """From ``day`` on, so large a ``share`` (0-1) is free of recurrences, with its interval."""

    day: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """``points`` begin on day 0; the last is the last day that anybody was followed to. Median in days; None where more
    than half are still free."""

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
    """The curve of one group, which has somebody in it. The interval is the log-log one (Kalbfleisch and Prentice)."""
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
    """As far as five patients or more are followed: beyond, each of them moves the curve by a fifth or more. A median
    that is reached later is not given."""
    last = sorted((each.days for each in observed), reverse=True)[FEWEST_FOLLOWED - 1]
    points = tuple(point for point in fitted.points if point.day <= last)
    if points[-1].day < last:
        points = (*points, replace(points[-1], day=last))
    medians = (fitted.median, fitted.median_low, fitted.median_high)
    median, low, high = (None if day is None or day > last else day for day in medians)
    return replace(fitted, points=points, median=median, median_low=low, median_high=high)


def _in_range(value: float, share: float) -> float:
    """The log-log interval is not defined where the share is 0 or 1: there it is the share itself."""
    return share if math.isnan(value) else value


def _days(value: float) -> int | None:
    return None if math.isinf(value) or math.isnan(value) else int(value)


def at_risk(observed: Sequence[Observation], day: int) -> int:
    """How many were followed up to ``day`` without a recurrence before it."""
    return sum(each.days >= day for each in observed)


def log_rank(groups: Sequence[Sequence[Observation]]) -> float:
    """The p-value for "these groups do not differ"; two groups or more."""
    from lifelines.statistics import multivariate_logrank_test

    rows = [(place, each) for place, group in enumerate(groups) for each in group]
    found = multivariate_logrank_test(
        [each.days for _place, each in rows],
        [place for place, _each in rows],
        [each.happened for _place, each in rows],
    )
    return float(found.p_value)


def mean_with_interval(values: Sequence[int]) -> tuple[float, float, float]:
    """The mean of two values or more, with its 95 % interval by Student's t."""
    from scipy.stats import t

    n, mean = len(values), math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    half = float(t.ppf((1 + LEVEL) / 2, n - 1)) * deviation / math.sqrt(n)
    return mean, mean - half, mean + half
