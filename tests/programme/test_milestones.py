"""What was reached stays reached, and only the diary can say otherwise."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking.programme.milestones import Milestone, Walked, just_reached, reached

numbers = st.integers(0, 3000)
walked = st.builds(Walked, *(numbers for _field in fields(Walked)))


@pytest.mark.parametrize(
    ("so_far", "milestone"),
    [
        (Walked(good_weeks=1), Milestone.FIRST_WEEK),
        (Walked(walks=10), Milestone.TEN_WALKS),
        (Walked(longest=30), Milestone.THIRTY_MINUTES),
        (Walked(walks=50), Milestone.FIFTY_WALKS),
        (Walked(minutes=1000), Milestone.THOUSAND_MINUTES),
        (Walked(goal_weeks=1), Milestone.GOAL),
        (Walked(walks=100), Milestone.HUNDRED_WALKS),
        (Walked(weeks=26, walks=1), Milestone.HALF_A_YEAR),
    ],
)
def test_it_is_reached_at_its_number_and_not_before(so_far: Walked, milestone: Milestone) -> None:
    assert milestone in reached(so_far)
    for field in fields(Walked):
        if number := getattr(so_far, field.name):
            assert milestone not in reached(replace(so_far, **{field.name: number - 1}))


@given(walked, walked)
def test_more_never_takes_one_back(before: Walked, more: Walked) -> None:
    after = Walked(
        *(getattr(before, field.name) + getattr(more, field.name) for field in fields(Walked))
    )
    assert set(reached(before)) <= set(reached(after))


def test_nothing_is_nothing() -> None:
    assert reached(Walked()) == ()
    assert reached(Walked(weeks=40)) == ()


def test_the_greatest_of_those_that_came_is_told() -> None:
    assert just_reached(Walked(walks=9), Walked(walks=10)) is Milestone.TEN_WALKS
    assert just_reached(Walked(walks=9), Walked(walks=50)) is Milestone.FIFTY_WALKS
    assert just_reached(Walked(walks=10), Walked(walks=11)) is None
