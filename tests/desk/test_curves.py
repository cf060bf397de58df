"""The curves and the test between them, against an implementation of our own and against published numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import pytest

from walking.desk.insight.evidence.curves import (
    at_risk,
    curve,
    log_rank,
    mean_with_interval,
    trusted,
)
from walking.programme.survival import Ending, Observation


def observed(days: list[int], happened: list[bool]) -> list[Observation]:
    return [
        Observation(day, Ending.RECURRENCE if each else Ending.LOST)
        for day, each in zip(days, happened, strict=True)
    ]


#: Weeks of remission in leukaemia (Freireich et al., Blood 1963; 21: 699-716): the data of many textbooks.
DRUG = observed(
    [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
    [True] * 9 + [False] * 12,
)
PLACEBO = observed(
    [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [True] * 21
)
#: What R's survival says of them: survfit(Surv(time, status) ~ 1)$surv, and survdiff(...)$chisq.
R_DRUG = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
R_CHI_SQUARE = 16.79
#: What it says of ``survdiff(Surv(time, status) ~ ph.ecog, data = lung)``: by score, how many and how many died; then
#: chi-square (printed as 22, on 3 degrees of freedom) and p.
R_LUNG = {0: (63, 37), 1: (113, 82), 2: (50, 44), 3: (1, 1)}
R_LUNG_CHI_SQUARE, R_LUNG_P = 22, 7e-05


def by_hand(each: list[Observation]) -> list[tuple[int, float, float, float]]:
    """Kaplan and Meier's product in fractions, Greenwood's variance, and the log-log interval."""
    share, greenwood, rows = Fraction(1), Fraction(0), []
    for day in sorted({one.days for one in each if one.happened}):
        risk = sum(one.days >= day for one in each)
        events = sum(one.days == day and one.happened for one in each)
        share *= 1 - Fraction(events, risk)
        if share == 0:
            rows.append((day, 0.0, 0.0, 0.0))
            continue
        greenwood += Fraction(events, risk * (risk - events))
        log = math.log(share)
        width = 1.959963984540054 * math.sqrt(greenwood) / abs(log)
        low, high = (float(share) ** math.exp(sign * width) for sign in (1, -1))
        rows.append((day, float(share), low, high))
    return rows


def log_rank_by_hand(*groups: list[Observation]) -> float:
    """Chi-square of any number of groups: observed less expected, and the hypergeometric covariance (Mantel; Peto and
    Peto). The last group follows from the others."""
    every = [each for group in groups for each in group]
    k = len(groups)
    differences, covariance = [0.0] * k, [[0.0] * k for _each in groups]
    for day in sorted({each.days for each in every if each.happened}):
        n, *at_risk_of = (sum(each.days >= day for each in group) for group in (every, *groups))
        d, *events_of = (
            sum(each.days == day and each.happened for each in group) for group in (every, *groups)
        )
        for i in range(k):
            differences[i] += events_of[i] - d * at_risk_of[i] / n
            for j in range(k):
                if n > 1:
                    share = (i == j) * at_risk_of[i] / n - at_risk_of[i] * at_risk_of[j] / n**2
                    covariance[i][j] += d * share * (n - d) / (n - 1)
    left = differences[:-1]
    return sum(
        each * solved
        for each, solved in zip(
            left, solve([row[:-1] for row in covariance[:-1]], left), strict=True
        )
    )


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss, for matrices without a zero on the diagonal, as covariances are."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for j, row in enumerate(rows):
            if i != j:
                factor = row[i] / pivot[i]
                rows[j] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def above(chi_square: float, freedom: int) -> float:
    """How likely a chi-square as large is by chance, in closed forms for one to three degrees of freedom."""
    half = chi_square / 2
    return {
        1: math.erfc(math.sqrt(half)),
        2: math.exp(-half),
        3: math.erfc(math.sqrt(half)) + 2 * math.sqrt(half / math.pi) * math.exp(-half),
    }[freedom]


def lung() -> dict[float, list[Observation]]:
    """Days to death with advanced lung cancer by the physician's ECOG score (Loprinzi et al., J Clin Oncol 1994;
    12: 601-607): the data ``lung`` of R's survival, as lifelines ships them."""
    from lifelines.datasets import load_lung

    groups: dict[float, list[Observation]] = {}
    rows = load_lung()[["ph.ecog", "time", "status"]].dropna()
    for score, days, died in sorted(rows.itertuples(index=False, name=None)):
        groups.setdefault(score, []).extend(observed([int(days)], [bool(died)]))
    return groups


def invented(seed: int, n: int) -> list[Observation]:
    random = Random(seed)
    return observed(
        [random.randrange(0, 366) for _each in range(n)],
        [random.random() < 0.6 for _each in range(n)],
    )


