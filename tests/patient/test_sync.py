"""Walks that were kept on the phone come in once each, in the order made, and overwrite nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.device import person_key
from tests.days import moment, on_day
from tests.history import live, walk_on
from tests.people import ANNA, make_plan, signed_in
from tests.responses import new_id
from walking.care.diary.offline_sync import version_of
from walking.care.diary.walks import correct_walk, remove_walk
from walking.models import Plan, Walk

pytestmark = pytest.mark.django_db


def item(number: int = 2, minutes: int = 12, **more: Any) -> dict[str, Any]:
    """A walk on a day of week 1."""
    return {"id": new_id(), "day": f"2026-03-{number + 1:02}", "minutes": minutes} | more


def send(client: Client, plan: Plan, *walks: object, **batch: Any) -> HttpResponse:
    body = {"person": person_key(plan.patient_id), "walks": list(walks)} | batch
    with on_day(3):
        return client.post("/sync/walks/", json.dumps(body), content_type="application/json")


def states(response: HttpResponse) -> list[str]:
    assert response.status_code == 200, response.content
    return [result["state"] for result in response.json()["results"]]


def stored(plan: Plan) -> list[int]:
    return list(plan.walks.kept().order_by("pk").values_list("minutes", flat=True))


def test_it_takes_walks_in_the_order_made() -> None:
    plan = make_plan()
    walks = [item(2, 10), item(1, 30), item(3, 20, pain=4, effort="hard")]
    response = send(signed_in(plan.patient), plan, *walks)
    assert states(response) == ["saved"] * 3
    assert [result["id"] for result in response.json()["results"]] == [it["id"] for it in walks]
    assert stored(plan) == [10, 30, 20]
    last = plan.walks.order_by("pk").last()
    assert (last.pain, last.effort, last.entered_by) == (4, "hard", plan.patient)
    assert "no-store" in response["Cache-Control"]


def test_it_stores_what_is_sent_twice_once() -> None:
    plan = make_plan()
    client, walk = signed_in(plan.patient), item()
    assert states(send(client, plan, walk, walk)) == ["saved", "saved"]
    assert states(send(client, plan, walk)) == ["saved"]
    assert stored(plan) == [12]
    assert plan.walks.get().changed_at is None


def test_it_takes_a_later_edit_of_a_walk_whose_answer_was_lost() -> None:
    plan = make_plan()
    client, walk = signed_in(plan.patient), item()
    send(client, plan, walk)
    assert states(send(client, plan, walk | {"minutes": 15})) == ["saved"]
    assert stored(plan) == [15]
    assert states(send(client, plan, walk | {"minutes": 15})) == ["saved"]
    assert states(send(client, plan, {"id": walk["id"], "removed": True})) == ["conflict"], (
        "the phone that takes it out has not seen the edit"
    )


def test_it_takes_out_what_may_never_have_arrived() -> None:
    plan = make_plan()
    client, arrived = signed_in(plan.patient), item()
    send(client, plan, arrived)
    gone = [{"id": arrived["id"], "removed": True}, {"id": new_id(), "removed": True}]
    assert states(send(client, plan, *gone)) == ["saved", "saved"]
    assert stored(plan) == []


def changed(walk: Walk, minutes: int) -> None:
    correct_walk(
        walk, day=walk.day, minutes=minutes, pain=None, effort="", by=None, at=moment(2, 9)
    )


@pytest.mark.database
def test_it_corrects_and_takes_out_walks_of_the_diary_once() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    first, second = walk_on(plan, 1, 10), walk_on(plan, 1, 20)
    edit = item(1, 11, walk=first.pk, base=version_of(first))
    out = {"id": new_id(), "removed": True, "walk": second.pk, "base": version_of(second)}
    for _twice in range(2):
        assert states(send(client, plan, edit, out)) == ["saved", "saved"]
        assert stored(plan) == [11]


def test_it_leaves_a_walk_that_was_changed_elsewhere_as_it_is_and_says_how() -> None:
    plan = make_plan()
    client, walk = signed_in(plan.patient), walk_on(plan, 1, 10)
    edit = item(1, 15, walk=walk.pk, base=version_of(walk))
    changed(walk, 20)
    response = send(client, plan, edit)
    assert states(response) == ["conflict"]
    theirs = response.json()["results"][0]["walk"]
    assert (theirs["minutes"], theirs["removed"], theirs["day"]) == (20, False, "2026-03-02")
    assert stored(plan) == [20]
    # "Keep what I wrote": the same again, in full knowledge of the other.
    assert states(send(client, plan, edit | {"base": theirs["base"]})) == ["saved"]
    assert stored(plan) == [15]


def test_it_tells_of_a_walk_that_was_taken_out_elsewhere() -> None:
    plan = make_plan()
    client, walk = signed_in(plan.patient), walk_on(plan, 1, 10)
    edit = item(1, 15, walk=walk.pk, base=version_of(walk))
    remove_walk(walk, by=None, at=moment(2, 9))
    response = send(client, plan, edit)
    assert states(response) == ["conflict"]
    assert response.json()["results"][0]["walk"]["removed"] is True


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"minutes": 601}, "from 1 to 600"),
        ({"minutes": "many"}, "from 1 to 600"),
        ({"minutes": None}, "from 1 to 600"),
        ({"day": "2026-03-20"}, "still to come"),
        ({"day": "2026-02-20"}, "this week and last week"),
        ({"day": 7}, "Choose a day"),
        ({"pain": 11}, "from 0 to 10"),
        ({"effort": "torture"}, "Choose one"),
        ({"walk": "1 OR 1"}, "cannot be read"),
        ({"walk": 10**30}, "cannot be read"),
        ({"base": {}, "walk": 1}, "cannot be read"),
    ],
)
def test_it_refuses_one_walk_in_words_and_takes_the_others(
    wrong: dict[str, Any], words: str
) -> None:
    plan = make_plan()
    response = send(signed_in(plan.patient), plan, item(), item(1, 30) | wrong, item(3, 5))
    assert states(response) == ["saved", "refused", "saved"]
    assert words in response.json()["results"][1]["message"]
    assert stored(plan) == [12, 5]


def test_it_refuses_what_a_pause_or_a_closed_week_forbids() -> None:
    plan = live(make_plan(), 3)
    walk = plan.walks.order_by("day").first()
    edit = item(1, 25, walk=walk.pk, base=version_of(walk))
    body = json.dumps({"person": person_key(plan.patient_id), "walks": [edit, item(1, 44)]})
    with on_day(23):
        response = signed_in(plan.patient).post(
            "/sync/walks/", body, content_type="application/json"
        )
    assert states(response) == ["refused", "refused"]
    assert 44 not in stored(plan)
    assert 25 not in stored(plan)


def test_a_walk_of_somebody_else_is_not_there() -> None:
    plan, other = make_plan(), make_plan(name=ANNA)
    theirs = walk_on(other, 1, 10)
    edit = item(1, 99, walk=theirs.pk, base=version_of(theirs))
    out = {"id": new_id(), "removed": True, "walk": theirs.pk, "base": version_of(theirs)}
    response = send(signed_in(plan.patient), plan, edit, out)
    assert states(response) == ["refused", "refused"]
    assert "walk" not in response.json()["results"][0]
    assert stored(other) == [10]


def test_it_never_takes_one_persons_walks_into_anothers_diary() -> None:
    plan, other = make_plan(), make_plan(name=ANNA)
    response = send(signed_in(other.patient), plan, item())
    assert response.status_code == 409
    assert "somebody else" in response.json()["error"]
    assert Walk.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ('"walks"', 400),
        ("{}", 400),
        ('{"walks": {}}', 400),
        ('{"walks": [' + '{"id": 1},' * 9000 + "{}]}", 413),
        (b"\xff\xfe", 400),
    ],
)
def test_it_says_what_is_wrong_with_a_batch(body: str | bytes, status: int) -> None:
    plan = make_plan()
    with on_day(3):
        response = signed_in(plan.patient).post(
            "/sync/walks/", body, content_type="application/json"
        )
    assert response.status_code == status
    assert response.json()["error"]


@pytest.mark.parametrize("walks", [["walk"], [{"day": "2026-03-02"}], [{"id": "no uuid"}], [None]])
def test_it_takes_no_walk_without_an_id(walks: list[Any]) -> None:
    plan = make_plan()
    assert send(signed_in(plan.patient), plan, item(), *walks).status_code == 400
    assert stored(plan) == []


def test_it_takes_only_so_many_at_once() -> None:
    plan = make_plan()
    response = send(signed_in(plan.patient), plan, *(item() for _ in range(51)))
    assert response.status_code == 413
    assert "50" in response.json()["error"]
    assert stored(plan) == []


def test_it_asks_strangers_to_sign_in_and_staff_to_stay_away() -> None:
    plan = make_plan()
    assert Client().get("/sync/walks/").status_code == 401
    assert send(Client(), plan, item()).status_code == 401
    staff = Client()
    staff.force_login(plan.physiotherapist)
    assert send(staff, plan, item()).status_code == 403


def test_it_gives_a_token_without_which_nothing_is_taken() -> None:
    plan = make_plan()
    client = Client(enforce_csrf_checks=True)
    client.force_login(plan.patient)
    assert send(client, plan, item()).status_code == 403
    session = client.get("/sync/walks/").json()
    assert session["person"] == person_key(plan.patient_id)
    body = json.dumps({"person": session["person"], "walks": [item()]})
    with on_day(3):
        response = client.post(
            "/sync/walks/",
            body,
            content_type="application/json",
            headers={"X-CSRFToken": session["csrf"]},
        )
    assert states(response) == ["saved"]


def test_each_walk_more_costs_the_same_few_queries() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as found:
            assert states(send(client, plan, *(item() for _ in range(number))))
        return len(found)

    queries(1)
    one, five, nine = queries(1), queries(5), queries(9)
    assert nine - five == five - one
    assert (five - one) / 4 <= 8
