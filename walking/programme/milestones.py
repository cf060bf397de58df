"""Milestones that a patient has reached for good (our choice, not the trial's). They are not streaks: a week away, or
ten, removes none of them. If the diary is corrected, they follow the diary.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Milestone(StrEnum):
    """The milestones, in the order in which most people reach them."""

    FIRST_WEEK = "first_week"
    TEN_WALKS = "ten_walks"
    THIRTY_MINUTES = "thirty_minutes"
    FIFTY_WALKS = "fifty_walks"
    THOUSAND_MINUTES = "thousand_minutes"
    GOAL = "goal"
    HUNDRED_WALKS = "hundred_walks"
    HALF_A_YEAR = "half_a_year"


@dataclass(frozen=True, slots=True)
class Walked:
    """What was walked so far. ``longest``: minutes of the longest walk. ``good_weeks``: reviewed weeks that were mostly
    walked; ``goal_weeks``: those with the goal dose or more. ``weeks``: whole weeks since the start."""

    walks: int = 0
    minutes: int = 0
    longest: int = 0
    good_weeks: int = 0
    goal_weeks: int = 0
    weeks: int = 0


#: Six months, as long as the trial's programme.
HALF_A_YEAR_IN_WEEKS: Final = 26


def reached(walked: Walked) -> tuple[Milestone, ...]:
    """Return all that are reached, in order."""
    holds = {
        Milestone.FIRST_WEEK: walked.good_weeks >= 1,
        Milestone.TEN_WALKS: walked.walks >= 10,
        Milestone.THIRTY_MINUTES: walked.longest >= 30,
        Milestone.FIFTY_WALKS: walked.walks >= 50,
        Milestone.THOUSAND_MINUTES: walked.minutes >= 1000,
        Milestone.GOAL: walked.goal_weeks >= 1,
        Milestone.HUNDRED_WALKS: walked.walks >= 100,
        Milestone.HALF_A_YEAR: walked.weeks >= HALF_A_YEAR_IN_WEEKS and walked.walks > 0,
    }
    return tuple(milestone for milestone in Milestone if holds[milestone])


def just_reached(before: Walked, now: Walked) -> Milestone | None:
    """Return the greatest one reached between two moments; None if there is none."""
    new = [milestone for milestone in reached(now) if milestone not in reached(before)]
    return new[-1] if new else None
