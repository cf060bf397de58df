"""Where a dose leads: the weeks ahead by the real rules, if every week is a good one."""

from __future__ import annotations

from dataclasses import dataclass

from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty, WeekFacts
from walking.programme.review import ReviewState, review
from walking.programme.settings import Programme

#: Weeks that a preview looks ahead.
AHEAD = 8


@dataclass(frozen=True, slots=True)
class Ahead:
    """One week to come."""

    number: int
    dose: Dose
    reaches_goal: bool


def weeks_ahead(
    programme: Programme, state: ReviewState, dose: Dose, *, first_week: int, weeks: int = AHEAD
) -> list[Ahead]:
    """The weeks from ``first_week`` on, which asks for ``dose``, when all is walked without pain."""
    ahead: list[Ahead] = []
    number: int = first_week
    following: Dose | None = dose
    while following is not None and number <= programme.length_weeks and len(ahead) < weeks:
        dose = following
        ahead.append(Ahead(number, dose, dose.total >= programme.goal.total))
        outcome = review(
            programme, state, dose, _good_week(dose), last_week=number >= programme.length_weeks
        )
        following, state, number = outcome.next, outcome.state, number + 1
    return ahead


def after_adjustment(plan: Plan, dose: Dose) -> list[Ahead]:
    """The weeks ahead when the running week is followed by ``dose``."""
    # An adjustment ends settling and begins the count of good weeks anew, as resuming does.
    state = plan.state.after_resume()
    return weeks_ahead(plan.programme, state, dose, first_week=plan.week_number + 1)


def without_change(plan: Plan, dose: Dose) -> list[Ahead]:
    """The weeks ahead when nobody intervenes; ``dose`` is the running week's."""
    ahead = weeks_ahead(
        plan.programme, plan.state, dose, first_week=plan.week_number, weeks=AHEAD + 1
    )
    return ahead[1:]


def _good_week(dose: Dose) -> WeekFacts:
    return WeekFacts(
        minutes_by_day=dict.fromkeys(range(1, dose.days + 1), dose.minutes),
        check_in=CheckIn(pain=0, difficulty=Difficulty.ABOUT_RIGHT),
    )
