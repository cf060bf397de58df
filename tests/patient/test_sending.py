"""``POST /api/walks/``: walks that a program of the patient's sends."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tokens
from tests.days import moment, on_day
from tests.history import walk_on
from tests.people import ANNA, make_plan, signed_in
from tests.responses import words
from walking.models import Plan

pytestmark = pytest.mark.django_db

PAGE = "/api/walks/"


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def secret(plan: Plan) -> str:
    return tokens.make(plan.patient, "My phone", [tokens.WRITE_WALKS], moment(1))[1]


def post(secret: str, body: object, content_type: str = "application/json") -> HttpResponse:
    text = body if isinstance(body, str) else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    headers = {"authorization": f"Bearer {secret}"}
    return client.post(PAGE, text, content_type=content_type, headers=headers)


def states(response: HttpResponse) -> list[str]:
    assert response.status_code == 200, response.content
    return [result["state"] for result in response.json()["results"]]


def walked(number: int, hour: int = 7, minutes: int | None = 20, **more: object) -> dict[str, Any]:
    told = {"start": moment(number, hour).isoformat(), "minutes": minutes}
    return {name: value for name, value in told.items() if value is not None} | more


def test_a_walk_goes_into_the_diary_once_and_says_where_it_comes_from(
    plan: Plan, secret: str
) -> None:
    with on_day(9):
        first = post(secret, walked(9, steps=2100))
        assert states(first) == ["added"]
        assert "no-store" in first["Cache-Control"]
        assert states(post(secret, [walked(9)])) == ["known"]
        assert "20 minutes from a program of yours" in words(signed_in(plan.patient).get("/diary/"))
    walk = plan.walks.get()
    assert (walk.minutes, walk.steps, walk.source, walk.estimated) == (20, 2100, "program", False)
    assert walk.started_at == moment(9, 7)


def test_its_own_id_names_it(plan: Plan, secret: str) -> None:
    name = str(uuid.uuid4())
    with on_day(9):
        assert states(post(secret, walked(9, id=name))) == ["added"]
        assert states(post(secret, walked(9, hour=8, id=name))) == ["known"]
        twice = {"walks": [walked(8, id=str(uuid.UUID(int=5)))] * 2}
        assert states(post(secret, twice)) == ["added", "known"]
    assert plan.walks.count() == 2


def test_minutes_come_from_the_end_or_are_estimated_from_steps(plan: Plan, secret: str) -> None:
    end = walked(9, minutes=None, end=moment(9, 8).isoformat())
    steps = {"day": moment(8).date().isoformat(), "steps": "1500"}
    with on_day(9):
        assert states(post(secret, [end, steps])) == ["added", "added"]
    assert sorted(plan.walks.values_list("minutes", "estimated")) == [(15, True), (60, False)]


def test_what_was_written_by_hand_or_taken_out_does_not_come_again(plan: Plan, secret: str) -> None:
    walk_on(plan, 9, 19)
    with on_day(9):
        answer = post(secret, walked(9, minutes=20))
        assert states(answer) == ["alike"]
        assert "add it by hand" in answer.json()["results"][0]["message"]
        assert states(post(secret, walked(8, id=str(uuid.UUID(int=7))))) == ["added"]
        gone = plan.walks.get(client_id=uuid.UUID(int=7))
        signed_in(plan.patient).post(f"/diary/{gone.pk}/remove/")
        assert states(post(secret, walked(8, id=str(uuid.UUID(int=7))))) == ["known"]
    assert plan.walks.kept().count() == 1


def test_each_that_cannot_be_taken_says_why_and_keeps_no_other_away(
    plan: Plan, secret: str
) -> None:
    day = moment(9).date().isoformat()
    wrong: list[tuple[Any, str]] = [
        ("twenty", "object"),
        ({"minutes": 20}, "Say when"),
        ({"start": "yesterday", "minutes": 20}, "2026-03-09T08:30"),
        ({"start": day, "minutes": 20}, "2026-03-09T08:30"),
        ({"day": "09/03/2026", "minutes": 20}, "year, month and day"),
        ({"day": day}, "Say how long"),
        ({"day": day, "minutes": "a while"}, "as a number"),
        ({"day": day, "minutes": True}, "as a number"),
        ({"day": day, "minutes": 1e400}, "as a number"),
        ({"day": day, "minutes": 700}, "from 1 to 600"),
        ({"day": day, "minutes": 0}, "from 1 to 600"),
        ({"day": day, "minutes": 20, "id": "7"}, "UUID"),
        ({"day": "1970-01-01", "minutes": 20}, "Choose a day between"),
        ({"day": "2090-01-01", "minutes": 20}, "still to come"),
        ({"start": "0001-01-01T00:00:00+14:00", "minutes": 20}, "Choose a day between"),
        (walked(9, minutes=None, end="2026-03-01T08:00:00"), "both with an offset"),
    ]
    with on_day(9):
        body = [item for item, _why in wrong] + [walked(9)]
        results = json.loads(post(secret, json.dumps(body)).content)["results"]
    for result, (item, why) in zip(results, wrong, strict=False):
        assert result["state"] == "refused", (item, result)
        assert why in result["message"], (item, result)
    assert results[-1]["state"] == "added"
    assert plan.walks.count() == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[" * 20_000, "application/json", 400),
        ("[]", "application/json", 400),
        ("7", "application/json", 400),
        ("{}", "text/plain", 415),
        (json.dumps([{}] * 51), "application/json", 413),
        (" " * 60_000, "application/json", 413),
    ],
)
def test_a_body_that_is_none_is_refused_in_words(
    plan: Plan, secret: str, body: str, content_type: str, status: int
) -> None:
    with on_day(9):
        response = post(secret, body, content_type)
    assert response.status_code == status
    assert response.json()["error"].endswith(".")


def test_only_a_live_token_with_this_right_opens_it(plan: Plan, secret: str) -> None:
    reads = tokens.make(plan.patient, "Reader", [tokens.READ_ALL], moment(1))[1]
    with on_day(9):
        assert post(reads, walked(9)).status_code == 403
        assert post("wm_" + "a" * 43, walked(9)).status_code == 401
        session = signed_in(plan.patient).post(PAGE, json.dumps(walked(9)), "application/json")
        assert session.status_code == 401
        assert signed_in(plan.patient).get(PAGE).status_code == 405
        tokens.revoke_all(plan.patient, moment(9))
        assert post(secret, walked(9)).status_code == 401
    assert not plan.walks.exists()


def test_it_goes_to_the_plan_of_the_token_alone(plan: Plan, secret: str) -> None:
    other = make_plan(name=ANNA)
    with on_day(9):
        assert states(post(secret, walked(9))) == ["added"]
    assert (plan.walks.count(), other.walks.count()) == (1, 0)


def test_many_walks_ask_no_more_than_one(plan: Plan, secret: str) -> None:
    with on_day(9):
        post(secret, walked(7))  # the hour of the token's last use is written now
        with CaptureQueriesContext(connection) as one:
            post(secret, [walked(9, hour=6)])
        with CaptureQueriesContext(connection) as many:
            post(secret, [walked(day, hour) for day in (8, 9) for hour in range(7, 17)])
    assert plan.walks.count() == 22
    assert len(many) <= len(one) + 1
