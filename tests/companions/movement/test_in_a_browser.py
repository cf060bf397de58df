"""Movement retraining in a real browser, on a phone: easier, then the harder one that is offered, and back."""

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
from walking.companions.movement.care import set_up, write_session
from walking.companions.movement.rules import Pattern, Version
from walking.models import CompanionProgramme
from walking.programme.weeks import local_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def programme() -> CompanionProgramme:
    """Added five days ago; rolling went well on two of them."""
    plan = make_plan_from_today()
    now = timezone.now()
    begun = now - dt.timedelta(days=5)
    programme = add_companion(plan, "movement", by=plan.physiotherapist, at=begun)
    set_up(
        programme,
        patterns=Pattern,
        corrections={Pattern.ROLLING: "Look first to where you want to go."},
        by=plan.physiotherapist,
        at=begun,
    )
    for ago in (4, 2):
        at = now - dt.timedelta(days=ago)
        write_session(
            programme, pattern=Pattern.ROLLING, version=Version.EASIER, amount=6, safe=8, pain=1,
            day=local_day(at, plan.patient.zone), client_id=uuid.uuid4(), at=at,
        )  # fmt: skip
    return programme


def rate(page: Page, safe: int, pain: int) -> None:
    page.locator(f"input[name=safe][value='{safe}']").check()
    page.locator(f"input[name=pain][value='{pain}']").check()
    page.get_by_role("button", name="Save", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_session_easier_then_harder(
    new_page: Callable[..., Page], live_server, programme: CompanionProgramme, scripts: bool
) -> None:
    page = new_page(viewport=PHONE, base_url=live_server.url, java_script_enabled=scripts)
    sign_in(page, live_server.url)
    page.get_by_role("link", name="Movement retraining").click()
    page.get_by_role("link", name="Rolling").click()
    expect(page.get_by_text("Look first to where you want to go.").first).to_be_visible()
    expect(page.locator("svg.pose")).to_have_count(3)
    assert page.get_by_role("link", name="Usual").count() == 0

    # Counted by tapping; typed where there are no scripts.
    if scripts:
        for _time in range(4):
            page.get_by_role("button", name="Count one").click()
        expect(page.get_by_label("How many times?")).to_have_value("4")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    else:
        expect(page.get_by_role("button", name="Count one")).to_be_hidden()
        page.get_by_label("How many times?").fill("4")
    rate(page, 9, 2)
    expect(page.get_by_text("You may try a harder one. You need not.")).to_be_visible()
    assert programme.movement_sessions.last().times == 4

    # The harder one is offered, not forced: the page still opens on the easier.
    page.get_by_role("link", name="Rolling").click()
    expect(page.get_by_role("heading", name="Roll with bent knees")).to_be_visible()
    page.get_by_role("link", name="Usual").click()
    expect(page.get_by_role("heading", name="Reach and roll to your front")).to_be_visible()
    rate(page, 6, 7)
    expect(page.get_by_text("So take an easier one")).to_be_visible()

    page.get_by_role("link", name="Rolling").click()
    expect(page.get_by_role("heading", name="Roll with bent knees")).to_be_visible()
    assert page.get_by_role("link", name="Usual").count() == 0
    kept = programme.movement_sessions.order_by("pk").values_list("version", "safe", "pain")
    assert list(kept)[-2:] == [(1, 9, 2), (2, 6, 7)]


def test_a_clock_times_carrying(
    new_page: Callable[..., Page], live_server, programme: CompanionProgramme
) -> None:
    # Only what comes in week 9 is picked, so it is open at once.
    at = timezone.now()
    by = programme.plan.physiotherapist
    set_up(programme, patterns=[Pattern.CARRYING], corrections={}, by=by, at=at)
    page = new_page(viewport=PHONE, base_url=live_server.url)
    sign_in(page, live_server.url)
    page.goto("/companions/movement/carrying/")
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Start the clock").click()
    page.clock.run_for(20_000)
    page.get_by_role("button", name="Stop the clock").click()
    expect(page.get_by_label("How many seconds?")).to_have_value("20")
    rate(page, 8, 1)
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert programme.movement_sessions.get(pattern="carrying").seconds == 20
