"""A flare-up, reported on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.patient.people import START, local, make_plan, on_day, signed_in, soup, text
from walking.care.adjust import set_next_dose
from walking.care.pausing import pause
from walking.care.tick import catch_up_all
from walking.models import Plan
from walking.programme.dose import Dose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
PAGE = "/flare-up/"
TODAY = START + dt.timedelta(days=9)


@pytest.fixture
def _clock() -> Iterator[None]:
    with on_day(10):
        yield


@pytest.fixture
def plan() -> Plan:
    """A plan in its second week, at 20 minutes on 4 days."""
    plan = make_plan()
    set_next_dose(
        plan,
        dose=Dose(20, 4),
        reason="Walks more already.",
        by=plan.physiotherapist,
        at=local(START, 10),
        version=plan.version,
    )
    catch_up_all(local(START + dt.timedelta(days=7), 4))
    plan.refresh_from_db()
    return plan


@pytest.fixture
def client(plan: Plan) -> Client:
    return signed_in(plan)


def week(plan: Plan) -> tuple[int, int]:
    running = plan.weeks.get(number=2)
    return running.minutes, running.days


def test_it_says_what_helps_and_changes_nothing(client: Client, plan: Plan) -> None:
    response = client.get(PAGE)
    said = text(response)
    for words in ("Stay active within comfort.", "24 hours", "10.2519/jospt.2025.13361"):
        assert words in said
    assert soup(response).select_one("main a[href='/warning-signs/']")
    assert soup(response).select_one("input[name=started]")["value"] == TODAY.isoformat()
    assert week(plan) == (20, 4)


def test_reporting_it_eases_the_week_at_once(client: Client, plan: Plan) -> None:
    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
    said = text(client.post(PAGE, {"started": yesterday}, follow=True))
    assert week(plan) == (10, 4)
    assert "Your plan is eased for the rest of this week" in said
    assert "10 minutes a walk" in said
    assert "It was 20 minutes on 4 days." in said
    kept = plan.recurrences.get()
    assert (kept.started.isoformat(), kept.month, kept.limited_activity) == (yesterday, None, True)


def test_a_second_report_eases_no_further(client: Client, plan: Plan) -> None:
    for _time in range(2):
        client.post(PAGE, {"started": TODAY.isoformat()})
    assert week(plan) == (10, 4)
    assert "This week is eased already" in text(client.get(PAGE))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ((TODAY + dt.timedelta(days=1)).isoformat(), "That day is still to come."),
        ((START - dt.timedelta(days=1)).isoformat(), "That day is before your plan began."),
        ("", "Please give the day it began."),
        ("31.02.2026", "This is not a day we can read."),
        ("<script>", "This is not a day we can read."),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(
    client: Client, plan: Plan, day: str, words: str
) -> None:
    response = client.post(PAGE, {"started": day})
    assert words in soup(response).select_one("#field_started .error").get_text()
    assert soup(response).select_one("input[name=started]").get("value", "") == day
    assert b"<script>" not in response.content
    assert week(plan) == (20, 4)
    assert not plan.recurrences.exists()


def test_it_is_kept_while_the_plan_is_paused(client: Client, plan: Plan) -> None:
    pause(plan, note="Holiday.", by=plan.physiotherapist, at=local(TODAY, 8), version=plan.version)
    assert "there is nothing to ease" in text(client.get(PAGE))
    said = text(client.post(PAGE, {"started": TODAY.isoformat()}, follow=True))
    assert "Thank you for telling us" in said
    assert plan.recurrences.count() == 1


def test_it_is_for_the_signed_in_only(plan: Plan) -> None:
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
    strict = signed_in(plan, enforce_csrf_checks=True)
    assert strict.post(PAGE, {"started": TODAY.isoformat()}).status_code == 403
    assert week(plan) == (20, 4)
