"""A record as FHIR: valid by the official schema, whole in itself, and the same as what is in the diary."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from fhir.resources.R4B import get_fhir_model_class
from jsonschema import Draft6Validator

from accounts.models import Access, User
from tests.factories import make_plan
from tests.patient.people import just_signed_in, signed_in
from walking.care.record.erasing import OwnDownload
from walking.demo.clinic import make_clinic as make_demo
from walking.fhir.bundle import bundle
from walking.models import CheckIn, OutcomeActivity, OutcomeAnswer, Plan, Recurrence, Walk

pytestmark = pytest.mark.django_db

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


@pytest.fixture
def plan() -> Plan:
    plan = make_plan(START, week_number=3)
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


def test_it_is_valid_and_whole_in_itself(plan: Plan) -> None:
    whole = bundle(plan.patient, AT)
    assert faults_of(whole) == []
    assert json.loads(json.dumps(whole)) == whole
    names = [entry["fullUrl"] for entry in whole["entry"]]
    assert len(names) == len(set(names))
    assert set(references(whole)) <= set(names)
    assert all(ID.fullmatch(entry["resource"]["id"]) for entry in whole["entry"])


def test_the_schema_finds_what_is_wrong(plan: Plan) -> None:
    resource = of_type(bundle(plan.patient, AT), "Goal")[0]
    assert faults(resource) == []
    for wrong in ({"startDate": "1 March"}, {"walks": 3}, {"target": {}}):
        found = [*validator("Goal").iter_errors(resource | wrong)]
        assert found, wrong


def test_walks_and_weeks_are_what_the_diary_has(plan: Plan) -> None:
    whole = bundle(plan.patient, AT)
    assert coded(whole, "55411-3") == [("2026-03-02", 12), ("2026-03-02", 8), ("2026-03-04", 15)]
    # Two weeks are over; the running one is not told of.
    assert coded(whole, "89555-7") == [("2026-03-08", 2), ("2026-03-15", 0)]
    assert coded(whole, "68516-4") == [("2026-03-08", 17.5)]
    assert coded(whole, "82290-8") == [("2026-03-08", 35), ("2026-03-15", 0)]
    assert coded(whole, "72514-3") == [("2026-03-02", 3), ("2026-03-20", 2), ("2026-03-20", 4)]
    assert coded(whole, "41950-7") == []
    entered = [each["performer"] for each in of_type(whole, "Observation")][2]
    assert entered == [{"display": plan.physiotherapist.name}]


def test_a_week_is_over_by_the_patients_own_calendar(plan: Plan) -> None:
    zone = ZoneInfo(plan.patient.timezone)
    last = dt.datetime(2026, 3, 15, 23, 30, tzinfo=zone)
    assert len(coded(bundle(plan.patient, last), "82290-8")) == 1
    assert len(coded(bundle(plan.patient, last + dt.timedelta(hours=1)), "82290-8")) == 2


def test_the_plan_its_goal_and_each_weeks_dose(plan: Plan) -> None:
    whole = bundle(plan.patient, AT)
    (care_plan,) = of_type(whole, "CarePlan")
    (goal,) = of_type(whole, "Goal")
    weeks = of_type(whole, "ServiceRequest")
    assert care_plan["status"] == goal["lifecycleStatus"] == "active"
    assert care_plan["period"] == {"start": "2026-03-02", "end": "2026-08-30"}
    target = plan.programme.goal
    assert goal["target"][0]["detailQuantity"]["value"] == target.minutes * target.days
    assert [week["status"] for week in weeks] == ["completed", "completed", "active"]
    repeat = weeks[0]["occurrenceTiming"]["repeat"]
    assert (repeat["frequency"], repeat["duration"]) == (3, 10)


def test_answers_are_the_latest_and_name_statements_by_number(plan: Plan) -> None:
    check_in, month, outcome = of_type(bundle(plan.patient, AT), "QuestionnaireResponse")
    said = {item["linkId"]: item["answer"] for item in check_in["item"]}
    assert check_in["status"] == "amended"
    assert said["check-in.pain"] == [{"valueInteger": 2}]
    assert said["check-in.words"] == [{"valueString": "It was <fine> & good."}]
    assert {"linkId": "month.began", "answer": [{"valueDate": "2026-03-02"}]} in month["item"]
    ticked = {
        item["linkId"]
        for item in outcome["item"]
        if item["linkId"].startswith("rmdq") and item["answer"] == [{"valueBoolean": True}]
    }
    assert ticked == {"rmdq.1", "rmdq.24"}
    assert not any("text" in item for item in outcome["item"])
    assert outcome["item"][-1]["item"][0]["answer"] == [{"valueString": "Gardening"}]


def test_names_stay_and_tell_no_number(plan: Plan) -> None:
    first, later = (bundle(plan.patient, at) for at in (AT, AT + dt.timedelta(hours=1)))
    assert first["entry"] == later["entry"]
    other = bundle(make_plan(START).patient, AT)
    ours, theirs = ({entry["fullUrl"] for entry in each["entry"]} for each in (first, other))
    assert not ours & theirs


def test_it_costs_the_same_for_years_of_walks(plan: Plan) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            bundle(User.objects.get(pk=plan.patient_id), AT)
        return len(captured)

    asked()  # makes the key of the names
    before = asked()
    Walk.objects.bulk_create(
        Walk(plan=plan, day=START + dt.timedelta(days=day), minutes=9, entered_by=plan.patient)
        for day in range(1100)
    )
    assert asked() == before


def test_every_patient_of_the_demo_clinic_is_valid(tmp_path: Path) -> None:
    now = timezone.now()
    make_demo(now=now, seed=1, mail_folder=tmp_path)
    patients = list(User.objects.patients())
    assert len(patients) == 24
    seen: set[str] = set()
    for person in patients:
        whole = bundle(person, now)
        names = {entry["fullUrl"] for entry in whole["entry"]}
        assert len(names) == len(whole["entry"])
        assert set(references(whole)) <= names
        for entry in whole["entry"]:
            if (shape := shape_of(entry["resource"])) not in seen:
                seen.add(shape)
                assert faults(entry["resource"]) == []


# The doors ---------------------------------------------------------------------------------------


def test_a_patient_downloads_it_after_the_password(plan: Plan) -> None:
    plan.patient.set_password("three plain words")
    plan.patient.save()
    client = signed_in(plan)
    path = "/settings/my-data/fhir.json"
    assert "/accounts/reauthenticate/" in client.get(path)["Location"]
    answer = just_signed_in(client).get(path)
    assert answer["Content-Type"] == "application/fhir+json"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    whole = json.loads(answer.content)
    assert of_type(whole, "Patient")[0]["telecom"] == [
        {"system": "email", "value": plan.patient.email}
    ]
    assert OwnDownload.objects.filter(patient=plan.patient).count() == 1


def test_the_clinic_takes_it_out_and_the_trail_keeps_it(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "rosa.json"
    asked = {"patient": plan.patient.email, "by": plan.physiotherapist.email, "out": str(out)}
    call_command("export_my_data", fhir=True, **asked)
    assert json.loads(out.read_bytes())["resourceType"] == "Bundle"
    assert out.stat().st_mode & 0o777 == 0o600
    assert Access.objects.get(patient=plan.patient).what == "whole_record"
    other = make_plan(START)
    with pytest.raises(CommandError):
        call_command(
            "export_my_data", fhir=True, patient=other.patient.email,
            by=plan.physiotherapist.email, out=str(tmp_path / "other.json"),
        )  # fmt: skip
