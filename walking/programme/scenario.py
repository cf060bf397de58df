"""Try the rules on invented weeks: a scenario in, the answer out.

The formats are a contract (`manage.py simulate`). The rules are those used for real plans.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from walking.programme.dose import Dose
from walking.programme.facts import WeekFacts
from walking.programme.ladder import ladder
from walking.programme.review import Decision, Outcome, ReviewState, review
from walking.programme.scenario_reader import Json, ScenarioError, read
from walking.programme.settings import Programme
from walking.programme.thresholds import USUAL, Thresholds
from walking.programme.weeks import week_start

__all__ = ["PlayedWeek", "ScenarioError", "played", "simulate"]


def simulate(scenario: object) -> Json:
    """Run the rules over a scenario, as read from JSON.

    Raises `ScenarioError` for anything that the format does not allow.
    """
    start, programme, weeks = read(scenario)
    answered, status = _run(start, programme, weeks)
    return {
        "ladder": [_dose_answer(rung) for rung in ladder(programme)],
        "weeks": answered,
        "status": status,
    }


@dataclass(frozen=True, slots=True)
class PlayedWeek:
    """One week of a scenario with the rules' decision."""

    number: int
    starts: date
    dose: Dose
    outcome: Outcome


def played(scenario: object, thresholds: Thresholds = USUAL) -> Iterator[PlayedWeek]:
    """Yield the weeks of a scenario, in order, to the plan's end or stop. Raises `ScenarioError`.

    The format has no thresholds: those of a clinic's own programme are passed separately.
    """
    start, programme, weeks = read(scenario)
    return _weeks(start, replace(programme, thresholds=thresholds), weeks)


def _weeks(start: date, programme: Programme, weeks: list[WeekFacts]) -> Iterator[PlayedWeek]:
    state = ReviewState()
    dose = programme.baseline
    for number, facts in enumerate(weeks, start=1):
        last_week = number == programme.length_weeks
        outcome = review(programme, state, dose, facts, last_week=last_week)
        yield PlayedWeek(number, week_start(start, number), dose, outcome)
        if outcome.next is None:
            return
        state, dose = outcome.state, outcome.next


def _run(start: date, programme: Programme, weeks: list[WeekFacts]) -> tuple[list[Json], str]:
    answered: list[Json] = []
    status = "active"
    for week in _weeks(start, programme, weeks):
        answered.append(_week_answer(week.number, week.starts, week.dose, week.outcome))
        if week.outcome.decision is Decision.STOP:
            status = "paused"
        elif week.outcome.next is None:
            status = "completed"
    return answered, status


def _week_answer(number: int, starts: date, dose: Dose, outcome: Outcome) -> Json:
    return {
        "week": number,
        "starts": starts.isoformat(),
        "dose": _dose_answer(dose),
        "adherence": outcome.adherence.rounded,
        "decision": outcome.decision.value,
        "reason": outcome.reason.value,
        "next": None if outcome.next is None else _dose_answer(outcome.next),
        "flags": [flag.value for flag in outcome.flags],
    }


def _dose_answer(dose: Dose) -> Json:
    return {"minutes": dose.minutes, "days": dose.days}
