"""QuestionnaireResponse: weekly check-ins, monthly questions and the questionnaires of months 0, 3, 6, 9 and 12.

Items have ``linkId`` names of our own, which docs/fhir.md explains; the statements of Roland and Morris
are identified by their number alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from walking.fhir.reading import PlanRecord
from walking.fhir.shared import Resource, moment, reference
from walking.models import CheckIn, OutcomeAnswer, Recurrence
from walking.programme.outcomes import STATEMENTS


def answers(record: PlanRecord, patient: Resource) -> Iterator[Resource]:
    for check_in in record.check_ins:
        key = (check_in.plan_id, check_in.week_number)
        yield _response(record, patient, "check-in", key, check_in, _of_check_in(check_in))
    for month in record.months:
        key = (month.plan_id, month.month or 0)
        yield _response(record, patient, "month", key, month, _of_month(month))
    for outcome in record.outcomes:
        key = (outcome.plan_id, outcome.month)
        yield _response(record, patient, "outcome", key, outcome, _of_outcome(outcome))


def _response(
    record: PlanRecord,
    patient: Resource,
    kind: str,
    key: tuple[int, int],
    answer: CheckIn | Recurrence | OutcomeAnswer,
    items: list[Resource],
) -> Resource:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": record.names.of(kind, *key),
        "status": "completed" if answer.revision == 1 else "amended",
        "subject": reference(patient),
        "authored": moment(answer.at, record.plan.patient.zone),
        "source": reference(patient),
        "item": items,
    }


def _item(link: str, value: str | int | bool | dt.date | None) -> list[Resource]:
    """Return one item with an answer; none if there was no answer."""
    match value:
        case None | "":
            return []
        case bool():
            typed: Resource = {"valueBoolean": value}
        case int():
            typed = {"valueInteger": value}
        case dt.date():
            typed = {"valueDate": value.isoformat()}
        case str():
            typed = {"valueString": value}
    return [{"linkId": link, "answer": [typed]}]


def _of_check_in(check_in: CheckIn) -> list[Resource]:
    flags: list[Resource] = [{"valueString": flag} for flag in check_in.red_flags]
    return [
        *_item("check-in.week", check_in.week_number),
        *_item("check-in.pain", check_in.pain),
        *_item("check-in.difficulty", check_in.difficulty),
        *_item("check-in.confidence", check_in.confidence),
        *_item("check-in.flare-up", check_in.flare_up),
        *_item("check-in.away", check_in.away),
        # Without any sign, only this tells "none" from "not known".
        *_item(
            "check-in.warning-signs-answered", check_in.signs is not None or check_in.signs_answered
        ),
        *([{"linkId": "check-in.warning-signs", "answer": flags}] if flags else []),
        *_item("check-in.words", check_in.words.strip()),
    ]


def _of_month(answer: Recurrence) -> list[Resource]:
    return [
        *_item("month.number", answer.month),
        *_item("month.pain-of-a-day-or-more", answer.happened),
        *_item("month.began", answer.started),
        *_item("month.ended", answer.ended),
        *_item("month.limited-activity", answer.limited_activity),
        *_item("month.sought-care", answer.sought_care),
    ]


def _of_outcome(answer: OutcomeAnswer) -> list[Resource]:
    items = [*_item("outcome.month", answer.month), *_item("outcome.pain", answer.pain)]
    if answer.statements is not None:
        ticked = set(answer.statements)
        for number in range(1, STATEMENTS + 1):
            items += _item(f"rmdq.{number}", number in ticked)
        items += _item("rmdq.score", answer.disability)
    for activity in answer.activities.all():
        items.append(
            {
                "linkId": f"activity.{activity.number}",
                "item": [
                    *_item(f"activity.{activity.number}.words", activity.words.strip()),
                    *_item(f"activity.{activity.number}.score", activity.score),
                ],
            }
        )
    return items
