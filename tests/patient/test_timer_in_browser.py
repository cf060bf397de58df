"""The walk timer in a real browser: reloads, clocks that jump, walks that were forgotten, one walk however often."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.patient.test_offline_in_browser import PHONE, READY, sign_in
from tests.people import make_plan_from_today
from walking.models import Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINUTE = 60


@pytest.fixture
def plan() -> Plan:
    """Ten minutes a walk."""
    return make_plan_from_today()


@pytest.fixture
def phone(new_page: Callable[..., Page], live_server, plan: Plan) -> Page:
    """Rosa's phone on the page of the timer, with a clock that the test moves."""
    page = new_page(viewport=PHONE, timezone_id="Australia/Sydney", base_url=live_server.url)
    page.clock.install()
    sign_in(page, live_server.url)
    page.get_by_role("link", name="Start my walk").click()
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def passes(page: Page, seconds: float) -> None:
    """Time goes by while the page is there."""
    page.clock.fast_forward(int(seconds * 1000))


def shows(page: Page, minutes: int) -> None:
    """The whole minutes on the face; the seconds depend on how fast this machine is."""
    expect(page.locator("[data-clock]")).to_contain_text(f"{minutes}:")


def minutes_to_save(page: Page) -> str:
    return page.get_by_label("How many minutes?").input_value()


def test_a_walk_is_timed_paused_and_saved(phone: Page, plan: Plan) -> None:
    press(phone, "Start")
    passes(phone, 6 * MINUTE + 5)
    shows(phone, 6)
    press(phone, "Pause")
    passes(phone, 30 * MINUTE)
    shows(phone, 6)
    press(phone, "Go on")
    passes(phone, 6 * MINUTE)
    press(phone, "Finish")
    expect(phone.get_by_text("You walked 12 minutes.")).to_be_visible()
    press(phone, "Save this walk")
    phone.wait_for_url("**/diary/?saved=*")
    assert plan.walks.get().minutes == 12
    # Nothing is left to be saved once more.
    phone.goto("/today/walk/")
    expect(phone.get_by_role("button", name="Start", exact=True)).to_be_visible()


def test_it_goes_on_through_a_reload_and_a_closed_page(phone: Page, plan: Plan) -> None:
    press(phone, "Start")
    passes(phone, 3 * MINUTE + 5)
    phone.reload()
    shows(phone, 3)
    context = phone.context
    phone.close()
    again = context.new_page()
    again.clock.install(time=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=8, seconds=10))
    again.goto("/today/")
    expect(again.get_by_role("link", name="Your walk is running: 8 min")).to_be_visible()
    again.get_by_role("link", name="Your walk is running").click()
    shows(again, 8)
    press(again, "Finish")
    assert minutes_to_save(again) == "8"


def test_a_locked_screen_costs_nothing(phone: Page) -> None:
    """The page's own time stands still while the phone sleeps; the clock on the wall does not."""
    press(phone, "Start")
    passes(phone, 2 * MINUTE)
    phone.clock.set_system_time(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=9, seconds=5))
    passes(phone, 1)
    shows(phone, 9)


