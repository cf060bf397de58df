"""The curves and the test between them, against an implementation of our own and against published numbers."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import pytest

from walking.physio.evidence.curves import at_risk, curve, log_rank, mean_with_interval, trusted
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


def log_rank_by_hand(one: list[Observation], other: list[Observation]) -> float:
    """Chi-square of two groups: observed less expected, with the hypergeometric variance."""
    difference = variance = 0.0
    both = [*one, *other]
    for day in sorted({each.days for each in both if each.happened}):
        n, n1 = (sum(each.days >= day for each in group) for group in (both, one))
        d, d1 = (sum(each.days == day and each.happened for each in g) for g in (both, one))
        difference += d1 - d * n1 / n
        if n > 1:
            variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return difference**2 / variance


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
    assert log_rank([DRUG, PLACEBO]) == pytest.approx(math.erfc(math.sqrt(chi_square / 2)))
    for seed in range(6):
        one, other = invented(seed, 40), invented(seed + 100, 50)
        p = math.erfc(math.sqrt(log_rank_by_hand(one, other) / 2))
        assert log_rank([one, other]) == pytest.approx(p)


def test_at_risk_are_those_who_were_followed_so_far() -> None:
    assert [at_risk(DRUG, week) for week in (0, 6, 10, 23, 36)] == [21, 21, 15, 6, 0]


def test_the_mean_has_students_interval() -> None:
    # t for four degrees of freedom is 2.776; the deviation of 1 to 5 is 1.581.
    mean, low, high = mean_with_interval([1, 2, 3, 4, 5])
    assert (mean, low, high) == (3, pytest.approx(1.037, abs=1e-3), pytest.approx(4.963, abs=1e-3))
