from fractions import Fraction

import pytest
from hypothesis import given

from tests.programme.strategies import doses, minutes_by_day
from walking.programme.adherence import Adherence, adherence, adherence_by_day
from walking.programme.dose import Dose


@pytest.mark.parametrize(
    ("walked", "dose", "done", "prescribed"),
    [
        ({}, Dose(10, 3), 0, 30),
        ({1: 10, 3: 10, 5: 10}, Dose(10, 3), 30, 30),
        ({6: 150}, Dose(10, 3), 10, 30),  # one long walk is not a good week
        ({1: 4, 2: 9, 3: 10, 4: 6}, Dose(10, 3), 25, 30),  # the best three days
        (dict.fromkeys(range(1, 8), 30), Dose(10, 3), 30, 30),
        ({1: 0, 2: 5}, Dose(10, 1), 5, 10),
    ],
)
def test_the_best_days_count_up_to_the_prescribed_minutes(
    walked: dict[int, int], dose: Dose, done: int, prescribed: int
) -> None:
    assert adherence(walked, dose) == Adherence(done, prescribed)


def test_a_share_is_compared_unrounded() -> None:
    # 19999 of 25000 is 0.79996, which rounds to 0.8
    nearly = Adherence(19999, 25000)
    assert nearly.rounded == 0.8
    assert nearly.below(80)
    assert nearly.percent == 79
    assert not Adherence(20000, 25000).below(80)


def test_a_share_for_print() -> None:
    assert Adherence(10, 30).rounded == 0.3333
    assert Adherence(1, 2).value == 0.5
    assert Adherence(30, 30).full
    assert not Adherence(29, 30).full


def test_a_changed_dose_is_judged_by_the_dose_of_each_day() -> None:
    # 20x5 until a flare-up on day 3, then 10x5: two walks of 20 and three of 10 are a full week.
    doses_by_day = [Dose(20, 5)] * 3 + [Dose(10, 5)] * 4
    assert adherence_by_day({1: 20, 2: 20, 4: 10, 5: 10, 6: 10}, doses_by_day).full
    assert adherence_by_day({1: 20, 2: 20}, doses_by_day).value == pytest.approx(0.4)
    assert adherence_by_day({4: 20, 5: 20}, doses_by_day).value == pytest.approx(0.4)


def test_as_many_days_count_as_the_larger_dose_has_and_no_more_than_all() -> None:
    doses_by_day = [Dose(10, 5)] * 3 + [Dose(10, 3)] * 4
    # Days of the second dose are a third each: three of them are the whole, more is still 1.
    assert adherence_by_day({4: 10, 5: 10, 6: 10, 7: 10}, doses_by_day).value == 1
    # Five days at most: 3 x 1/3 of the four late ones and the early ones at 1/5.
    assert adherence_by_day({1: 10, 2: 10, 3: 10, 4: 10}, doses_by_day).value == pytest.approx(
        3 / 5 + 1 / 3
    )


@given(minutes_by_day, doses)
def test_one_dose_all_week_is_the_simple_form_exactly(walked: dict[int, int], dose: Dose) -> None:
    assert adherence_by_day(walked, [dose] * 7) == adherence(walked, dose)


@given(minutes_by_day, doses)
def test_it_is_the_sum_of_the_best_days_by_any_other_way_of_counting(
    walked: dict[int, int], dose: Dose
) -> None:
    best = sorted(Fraction(min(minutes, dose.minutes)) for minutes in walked.values())[::-1]
    share = sum(best[: dose.days], Fraction(0)) / dose.total
    result = adherence(walked, dose)
    assert Fraction(result.done, result.prescribed) == share <= 1


@pytest.mark.parametrize("count", [0, 6, 8])
def test_a_week_has_seven_doses(count: int) -> None:
    with pytest.raises(ValueError, match=f"7 doses, one for each day, not {count}"):
        adherence_by_day({}, [Dose(10, 3)] * count)
