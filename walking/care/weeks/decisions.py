"""Converts records to the rules' facts, and the rules' decision to a review. Reads and writes nothing itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext

from walking.models import Adjustment, CheckIn, Plan, PlanChange, Review, Week
from walking.programme.dose import Dose
from walking.programme.facts import WeekFacts
from walking.programme.review import Outcome, Reason, ReviewState, review
from walking.programme.sentences import for_patient
from walking.programme.settings import Programme
from walking.programme.thresholds import USUAL, Thresholds

#: A week counts as away if at least this many of its days were reported in advance (programme.md).
DAYS_AWAY = 3


class Walked(NamedTuple):
    """The part of a walk that a review needs."""

    day: dt.date
    minutes: int
    pain: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """The records that a week's review needs."""

    week: Week
    walks: Sequence[Walked]
    check_in: CheckIn | None
    adjustment: Adjustment | None
    #: Days of the week on which the patient is away, reported in advance.
    days_away: int = 0
    #: A change of the plan's settings that takes effect in the week after this one.
    change: PlanChange | None = None


def facts_of(known: Known) -> WeekFacts:
    """Return the records as the rules' facts. Days count from 1 within the week."""
    minutes: dict[int, int] = {}
    pains = []
    for walk in known.walks:
        day = (walk.day - known.week.starts).days + 1
        minutes[day] = minutes.get(day, 0) + walk.minutes
        if walk.pain is not None:
            pains.append(walk.pain)
    return WeekFacts(
        minutes_by_day=minutes,
        walk_pain=max(pains, default=None),
        check_in=known.check_in.as_rules_see_it() if known.check_in else None,
        adjustment=known.adjustment.dose if known.adjustment else None,
        absent=known.days_away >= DAYS_AWAY,
        flare_up_acted=known.week.eased_from is not None,
        first_doses=known.week.doses_by_day(),
    )


def decide(plan: Plan, state: ReviewState, known: Known) -> tuple[WeekFacts, Outcome]:
    """Return the facts of the week and the rules' decision, starting from ``state``."""
    facts = facts_of(known)
    programme = programme_of(plan, known)
    last = known.week.number >= programme.length_weeks
    return facts, review(programme, state, known.week.dose, facts, last_week=last)


def programme_of(plan: Plan, known: Known) -> Programme:
    """Return the settings that decide the week after ``known``."""
    return (known.change or plan).programme


def sentence_for(plan: Plan, week: Week, outcome: Outcome) -> str:
    """Return the reason for a decision in the patient's language."""
    return _sentence(
        plan.patient.language, outcome.reason, week.dose, outcome.next, outcome.thresholds
    )


@lru_cache(maxsize=4096)
def _sentence(
    language: str, reason: Reason, dose: Dose, next_dose: Dose | None, thresholds: Thresholds
) -> str:
    with translation.override(language):
        return for_patient(reason, dose, next_dose, thresholds).render(gettext)


#: The columns of a review in the order of ``review_row``.
REVIEW_COLUMNS = (
    "plan_id",
    "week_number",
    "revision",
    "at",
    "line",
    "decision",
    "reason",
    "pain",
    "adherence",
    "minutes_walked",
    "dose_minutes",
    "dose_days",
    "next_minutes",
    "next_days",
    "flags",
    "sentence",
    "inputs",
)


def review_row(
    plan_id: int,
    number: int,
    dose: Dose,
    state: ReviewState,
    facts: WeekFacts,
    outcome: Outcome,
    *,
    language: str,
    at: dt.datetime,
    revision: int = 1,
    check_in: int | None = None,
    adjustment: int | None = None,
) -> tuple[Any, ...]:
    """Return a decision and everything it is based on as a row, which batches write faster than model instances.

    ``check_in`` and ``adjustment`` are the revisions that counted.
    """
    following = outcome.next
    return (
        plan_id,
        number,
        revision,
        at,
        outcome.line,
        outcome.decision.value,
        outcome.reason.value,
        outcome.pain,
        Decimal(str(outcome.adherence.rounded)),
        sum(facts.minutes_by_day.values()),
        dose.minutes,
        dose.days,
        following.minutes if following else None,
        following.days if following else None,
        [flag.value for flag in outcome.flags],
        _sentence(language, outcome.reason, dose, following, outcome.thresholds),
        _inputs(state, facts, check_in, adjustment, outcome.thresholds),
    )


def review_of(
    plan: Plan,
    state: ReviewState,
    known: Known,
    facts: WeekFacts,
    outcome: Outcome,
    *,
    at: dt.datetime,
    revision: int = 1,
) -> tuple[Any, ...]:
    """Return the row of a decision about ``known``."""
    return review_row(
        plan.pk,
        known.week.number,
        known.week.dose,
        state,
        facts,
        outcome,
        language=plan.patient.language,
        at=at,
        revision=revision,
        check_in=known.check_in.revision if known.check_in else None,
        adjustment=known.adjustment.revision if known.adjustment else None,
    )


def as_review(
    plan: Plan,
    state: ReviewState,
    known: Known,
    facts: WeekFacts,
    outcome: Outcome,
    *,
    at: dt.datetime,
    revision: int = 1,
) -> Review:
    """Return the decision as an unsaved ``Review``."""
    row = review_of(plan, state, known, facts, outcome, at=at, revision=revision)
    return Review(**dict(zip(REVIEW_COLUMNS, row, strict=True)))


def state_before(earlier: Review) -> ReviewState:
    """Return the state before a review, so that its week can be reviewed again."""
    return ReviewState(**earlier.inputs["state"])


def _inputs(
    state: ReviewState,
    facts: WeekFacts,
    check_in: int | None,
    adjustment: int | None,
    thresholds: Thresholds,
) -> dict[str, Any]:
    inputs: dict[str, Any] = {
        "state": {name: getattr(state, name) for name in _STATE},
        "minutes_by_day": {
            str(day): minutes for day, minutes in sorted(facts.minutes_by_day.items())
        },
        "walk_pain": facts.walk_pain,
        "check_in": check_in,
        "adjustment": adjustment,
        "absent": facts.absent,
        "flare_up_acted": facts.flare_up_acted,
    }
    if facts.first_doses is not None:
        inputs["doses"] = [[dose.minutes, dose.days] for dose in facts.first_doses]
    if thresholds != USUAL:
        inputs["thresholds"] = asdict(thresholds)
    return inputs


def thresholds_of(record: Review) -> Thresholds:
    """Return the thresholds that a review used."""
    return Thresholds(**record.inputs.get("thresholds", {}))


_STATE = tuple(field.name for field in fields(ReviewState))
