import itertools

import pytest
from hypothesis import given

from tests.programme.strategies import doses, programmes
from walking.programme.dose import Dose
from walking.programme.ladder import eased, halved, ladder, raised, rungs_above
from walking.programme.settings import Programme

DEFAULT = Programme()


def test_the_default_ladder_has_the_thirteen_rungs_of_the_specification() -> None:
    assert [str(rung) for rung in ladder(DEFAULT)] == [
        "10x3", "10x4", "10x5", "12x5", "14x5", "16x5", "18x5",
        "20x5", "22x5", "24x5", "26x5", "28x5", "30x5",
    ]  # fmt: skip


def test_a_ladder_is_made_once_for_the_same_settings() -> None:
    assert ladder(Programme()) is ladder(Programme())


def test_a_ladder_whose_baseline_is_the_goal_has_one_rung() -> None:
    goal = Dose(30, 5)
    assert ladder(Programme(baseline=goal, goal=goal)) == (goal,)


def test_single_walks_may_get_shorter_while_days_are_added() -> None:
    slow = Programme(weekly_increase=7, goal=Dose(25, 7))
    assert ladder(slow)[:5] == (Dose(10, 3), Dose(9, 4), Dose(8, 5), Dose(7, 6), Dose(7, 7))


@given(programmes())
def test_a_ladder_goes_from_baseline_to_goal_by_small_rises(programme: Programme) -> None:
    rungs = ladder(programme)
    assert rungs[0] == programme.baseline
    assert rungs[-1] == programme.goal
    for lower, higher in itertools.pairwise(rungs):
        assert 0 < higher.total - lower.total <= programme.weekly_increase


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (Dose(10, 3), Dose(10, 4)),  # the next rung
        (Dose(11, 4), Dose(10, 5)),  # from between rungs, to the lowest one above
        (Dose(12, 4), Dose(10, 5)),  # 48 to 50 minutes
        (Dose(5, 5), Dose(10, 3)),  # below the baseline, but near enough
        (Dose(5, 2), Dose(6, 3)),  # too far below, fewer days: (10 + 10) // 3
        (Dose(5, 3), Dose(8, 3)),  # too far below, days enough: 5 + 10 // 3
        (Dose(30, 5), Dose(30, 5)),  # at the goal there is nothing above
        (Dose(60, 7), Dose(60, 7)),
    ],
)
def test_a_raise(dose: Dose, expected: Dose) -> None:
    assert raised(DEFAULT, dose) == expected


def test_a_raise_below_the_baseline_may_pass_the_goals_minutes() -> None:
    programme = Programme(baseline=Dose(20, 5), goal=Dose(20, 7))
    assert raised(programme, Dose(30, 2)) == Dose(23, 3)
    assert raised(programme, Dose(12, 6)) == Dose(13, 6)


@given(programmes(), doses)
def test_a_raise_adds_something_but_never_more_than_the_weekly_increase(
    programme: Programme, dose: Dose
) -> None:
    rise = raised(programme, dose).total - dose.total
    if dose.total < programme.goal.total:
        assert 0 < rise <= programme.weekly_increase
    else:
        assert rise == 0


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (Dose(12, 5), Dose(10, 5)),
        (Dose(25, 2), Dose(10, 4)),  # an equal total is not below
        (Dose(11, 3), Dose(10, 3)),
        (Dose(10, 3), Dose(10, 3)),  # nothing below
        (Dose(5, 2), Dose(5, 2)),  # never raised to the ladder
        (Dose(60, 7), Dose(30, 5)),
    ],
)
def test_an_ease(dose: Dose, expected: Dose) -> None:
    assert eased(DEFAULT, dose) == expected


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (Dose(20, 5), Dose(10, 5)),  # exactly half
        (Dose(18, 5), Dose(10, 4)),  # 45 minutes lie between two rungs
        (Dose(12, 5), Dose(10, 3)),
        (Dose(10, 4), Dose(10, 3)),  # no rung of 20 minutes or less: the first
        (Dose(10, 3), Dose(10, 3)),
        (Dose(15, 2), Dose(15, 2)),  # the first rung would be no lower
        (Dose(5, 2), Dose(5, 2)),
        (Dose(120, 7), Dose(30, 5)),
    ],
)
def test_a_halving(dose: Dose, expected: Dose) -> None:
    assert halved(DEFAULT, dose) == expected


@given(programmes(), doses)
def test_easing_and_halving_never_raise_and_halving_is_no_smaller_step(
    programme: Programme, dose: Dose
) -> None:
    assert halved(programme, dose).total <= eased(programme, dose).total <= dose.total


@given(programmes(), doses)
def test_a_halving_that_keeps_more_than_half_found_no_lower_rung(
    programme: Programme, dose: Dose
) -> None:
    half = halved(programme, dose)
    if 2 * half.total > dose.total:
        assert half.total == min(dose.total, programme.baseline.total)


@pytest.mark.parametrize(
    ("dose", "rungs"), [(Dose(5, 2), 13), (Dose(10, 3), 12), (Dose(28, 5), 1), (Dose(30, 5), 0)]
)
def test_rungs_above(dose: Dose, rungs: int) -> None:
    assert rungs_above(DEFAULT, dose) == rungs
