"""Observations: each walk, each completed week, and the pain and disability that were reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from walking.fhir.plan import MINUTES_A_WEEK
from walking.fhir.reading import PlanRecord
from walking.fhir.shared import (
    PHYSICAL_ACTIVITY,
    Resource,
    category,
    guide,
    loinc,
    moment,
    quantity,
    reference,
)
from walking.models import Walk, Week
from walking.programme.weeks import local_day

_ACTIVITY = category("activity", "Activity")
_SURVEY = category("survey", "Survey")
_DURATION = loinc("55411-3", "Exercise duration")
_DAYS_A_WEEK = loinc(
    "89555-7",
    "How many days per week did you engage in moderate to strenuous physical activity in the last 30 days",
)
_MINUTES_A_DAY = loinc(
    "68516-4",
    "On those days that you engage in moderate to strenuous exercise, how many minutes, on average, do you exercise",
)
_PAIN = loinc("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported")
_DISABILITY: Resource = {"text": "Roland-Morris Disability Questionnaire, score (0-24)"}


def observations(record: PlanRecord, patient: Resource, at: dt.datetime) -> Iterator[Resource]:
    """Yield them in the order of the days they are about. ``at`` (aware) decides which weeks are over."""
    plan = record.plan
    zone = plan.patient.zone
    for walk in record.walks:
        yield from _of_walk(record, walk, patient)
    by_week, today = record.walks_by_week(), local_day(at, zone)
    for week in record.weeks:
        if week.ends < today:
            yield from _of_week(record, week, by_week.get(week.number, []), patient)
    for check_in in record.check_ins:
        if check_in.pain is not None:
            yield _score(
                record, patient, "pain-of-week", (check_in.plan_id, check_in.week_number),
                _PAIN, check_in.pain, moment(check_in.at, zone),
            )  # fmt: skip
    for outcome in record.outcomes:
        key, when = (outcome.plan_id, outcome.month), moment(outcome.at, zone)
        if outcome.pain is not None:
            yield _score(record, patient, "pain-of-month", key, _PAIN, outcome.pain, when)
        if outcome.disability is not None:
            yield _score(record, patient, "disability", key, _DISABILITY, outcome.disability, when)


def _of_walk(record: PlanRecord, walk: Walk, patient: Resource) -> Iterator[Resource]:
    """Yield its minutes, and the pain after it if that was recorded."""
    entered_by = walk.entered_by
    own = entered_by is None or entered_by.is_patient
    performer = reference(patient) if own else {"display": str(entered_by)}
    changed = {"status": "corrected" if walk.changed_at else "final"}
    duration = _measure(
        patient, "pa-observation-activity-measure", record.names.of("Walk", walk.pk), _DURATION, walk.day,
        quantity(walk.minutes, "min", "minutes"),
    )  # fmt: skip
    yield duration | changed | {"performer": [performer]}
    if walk.pain is not None:
        pain = _score(
            record, patient, "pain-of-walk", (walk.pk,), _PAIN, walk.pain, walk.day.isoformat()
        )
        yield pain | changed | {"performer": [performer], "derivedFrom": [reference(duration)]}


def _of_week(
    record: PlanRecord, week: Week, walks: Sequence[Walk], patient: Resource
) -> Iterator[Resource]:
    """Yield what the guide calls the vital sign, from the diary's walks: days, minutes on those days, minutes."""
    days, minutes = len({walk.day for walk in walks}), sum(walk.minutes for walk in walks)

    def measured(about: str, code: Resource, value: Resource) -> Resource:
        name = record.names.of("Week", week.plan_id, week.number, about)
        return _measure(patient, f"pa-observation-evs-{about}", name, code, week.ends, value)

    parts = [measured("days-per-week", _DAYS_A_WEEK, quantity(days, "d/wk", "days/week"))]
    if days:
        value = quantity(round(minutes / days, 1), "min/d", "minutes/day")
        parts.append(measured("min-per-day", _MINUTES_A_DAY, value))
    yield from parts
    total = measured("min-per-week", MINUTES_A_WEEK, quantity(minutes, "min/wk", "minutes/week"))
    yield total | {"derivedFrom": [reference(part) for part in parts]}


def _measure(
    patient: Resource, profile: str, name: str, code: Resource, day: dt.date, value: Resource
) -> Resource:
    return {
        "resourceType": "Observation",
        "id": name,
        "meta": guide(profile),
        "status": "final",
        "category": [_ACTIVITY, PHYSICAL_ACTIVITY],
        "code": code,
        "subject": reference(patient),
        "effectiveDateTime": day.isoformat(),
        "performer": [reference(patient)],
        "valueQuantity": value,
    }


def _score(
    record: PlanRecord,
    patient: Resource,
    kind: str,
    key: tuple[object, ...],
    code: Resource,
    value: int,
    when: str,
) -> Resource:
    return {
        "resourceType": "Observation",
        "id": record.names.of(kind, *key),
        "status": "final",
        "category": [_SURVEY],
        "code": code,
        "subject": reference(patient),
        "effectiveDateTime": when,
        "performer": [reference(patient)],
        "valueQuantity": quantity(value, "{score}", "score"),
    }