def test_a_clock_that_is_put_back_takes_nothing_away(phone: Page) -> None:
    press(phone, "Start")
    passes(phone, 5 * MINUTE + 2)
    phone.clock.set_system_time(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    passes(phone, MINUTE)
    shows(phone, 6)
    phone.clock.set_system_time(dt.datetime.now(dt.UTC) - dt.timedelta(hours=2))
    phone.reload()
    shows(phone, 6)
    press(phone, "Finish")
    assert minutes_to_save(phone) == "6"


def test_a_forgotten_timer_asks(phone: Page, plan: Plan) -> None:
    press(phone, "Start")
    passes(phone, 5 * 60 * MINUTE)
    press(phone, "Finish")
    expect(phone.get_by_text("Did you forget to stop?")).to_be_visible()
    assert minutes_to_save(phone) == "10"
    phone.get_by_label("How many minutes?").fill("25")
    press(phone, "Save this walk")
    phone.wait_for_url("**/diary/?saved=*")
    assert plan.walks.get().minutes == 25


def test_a_tap_before_the_timer_is_there_is_not_lost(
    new_page: Callable[..., Page], live_server, plan: Plan
) -> None:
    """On a slow connection the page can be seen before its script has come."""
    page = new_page(service_workers="block", base_url=live_server.url)
    sign_in(page, live_server.url)
    held: list[Route] = []
    page.route("**/js/timer*.js", lambda route: held.append(route))
    page.goto("/today/walk/", wait_until="commit")
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_visible()
    expect(start).to_be_disabled()
    held[0].continue_()
    press(page, "Start")
    expect(page.get_by_role("button", name="Finish", exact=True)).to_be_visible()


def test_finished_twice_it_is_one_walk(phone: Page, plan: Plan) -> None:
    press(phone, "Start")
    passes(phone, 10 * MINUTE)
    kept = phone.evaluate("JSON.stringify({...localStorage})")
    press(phone, "Finish")
    press(phone, "Save this walk")
    phone.wait_for_url("**/diary/?saved=*")
    # The page of another tab, or a battery that died before it could forget.
    phone.evaluate("kept => Object.assign(localStorage, JSON.parse(kept))", kept)
    phone.goto("/today/walk/")
    press(phone, "Finish")
    press(phone, "Save this walk")
    phone.wait_for_url("**/diary/?saved=*")
    assert plan.walks.count() == 1


def test_one_may_go_on_after_finishing_or_keep_nothing(phone: Page, plan: Plan) -> None:
    press(phone, "Start")
    passes(phone, 4 * MINUTE + 2)
    press(phone, "Finish")
    press(phone, "I am still walking")
    passes(phone, 2 * MINUTE)
    shows(phone, 6)
    press(phone, "Finish")
    press(phone, "Do not keep this walk")
    expect(phone.get_by_role("button", name="Start", exact=True)).to_be_visible()
    phone.goto("/today/")
    expect(phone.get_by_role("link", name="Start my walk")).to_be_visible()
    assert not plan.walks.exists()


def test_half_way_and_the_end_are_told(phone: Page) -> None:
    phone.evaluate(
        "() => { navigator.vibrate = () => { window.buzzes = (window.buzzes ?? 0) + 1; }; }"
    )
    press(phone, "Start")
    passes(phone, 5 * MINUTE + 1)
    expect(phone.locator("[data-announce]")).to_contain_text("Half-way")
    passes(phone, 5 * MINUTE)
    expect(phone.locator("[data-announce]")).to_contain_text("your walk for today")
    assert phone.evaluate("window.buzzes") == 2


def test_the_next_person_on_the_phone_sees_no_walk(
    phone: Page, plan: Plan, live_server, new_page: Callable[..., Page]
) -> None:
    make_plan_from_today(plan.physiotherapist, name="Bill Ohm")
    press(phone, "Start")
    passes(phone, 3 * MINUTE)
    # With the worker at rest: a page it fetches while cookies go would bring a token of its own.
    phone.evaluate(READY)
    phone.context.clear_cookies(name="sessionid")
    sign_in(phone, live_server.url, "bill.ohm@example.org")
    expect(phone.get_by_role("link", name="Start my walk")).to_be_visible()
    phone.get_by_role("link", name="Start my walk").click()
    expect(phone.get_by_role("button", name="Start", exact=True)).to_be_visible()


def test_it_needs_no_connection(phone: Page, plan: Plan) -> None:
    phone.evaluate(READY)
    phone.context.set_offline(True)
    phone.goto("/today/walk/")
    press(phone, "Start")
    passes(phone, 11 * MINUTE + 1)
    press(phone, "Finish")
    press(phone, "Save this walk")
    expect(phone.locator("[data-unsent] li")).to_have_count(1)
    phone.context.set_offline(False)
    expect(phone.locator("[data-unsent]")).to_be_hidden()
    assert plan.walks.get().minutes == 11


def test_without_scripts_a_watch_will_do(
    new_page: Callable[..., Page], live_server, plan: Plan
) -> None:
    page = new_page(java_script_enabled=False, base_url=live_server.url)
    sign_in(page, live_server.url)
    page.goto("/today/walk/")
    expect(page.get_by_text("Look at a watch")).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_hidden()
    page.get_by_label("How many minutes?").fill("14")
    press(page, "Save this walk")
    page.get_by_role("heading", name="Your diary").wait_for()
    assert plan.walks.get().minutes == 14
