"""What if: the rules on a patient made up at the desk."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from tests.people import make_clinic, make_manager, make_physio, signed_in
from walking.care.clinic.programme_versions import new_version
from walking.models import Plan
from walking.programme.scenario import simulate
from walking.programme.settings import Programme
from walking.programme.thresholds import Thresholds

PAGE = "/admin/what-if/"
SETTINGS = {
    "start": "2026-03-02", "goes": "everything", "baseline_minutes": 10, "baseline_days": 3,
    "goal_minutes": 30, "goal_days": 5, "pace": "standard", "length_weeks": 26,
}  # fmt: skip


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(make_physio(make_clinic()))


def test_it_plays_a_preset_as_simulate_does_and_keeps_nothing(client: Client) -> None:
    answer = client.post(PAGE, SETTINGS | {"_preset": ""})
    assert answer.status_code == 200
    scenario = json.loads(answer.context["scenario"])
    said = simulate(scenario)["weeks"]
    shown = answer.context["weeks"]
    assert [(w["dose"]["minutes"], w["dose"]["days"]) for w in said] == [
        (w["dose"].minutes, w["dose"].days) for w in shown
    ]
    assert len(shown) == 12
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("goes", "reason"),
    [("second", "no walks"), ("flare-up", "flare-up"), ("quiet", "without walks")],
)
def test_the_presets_do_what_they_say(client: Client, goes: str, reason: str) -> None:
    page = client.post(PAGE, SETTINGS | {"goes": goes, "_preset": ""})
    assert any(
        reason in week["reason"].lower() or week["percent"] == 0 for week in page.context["weeks"]
    )


def test_weeks_are_edited_in_the_table(client: Client) -> None:
    weeks = {"count": "1", "w0-days": "3", "w0-minutes": "10", "w0-pain": "7", "_table": ""}
    shown = client.post(PAGE, SETTINGS | weeks).context["weeks"]
    assert shown[0]["line"] == 4


@pytest.mark.django_db
def test_it_judges_by_the_clinics_own_thresholds_and_says_so() -> None:
    clinic = make_clinic()
    manager = make_manager(clinic, name="Mo", email="mo@clinic.example")
    client = signed_in(manager)
    week = {"count": "1", "w0-days": "3", "w0-minutes": "10", "w0-pain": "5", "_table": ""}
    usual = client.post(PAGE, SETTINGS | week)
    assert usual.context["weeks"][0]["decision"] != "Eased"
    assert "own thresholds" not in usual.content.decode()
    new_version(
        by=manager,
        programme=Programme(thresholds=Thresholds(pain_too_much=5, pain_moderate=3)),
        why="Carefully",
        seen=0,
        at=timezone.now(),
    )
    own = client.post(PAGE, SETTINGS | week)
    assert own.context["weeks"][0]["line"] != usual.context["weeks"][0]["line"]
    assert own.context["weeks"][0]["line"] == 4, "pain of 5 is too much here"
    assert "own thresholds" in own.content.decode()


def test_an_error_names_its_place_beside_the_week_and_keeps_what_was_typed(client: Client) -> None:
    weeks = {"count": "1", "w0-days": "3", "w0-minutes": "900", "_table": ""}
    answer = client.post(PAGE, SETTINGS | weeks)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "weeks[0].walks[0].minutes" in page
    assert 'value="900"' in page


def test_a_scenario_is_pasted_and_downloaded(client: Client) -> None:
    text = json.dumps({"plan": {"start": "2026-03-02"}, "weeks": [{}, {}]})
    assert len(client.post(PAGE, {"scenario": text, "_paste": ""}).context["weeks"]) == 2
    download = client.post(PAGE, {"scenario": text, "_download": ""})
    assert json.loads(download.content) == json.loads(text)
    bad = client.post(PAGE, {"scenario": '{"plan": {}, "weeks": []}', "_paste": ""})
    assert bad.status_code == 422
    assert "plan.start" in bad.content.decode()


def test_nobody_but_staff_comes_in() -> None:
    assert Client().get(PAGE).status_code == 302
