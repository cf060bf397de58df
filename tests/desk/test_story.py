"""The story of a plan: every fact in its order, by week and kind, at the same cost for a year as for two weeks."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.desk import Desk, enrolled, make_desk, week_walked
from tests.people import make_physio, signed_in
from walking.care.pain import flare_up
from walking.care.plan import away, notes, pause, preferences, settings_change
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """A plan with a fact of every kind."""
    desk = make_desk("hill")
    plan, now = desk.plan, timezone.now()
    today = timezone.localtime(now, plan.patient.zone).date()
    notes.write(plan, words="Her knee as well", by=desk.colleague, at=now)
    away.say_away(
        plan, first=today + dt.timedelta(days=9), last=today + dt.timedelta(days=12),
        kind="travelling", words="To my sister", by=plan.patient, at=now,
    )  # fmt: skip
    flare_up.report_flare_up(plan, by=plan.patient, at=now)
    preferences.change_time_zone(plan.patient, timezone="Europe/Oslo", by=plan.patient, at=now)
    plan.refresh_from_db()
    settings_change.change_settings(
        plan, programme=Programme(goal=Dose(20, 5)), programme_version=None, from_week=3,
        reason="Asked for it", message="A nearer goal for now.", by=desk.physio, at=now,
        version=plan.version,
    )  # fmt: skip
    plan.refresh_from_db()
    pause.pause(plan, note="Knee surgery", by=desk.physio, at=now, version=plan.version)
    return desk


def story(client: Client, plan: Plan, query: str = "") -> Tag:
    response = client.get(f"/admin/walking/plan/{plan.pk}/change/{query}")
    assert response.status_code == 200
    found = BeautifulSoup(response.content, "html.parser").select_one("#story")
    assert found is not None
    return found


def text(tag: Tag) -> str:
    return tag.get_text(" ", strip=True)


def parts(found: Tag) -> list[str]:
    return [heading.find(string=True, recursive=False).strip() for heading in found.select("h3")]  # type: ignore[union-attr]


def test_it_tells_every_kind_of_fact(desk: Desk) -> None:
    told = text(story(signed_in(desk.physio), desk.plan))
    for words in (
        "Invited hill Physio", "Invitation accepted", "Consent: given", "Started",
        "3 walks, 30 minutes · pain up to 2", "hill words of the patient",
        "Raised → 10 min × 4 days", "Rule 19: otherwise", "Minutes by day",
        "Dose set for week 3: 12 min × 4 days", "hill reason", "hill message",
        "Settings from week 3 on: 10 min × 3 days to 20 min × 5 days", "A nearer goal for now.",
        "Private note", "Her knee as well", "To my sister", "travelling", "Flare-up reported",
        "Episode 1", "activity-limiting", "Australia/Sydney → Europe/Oslo", "Paused hill Physio",
        "Knee surgery", "Mail: welcome", "waiting", "Monthly question 1",
    ):  # fmt: skip
        assert words in told, words


def test_it_begins_with_the_newest(desk: Desk) -> None:
    found = story(signed_in(desk.physio), desk.plan)
    assert parts(found) == ["Week 2", "Week 1", "Before the first week"][: len(parts(found))]
    week_one = found.select("section.story-part")[1]
    titles = [text(title) for title in week_one.select(".entry b")]
    assert titles.index("Raised → 10 min × 4 days") < titles.index("Check-in")


@pytest.mark.parametrize(
    ("kind", "there", "not_there"),
    [
        ("note", "Her knee as well", "hill reason"),
        ("mail", "Mail: welcome", "Her knee"),
        ("check_in", "hill words of the patient", "Rule 19"),
        ("decision", "Rule 19: otherwise", "hill words"),
        ("away", "To my sister", "Flare-up reported"),
        ("health", "Flare-up reported", "To my sister"),
        ("walks", "3 walks, 30 minutes", "Rule 19"),
        ("plan", "Invitation accepted", "Knee surgery"),
        ("nonsense", "Rule 19", "nonsense"),
    ],
)
def test_it_shows_one_kind_when_asked(desk: Desk, kind: str, there: str, not_there: str) -> None:
    told = text(story(signed_in(desk.physio), desk.plan, f"?show={kind}"))
    assert there in told
    assert not_there not in told


@pytest.mark.slow
@pytest.mark.database
def test_a_year_is_paged_by_weeks_and_costs_what_two_weeks_cost() -> None:
    physio = make_physio()
    client = signed_in(physio)
    short = week_walked(enrolled(physio, name="Nora", email="nora@home.example", days_ago=10))
    long = enrolled(physio, name="Lena", email="lena@home.example", days_ago=356, length_weeks=52)
    long = week_walked(long)
    assert (short.week_number, long.week_number) == (2, 51)

    def queries(plan: Plan, query: str = "") -> int:
        address = f"/admin/walking/plan/{plan.pk}/change/{query}"
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    assert queries(short) == queries(long) == queries(long, "?p=5") <= 36
    assert parts(story(client, long)) == [f"Week {n}" for n in range(51, 45, -1)]
    assert parts(story(client, long, "?p=2"))[0] == "Week 45"
    last = parts(story(client, long, "?p=9"))
    assert last[-1] == "Week 1"
    told = " ".join(text(story(client, long, f"?p={page}")) for page in range(1, 10))
    assert told.count("Rule ") == long.reviews.count() == 50
    assert parts(story(client, long, "?p=999")) == last
    assert parts(story(client, long, "?p=x")) == parts(story(client, long))


def test_it_goes_on_after_the_plan() -> None:
    physio = make_physio()
    plan = enrolled(physio, name="Dora", email="dora@home.example", days_ago=60, length_weeks=1)
    week_walked(plan)
    notes.write(plan, words="A year on", by=physio, at=timezone.now())
    found = story(signed_in(physio), plan)
    assert parts(found)[0] == "After the plan"
    assert "A year on" in text(found.select("section.story-part")[0])