@pytest.mark.parametrize("group", [DRUG, PLACEBO, *(invented(seed, 60) for seed in range(8))])
def test_the_curve_is_that_of_another_implementation(group: list[Observation]) -> None:
    drawn = curve(group)
    assert (drawn.points[0].day, drawn.n) == (0, len(group))
    for day, share, low, high in by_hand(group):
        point = drawn.at(day)
        assert (point.day, point.share) == (day, pytest.approx(share))
        assert (point.low, point.high) == (pytest.approx(low), pytest.approx(high))


def test_the_curve_is_that_of_r() -> None:
    drawn = curve(DRUG)
    for week, share in R_DRUG.items():
        assert drawn.at(week).share == pytest.approx(share, abs=5e-5)
    assert drawn.median == 23
    assert curve(PLACEBO).median == 8


def test_a_median_that_is_not_reached_is_not_given() -> None:
    drawn = curve(observed([100, 200, 300], [True, False, False]))
    assert (drawn.median, drawn.median_high) == (None, None)


def test_a_curve_is_shown_as_far_as_five_are_followed() -> None:
    shown = trusted(curve(PLACEBO), PLACEBO)
    assert (shown.last_day, at_risk(PLACEBO, shown.last_day)) == (12, 6)
    assert (shown.median, shown.median_low, shown.median_high) == (8, 4, 11)
    late = observed([10] * 8 + [50] * 2, [True, False, False, False, True] * 2)
    assert trusted(curve(late), late).median is None


def test_nobody_with_a_recurrence_is_a_flat_line() -> None:
    drawn = curve(observed([10, 20], [False, False]))
    assert {(each.share, each.low, each.high) for each in drawn.points} == {(1.0, 1.0, 1.0)}


def test_the_log_rank_test_is_that_of_r_and_of_another_implementation() -> None:
    chi_square = log_rank_by_hand(DRUG, PLACEBO)
    assert chi_square == pytest.approx(R_CHI_SQUARE, abs=5e-3)
    assert log_rank([DRUG, PLACEBO]) == pytest.approx(above(chi_square, 1))
    for seed in range(6):
        one, other = invented(seed, 40), invented(seed + 100, 50)
        assert log_rank([one, other]) == pytest.approx(above(log_rank_by_hand(one, other), 1))


def test_the_log_rank_test_of_four_groups_is_that_of_r_and_of_another_implementation() -> None:
    groups = lung()
    counts = {
        score: (len(group), sum(each.happened for each in group)) for score, group in groups.items()
    }
    assert counts == R_LUNG
    chi_square = log_rank_by_hand(*groups.values())
    assert chi_square == pytest.approx(R_LUNG_CHI_SQUARE, abs=0.05)
    p = log_rank(list(groups.values()))
    assert p == pytest.approx(R_LUNG_P, abs=5e-06)
    assert p == pytest.approx(above(chi_square, 3))
    assert log_rank(list(groups.values())[::-1]) == pytest.approx(p)


@pytest.mark.parametrize("seed", range(4))
def test_three_groups_and_four_are_compared_as_by_hand(seed: int) -> None:
    groups = [invented(seed + 10 * number, 30 + 7 * number) for number in range(4)]
    for several in (groups, groups[:3]):
        p = above(log_rank_by_hand(*several), len(several) - 1)
        assert log_rank(several) == pytest.approx(p)


@pytest.mark.parametrize("score", [0, 1])
def test_the_interval_is_that_of_scipy(score: int) -> None:
    from scipy.stats import CensoredData, ecdf

    group = lung()[score]
    found = ecdf(
        CensoredData(
            uncensored=[each.days for each in group if each.happened],
            right=[each.days for each in group if not each.happened],
        )
    ).sf
    interval = found.confidence_interval(confidence_level=0.95, method="log-log")
    drawn = curve(group)
    for day in (60, 150, 300, 450):
        point = drawn.at(day)
        assert point.share == pytest.approx(found.evaluate(day))
        assert point.low == pytest.approx(interval.low.evaluate(day))
        assert point.high == pytest.approx(interval.high.evaluate(day))


def test_at_risk_are_those_who_were_followed_so_far() -> None:
    assert [at_risk(DRUG, week) for week in (0, 6, 10, 23, 36)] == [21, 21, 15, 6, 0]


def test_the_mean_has_students_interval() -> None:
    # t for four degrees of freedom is 2.776; the deviation of 1 to 5 is 1.581.
    mean, low, high = mean_with_interval([1, 2, 3, 4, 5])
    assert (mean, low, high) == (3, pytest.approx(1.037, abs=1e-3), pytest.approx(4.963, abs=1e-3))
