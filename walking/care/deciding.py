"""From records to the rules and back: the facts of a week in, a review out. Nothing here reads or writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from walking.models import Adjustment, CheckIn, Plan, Review, Walk, Week
from walking.programme.facts import WeekFacts
from walking.programme.review import Outcome, ReviewState, review
from walking.programme.sentences import for_patient


@dataclass(frozen=True, slots=True)
class Known:
    """The records that a week's review looks at."""

    week: Week
    walks: Sequence[Walk]
    check_in: CheckIn | None
    adjustment: Adjustment | None


def facts_of(known: Known) -> WeekFacts:
    """The records as the rules take them; days count from 1 within the week."""
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
        flare_up_acted=known.week.eased_from is not None,
        first_doses=known.week.doses_by_day(),
    )


def decide(plan: Plan, state: ReviewState, known: Known) -> tuple[WeekFacts, Outcome]:
    """What the rules make of the week, from ``state`` on."""
    facts = facts_of(known)
    last = known.week.number >= plan.length_weeks
    return facts, review(plan.programme, state, known.week.dose, facts, last_week=last)


def sentence_for(plan: Plan, week: Week, outcome: Outcome) -> str:
    """Why, in the patient's language."""
    with translation.override(plan.patient.language):
        return for_patient(outcome.reason, week.dose, outcome.next).render(gettext)


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
    """The record of a decision, with all that it was made from. Not saved."""
    return Review(
        plan=plan,
        week_number=known.week.number,
        revision=revision,
        at=at,
        line=outcome.line,
        decision=outcome.decision.value,
        reason=outcome.reason.value,
        pain=outcome.pain,
        adherence=Decimal(str(outcome.adherence.rounded)),
        minutes_walked=sum(facts.minutes_by_day.values()),
        dose_minutes=known.week.minutes,
        dose_days=known.week.days,
        next_minutes=outcome.next.minutes if outcome.next else None,
        next_days=outcome.next.days if outcome.next else None,
        flags=[flag.value for flag in outcome.flags],
        sentence=sentence_for(plan, known.week, outcome),
        inputs=_inputs(state, known, facts),
    )


def state_before(earlier: Review) -> ReviewState:
    """The state that a review started from, so that its week can be judged again."""
    return ReviewState(**earlier.inputs["state"])


def _inputs(state: ReviewState, known: Known, facts: WeekFacts) -> dict[str, Any]:
    inputs: dict[str, Any] = {
        "state": asdict(state),
        "minutes_by_day": {
            str(day): minutes for day, minutes in sorted(facts.minutes_by_day.items())
        },
        "walk_pain": facts.walk_pain,
        "check_in": known.check_in.revision if known.check_in else None,
        "adjustment": known.adjustment.revision if known.adjustment else None,
        "absent": facts.absent,
        "flare_up_acted": facts.flare_up_acted,
    }
    if facts.first_doses is not None:
        inputs["doses"] = [[dose.minutes, dose.days] for dose in facts.first_doses]
    return inputs
