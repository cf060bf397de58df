"""A clinic's own programme, on the Programme page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.desk.desk import Desk, hidden_fields, make_desk
from tests.people import signed_in
from walking.models import Invitation, Plan, ProgrammeVersion

PAGE = "/admin/programme/"


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk("hill")


def typed(page: str, **changes: object) -> dict[str, object]:
    numbers = {
        "baseline_minutes": 8, "baseline_days": 3, "goal_minutes": 30, "goal_days": 5,
        "pace": "standard", "length_weeks": 26, "pain_too_much": 5, "pain_moderate": 3,
        "mostly_done_percent": 80, "half_done_percent": 50, "low_weeks": 2, "layoff_weeks": 2,
        "low_confidence": 4, "unchecked_raises": 2, "why": "We start lower",
    }  # fmt: skip
    return hidden_fields(page) | numbers | changes


def made(client: Client, **changes: object) -> int:
    page = client.get(PAGE).content.decode()
    return client.post(PAGE, typed(page, **changes)).status_code


def test_a_manager_makes_a_version_and_plans_keep_theirs(desk: Desk) -> None:
    assert made(signed_in(desk.manager)) == 302
    version = ProgrammeVersion.objects.get()
    assert (version.number, version.thresholds.pain_too_much) == (1, 5)
    assert Plan.objects.get(pk=desk.plan.pk).programme_version is None
    page = signed_in(desk.physio).get(PAGE).content.decode()
    assert "We start lower" in page
    assert "pain 5 or more" in page.lower()
    invite = signed_in(desk.physio).get("/admin/walking/invitation/add/").content.decode()
    assert 'name="baseline_minutes" value="8"' in invite


def test_an_invitation_takes_the_current_version(desk: Desk) -> None:
    made(signed_in(desk.manager))
    signed_in(desk.physio).post(
        "/admin/walking/invitation/add/",
        {"name": "New", "email": "new@example.org", "baseline_minutes": 8, "baseline_days": 3,
         "goal_minutes": 30, "goal_days": 5, "pace": "standard", "length_weeks": 26, "_do": "",
         "adult": "on", "no_red_flag": "on", "safe_to_walk": "on", "recovered": "on", "comfortable_minutes": 8},
    )  # fmt: skip
    invitation = Invitation.objects.get(email="new@example.org")
    assert invitation.programme.thresholds.pain_too_much == 5


def test_pain_is_never_looser_than_the_traffic_light(desk: Desk) -> None:
    client = signed_in(desk.manager)
    assert made(client, pain_too_much=7) == 422
    assert made(client, pain_moderate=5) == 422
    assert made(client, why="") == 422
    assert not ProgrammeVersion.objects.exists()


def test_who_was_slower_is_told(desk: Desk) -> None:
    client = signed_in(desk.manager)
    old = client.get(PAGE).content.decode()
    made(client)
    answer = client.post(PAGE, typed(old, baseline_minutes=9))
    assert answer.status_code in (409, 422)
    assert "Version 1 was made meanwhile" in answer.content.decode()
    assert ProgrammeVersion.objects.count() == 1


def test_a_physiotherapist_only_reads(desk: Desk) -> None:
    client = signed_in(desk.physio)
    assert "<details" not in client.get(PAGE).content.decode().split("Every number")[0]
    assert client.post(PAGE, {}).status_code == 403
