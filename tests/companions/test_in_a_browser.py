"""A week of sitting less and a daily task in a real browser, on a phone, with a connection and without."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.patient.test_offline_in_browser import PHONE, sign_in
from tests.people import make_plan_from_today
from walking.care.plan.companions import add_companion
from walking.companions.sitting.care import tell_usual, write_day
from walking.models import CompanionProgramme, LoadRating, LoadTry, SittingBreak, SittingDay
from walking.programme.weeks import local_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAYS = 8


def added(kind: str) -> CompanionProgramme:
    """A week and a day ago."""
    plan = make_plan_from_today()
    begun = timezone.now() - dt.timedelta(days=DAYS)
    return add_companion(plan, kind, by=plan.physiotherapist, at=begun)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_week_of_sitting_less(new_page: Callable[..., Page], live_server, scripts: bool) -> None:
    programme = added("sitting")
    page = new_page(viewport=PHONE, base_url=live_server.url, java_script_enabled=scripts)
    sign_in(page, live_server.url)
    page.get_by_role("link", name="Sitting less").click()
    page.get_by_label("How many hours do you sit on a work day?").fill("9")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A guess will do.").first).to_be_visible()
    page.get_by_label("How many hours do you sit on a free day?").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Week 2 of 26")).to_be_visible()

    # What the week before was like is told afterwards; the target follows it.
    now = timezone.now()
    zone = programme.plan.patient.zone
    for ago in range(1, DAYS):
        day = local_day(now - dt.timedelta(days=ago), zone)
        write_day(programme, day=day, less=60, client_id=uuid.uuid4(), at=now)
    page.reload()
    expect(
        page.get_by_text("You did it last week, so here is the next small step.")
    ).to_be_visible()
    page.locator("input[name=less][value='20']").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. Well done for looking after it.")).to_be_visible()
    assert SittingDay.objects.filter(companion=programme).latest("pk").less == 20


def test_the_timer_says_when_to_get_up(new_page: Callable[..., Page], live_server) -> None:
    programme = added("sitting")
    tell_usual(programme, work_day=None, free_day=420, break_after=30, at=timezone.now())
    page = new_page(viewport=PHONE, base_url=live_server.url)
    page.clock.install()
    sign_in(page, live_server.url)
    page.goto("/companions/sitting/")
    # The server is told as well, for phones that say it with the page closed.
    with page.expect_response("**/companions/sitting/breaks/") as told:
        page.get_by_role("button", name="I sit down now").click()
    assert told.value.status == 200
    assert SittingBreak.objects.get(companion=programme).sat_down_at <= timezone.now()
    expect(page.get_by_text("30 min to your break")).to_be_visible()
    page.clock.fast_forward("29:00")
    expect(page.get_by_text("1 min to your break")).to_be_visible()
    page.clock.fast_forward("01:10")
    expect(page.get_by_text("Time to get up.", exact=True)).to_be_visible()
    with page.expect_response("**/companions/sitting/breaks/"):
        page.get_by_role("button", name="I got up").click()
    assert SittingBreak.objects.get(companion=programme).due_at is None
    expect(page.get_by_text("Breaks today: 1")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_daily_task_is_chosen_tried_and_felt_surer_of(
    new_page: Callable[..., Page], live_server, scripts: bool
) -> None:
    programme = added("loads")
    page = new_page(viewport=PHONE, base_url=live_server.url, java_script_enabled=scripts)
    sign_in(page, live_server.url)
    page.get_by_role("link", name="Everyday loads").click()
    page.locator("input[name=first][value=bed]").check()
    page.locator("input[name=second][value=shopping]").check()
    page.get_by_role("button", name="Choose these two").click()
    page.goto("/companions/loads/bed/")
    page.locator("input[name=sure][value='4']").check()
    page.get_by_role("button", name="Save how sure I feel").click()
    expect(page.get_by_text("We ask again in a week.")).to_be_visible()
    page.locator("input[name=level][value='1']").check()
    page.locator("input[name=pain][value='7']").check()
    page.get_by_role("button", name="Save this try").click()
    page.wait_for_url("**/companions/loads/bed/?tried*")
    expect(page.get_by_role("status").get_by_text("Saved.", exact=True)).to_be_visible()
    tried = LoadTry.objects.get(companion=programme)
    assert (tried.task, tried.level, tried.pain) == ("bed", 1, 7)


def test_a_try_without_a_connection_is_sent_later(
    new_page: Callable[..., Page], live_server
) -> None:
    added("loads")
    page = new_page(viewport=PHONE, base_url=live_server.url, service_workers="block")
    sign_in(page, live_server.url)
    page.goto("/companions/loads/")
    page.locator("input[name=first][value=bed]").check()
    page.locator("input[name=second][value=shopping]").check()
    page.get_by_role("button", name="Choose these two").click()
    page.goto("/companions/loads/bed/")
    page.context.set_offline(True)
    page.locator("input[name=sure][value='3']").check()
    page.get_by_role("button", name="Save how sure I feel").click()
    expect(page.locator("#unsent-title")).to_be_visible()
    page.locator("input[name=level][value='1']").check()
    page.locator("input[name=pain][value='2']").check()
    page.get_by_role("button", name="Save this try").click()
    expect(page.locator("[data-unsent] ul > li")).to_have_count(2)
    assert not LoadTry.objects.exists()
    assert not LoadRating.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("#unsent-title")).to_be_hidden()
    assert LoadTry.objects.get().pain == 2
    assert LoadRating.objects.get().sure == 3
