"""A made record with every type of resource, and what the official schema says of one."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from jsonschema import Draft6Validator

from tests.people import insert_plan
from walking.models import CheckIn, OutcomeActivity, OutcomeAnswer, Plan, Recurrence, Walk

SCHEMA = Path(__file__).with_name("fhir.schema.json.gz")
START = dt.date(2026, 3, 2)
AT = dt.datetime(2026, 3, 20, 6, 0, tzinfo=dt.UTC)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def schema() -> dict[str, Any]:
    return dict(json.loads(gzip.decompress(SCHEMA.read_bytes())))


@cache
def validator(kind: str) -> Draft6Validator:
    """Of one type: the root of the schema tries all of them, and says of a fault only that none fits."""
    return Draft6Validator(schema() | {"oneOf": [{"$ref": f"#/definitions/{kind}"}]})


def faults(resource: dict[str, Any]) -> list[str]:
    """What the official schema and the models of ``fhir.resources`` object to."""
    kind = resource["resourceType"]
    get_fhir_model_class(kind).model_validate(resource)
    return [error.message[:300] for error in validator(kind).iter_errors(resource)]


def faults_of(whole: dict[str, Any]) -> list[str]:
    envelope = whole | {"entry": [{"fullUrl": each["fullUrl"]} for each in whole["entry"]]}
    found = faults(envelope)
    seen = set()
    for entry in whole["entry"]:
        shape = shape_of(entry["resource"])
        if shape not in seen:
            seen.add(shape)
            found += faults(entry["resource"])
    return found


def shape_of(value: Any) -> str:
    """What two resources have in common that differ in numbers, names and days only."""
    match value:
        case dict():
            return "{" + ",".join(f"{key}:{shape_of(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ",".join(sorted({shape_of(each) for each in value})) + "]"
        case str():
            return re.sub(r"[0-9a-f]+", "0", re.sub(r"[A-Za-z]{3,}", "w", value))[:12]
        case _:
            return type(value).__name__


def references(value: Any) -> Iterator[str]:
    match value:
        case {"reference": str() as target}:
            yield target
        case dict():
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def of_type(whole: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = (entry["resource"] for entry in whole["entry"])
    return [resource for resource in found if resource["resourceType"] == kind]


def coded(whole: dict[str, Any], code: str) -> list[tuple[str, float]]:
    """Day and value of every observation with this LOINC code."""
    return [
        (each["effectiveDateTime"][:10], each["valueQuantity"]["value"])
        for each in of_type(whole, "Observation")
        if each["code"].get("coding", [{}])[0].get("code") == code
    ]


def told() -> Plan:
    """A plan in its third week, with walks and answers; some were corrected, and one walk was removed."""
    plan = insert_plan(START, week_number=3)
    Walk.objects.create(plan=plan, day=START, minutes=12, pain=3, entered_by=plan.patient)
    Walk.objects.create(plan=plan, day=START, minutes=8, entered_by=plan.physiotherapist)
    Walk.objects.create(plan=plan, day=START + dt.timedelta(days=2), minutes=15)
    Walk.objects.create(plan=plan, day=START, minutes=99, removed_at=AT)
    for revision, pain in ((1, 6), (2, 2)):
        CheckIn(
            plan=plan, week_number=1, revision=revision, at=AT, via="app", pain=pain,
            red_flags=["fever_unwell"], words=" It was <fine> & good. ",
        ).save()  # fmt: skip
    Recurrence(plan=plan, month=1, at=AT, happened=True, started=START, episode=1,
               episode_revision=1).save()  # fmt: skip
    answer = OutcomeAnswer(plan=plan, month=0, at=AT, pain=4, statements=[1, 24], disability=2)
    answer.save()
    OutcomeActivity(answer=answer, number=1, words="Gardening", score=7).save()
    return plan
