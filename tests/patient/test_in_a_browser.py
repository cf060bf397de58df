"""What only a real browser shows: taps, and pages without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.people import EMAIL, PASSWORD, make_plan_from_today
from walking.models import Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan() -> Plan:
    return make_plan_from_today()


def sign_in(page: Page, live_server: object) -> None:
    page.goto(f"{live_server.url}/today/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Walk 10 minutes").wait_for()


def test_a_walk_is_logged_and_undone_by_thumb(
    new_page: Callable[..., Page], live_server: object, plan: Plan
) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    sign_in(page, live_server)
    page.get_by_role("button", name="One minute more").click()
    page.get_by_role("button", name="One minute more").click()
    page.get_by_role("button", name="Log today's walk").click()
    page.get_by_text("Saved: 12 minutes.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("The walk of 12 minutes is taken out.").wait_for()
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_text("Saved: 12 minutes.").wait_for()
    assert [walk.minutes for walk in plan.walks.kept()] == [12]


def test_everything_works_without_javascript(
    new_page: Callable[..., Page], live_server: object, plan: Plan
) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, live_server)
    page.get_by_label("How many minutes?").fill("0")
    page.get_by_role("button", name="Log today's walk").click()
    assert page.get_by_label("How many minutes?").get_attribute("aria-invalid") == "true"
    page.get_by_label("How many minutes?").fill("15")
    page.get_by_role("button", name="Log today's walk").click()
    page.get_by_text("Saved: 15 minutes.").wait_for()
    page.get_by_role("link", name="More").click()
    page.get_by_label("Your place", exact=True).select_option("Europe/London")
    page.get_by_role("button", name="Save place").click()
    page.get_by_text("Saved.").wait_for()
    plan.patient.refresh_from_db()
    assert plan.patient.timezone == "Europe/London"


def test_the_devices_own_place_is_offered(
    new_page: Callable[..., Page], live_server: object, plan: Plan
) -> None:
    page = new_page(timezone_id="Europe/Berlin")
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/settings/")
    page.get_by_text("This device is set to: Berlin").wait_for()
    page.get_by_role("button", name="Choose this place").click()
    assert page.get_by_label("Your place", exact=True).input_value() == "Europe/Berlin"
