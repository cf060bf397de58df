"""A record as FHIR: valid by the official schema, whole in itself, and the same as what is in the diary."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Access, User
from tests.fhir.record import (
    AT,
    ID,
    START,
    coded,
    faults,
    faults_of,
    of_type,
    references,
    told,
    validator,
)
from tests.people import insert_plan, signed_in
from tests.responses import just_signed_in
from walking.care.record.erase import OwnDownload
from walking.fhir.bundle import bundle
from walking.models import CheckIn, Plan, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    return told()


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


@pytest.mark.parametrize(
    ("signs", "answered", "said"),
    [
        (["fever_unwell"], True, [{"valueBoolean": True}]),
        ([], True, [{"valueBoolean": True}]),
        ([], False, [{"valueBoolean": False}]),
        ([], None, None),
    ],
)
def test_no_warning_sign_is_told_from_no_answer(
    plan: Plan, signs: list[str], answered: bool | None, said: object
) -> None:
    CheckIn(
        plan=plan, week_number=2, at=AT, via="app", pain=2, red_flags=signs, signs_answered=answered
    ).save()
    of_week = next(
        items
        for each in of_type(bundle(plan.patient, AT), "QuestionnaireResponse")
        if (items := {item["linkId"]: item.get("answer") for item in each["item"]}).get(
            "check-in.week"
        )
        == [{"valueInteger": 2}]
    )
    assert of_week.get("check-in.warning-signs-answered") == said
    assert of_week.get("check-in.warning-signs") == (
        [{"valueString": "fever_unwell"}] if signs else None
    )


def test_names_stay_and_tell_no_number(plan: Plan) -> None:
    first, later = (bundle(plan.patient, at) for at in (AT, AT + dt.timedelta(hours=1)))
    assert first["entry"] == later["entry"]
    other = bundle(insert_plan(START).patient, AT)
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


# The doors ---------------------------------------------------------------------------------------


def test_a_patient_downloads_it_after_the_password(plan: Plan) -> None:
    plan.patient.set_password("three plain words")
    plan.patient.save()
    client = signed_in(plan.patient)
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
    assert Access.objects.get(patient=plan.patient).what == "fhir"
    other = insert_plan(START)
    with pytest.raises(CommandError):
        call_command(
            "export_my_data", fhir=True, patient=other.patient.email,
            by=plan.physiotherapist.email, out=str(tmp_path / "other.json"),
        )  # fmt: skip
