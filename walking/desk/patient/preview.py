"""The weeks ahead by the rules, if every week is a good one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from walking.care.plan.adjust import planned
from walking.care.plan.settings_change import waiting
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty, WeekFacts
from walking.programme.review import ReviewState, review
from walking.programme.settings import Programme

#: Weeks in a preview.
AHEAD = 8


@dataclass(frozen=True, slots=True)
class Ahead:
    """A future week."""

    number: int
    dose: Dose
    reaches_goal: bool
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """What is set for the weeks ahead: doses by week, and settings from a week on."""

    programme: Programme
    doses: Mapping[int, Dose]
    change: tuple[int, Programme] | None = None

    def settings_for(self, week: int) -> Programme:
        if self.change is not None and week >= self.change[0]:
            return self.change[1]
        return self.programme


def weeks_ahead(
    programme: Programme | Course,
    state: ReviewState,
    dose: Dose,
    *,
    first_week: int,
    weeks: int = AHEAD,
) -> list[Ahead]:
    """Return the weeks from ``first_week`` on, which has ``dose``, if everything is walked without pain."""
    course = programme if isinstance(programme, Course) else Course(programme, {})
    ahead: list[Ahead] = []
    number: int = first_week
    following: Dose | None = dose
    while following is not None and len(ahead) < weeks:
        dose = following
        goal = course.settings_for(number).goal
        ahead.append(Ahead(number, dose, dose.total >= goal.total, number in course.doses))
        # As in a review: the settings of the next week decide it.
        settings = course.settings_for(number + 1)
        facts = _good_week(dose, course.doses.get(number + 1))
        outcome = review(settings, state, dose, facts, last_week=number >= settings.length_weeks)
        following, state, number = outcome.next, outcome.state, number + 1
    return ahead


def course_of(plan: Plan) -> Course:
    """Return what is set for the weeks ahead of ``plan``."""
    doses = {one.week_number + 1: one.dose for one in planned(plan) if one.dose is not None}
    change = waiting(plan)
    return Course(plan.programme, doses, (change.from_week, change.programme) if change else None)


def from_running_week(
    plan: Plan, running: Dose, course: Course, *, weeks: int = AHEAD
) -> list[Ahead]:
    """Return the weeks after the running one, which has ``running``."""
    ahead = weeks_ahead(course, plan.state, running, first_week=plan.week_number, weeks=weeks + 1)
    return ahead[1:]


def _good_week(dose: Dose, adjustment: Dose | None) -> WeekFacts:
    return WeekFacts(
        minutes_by_day=dict.fromkeys(range(1, dose.days + 1), dose.minutes),
        check_in=CheckIn(pain=0, difficulty=Difficulty.ABOUT_RIGHT, red_flags=()),
        adjustment=adjustment,
    )
