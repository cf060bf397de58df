"""The question pages in a real browser: with scripts and without."""

from __future__ import annotations

import datetime as dt
import gc
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.days import ZONE
from tests.people import make_invitation, make_plan, signed_in
from tests.responses import path_of
from walking.mail.links import check_in_url, invitation_url
from walking.models import Plan
from walking.programme.red_flags import RED_FLAG_CODES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # The live server's threads leave their connection to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _collect() -> Iterator[None]:
    """What a browser's dropped request leaves open is cleared away here, not in somebody else's test."""
    yield
    gc.collect()


@pytest.fixture
def plan() -> Plan:
    """A plan whose first week ends today."""
    six_days_ago = timezone.now() - dt.timedelta(days=6)
    return make_plan(start=six_days_ago.astimezone(ZoneInfo(ZONE)).date(), at=six_days_ago)


@pytest.fixture
def link(plan: Plan, live_server) -> str:
    return live_server.url + path_of(check_in_url(plan, 1))


def test_the_link_works_without_scripts(
    new_page: Callable[..., Page], plan: Plan, link: str
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(link)
    page.get_by_label("None of these").check()
    page.locator("#field_pain").get_by_label("3, mild").check()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you for your check-in").wait_for()
    assert plan.check_ins.get().pain == 3
    assert "sessionid" not in {cookie["name"] for cookie in page.context.cookies()}


def test_half_filled_answers_survive_a_reload(page: Page, plan: Plan, link: str) -> None:
    page.goto(link)
    page.get_by_label("None of these").check()
    page.locator("#field_pain").get_by_label("4", exact=True).check()
    page.get_by_label(re.compile("anything you would like to tell")).fill("My dog came along.")
    page.reload()
    page.get_by_text("Your answers from before are still here.").wait_for()
    assert page.get_by_label("None of these").is_checked()
    assert page.locator("#field_pain").get_by_label("4", exact=True).is_checked()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you for your check-in").wait_for()
    assert (plan.check_ins.get().pain, plan.check_ins.get().words) == (4, "My dog came along.")
    assert page.evaluate("Object.keys(localStorage)") == [], "what was sent is not kept"


def test_half_filled_answers_survive_a_lost_connection(page: Page, plan: Plan, link: str) -> None:
    page.goto(link)
    page.locator("#field_pain").get_by_label("1", exact=True).check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send my answers").click()
    page.context.set_offline(False)
    page.goto(link)
    assert page.locator("#field_pain").get_by_label("1", exact=True).is_checked()
    assert plan.check_ins.count() == 0


def test_half_filled_answers_survive_a_closed_page(
    new_page: Callable[..., Page], plan: Plan, link: str
) -> None:
    page = new_page()
    page.goto(link)
    page.locator("#field_pain").get_by_label("4", exact=True).check()
    again = page.context.new_page()
    page.close()
    again.goto(link)
    assert again.locator("#field_pain").get_by_label("4", exact=True).is_checked()


def test_with_no_connection_nothing_is_sent_until_one_says_so(
    page: Page, plan: Plan, link: str
) -> None:
    page.goto(link)
    page.get_by_label("None of these").check()
    page.locator("#field_pain").get_by_label("1", exact=True).check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_text("There is no connection just now.").wait_for()
    assert page.get_by_role("button", name="Send now").is_hidden()
    page.context.set_offline(False)
    page.get_by_text("The connection is back.").wait_for()
    assert plan.check_ins.count() == 0
    page.get_by_role("button", name="Send now").click()
    page.get_by_role("heading", name="Thank you for your check-in").wait_for()
    assert plan.check_ins.get().pain == 1


def test_a_warning_sign_needs_no_connection_to_be_taken_seriously(
    page: Page, plan: Plan, link: str
) -> None:
    page.goto(link)
    page.locator("[data-signs] input[name=red_flags]").first.check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_text("You ticked a warning sign.").wait_for()
    assert page.get_by_role("link", name="Call 000").is_visible()


def test_one_question_at_a_time_by_keyboard(page: Page, plan: Plan, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Show one question at a time").press("Enter")
    page.get_by_text("Question 1 of 7").wait_for()
    assert page.locator("[data-question]:visible").count() == 1
    page.get_by_label("None of these").press("Space")
    page.get_by_role("button", name="Next").press("Enter")
    page.get_by_text("Question 2 of 7").wait_for()
    assert (
        page.evaluate("document.activeElement.textContent") == "Did you have a flare-up this week?"
    )
    page.locator("#field_flare_up").get_by_label("No", exact=True).press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("Question 3 of 7").wait_for()
    assert plan.check_ins.count() == 0, "Enter goes on, and sends no half-filled form"
    page.reload()
    page.get_by_text("Question 1 of 7").wait_for()
    for _question in range(6):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you for your check-in").wait_for()
    assert plan.check_ins.count() == 1


def test_a_sign_unticks_none_of_these(page: Page, link: str) -> None:
    page.goto(link)
    none = page.get_by_label("None of these")
    none.check()
    page.get_by_label("Have you fainted").check()
    assert not none.is_checked()
    none.check()
    assert not page.get_by_label("Have you fainted").is_checked()


def test_without_an_answer_on_warning_signs_it_asks_again_and_keeps_the_rest(
    page: Page, plan: Plan, link: str
) -> None:
    page.goto(link)
    page.locator("#field_pain").get_by_label("4", exact=True).check()
    page.get_by_label(re.compile("anything you would like to tell")).fill("My dog came along.")
    page.get_by_role("button", name="Send my answers").click()
    page.locator("#field_red_flags .error", has_text="Tick each warning sign").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.locator("#field_pain").get_by_label("4", exact=True).is_checked()
    assert page.locator("#field_red_flags input:checked").count() == 0
    assert plan.check_ins.count() == 0

    page.get_by_role("link", name="Tick each warning sign").click()
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you for your check-in").wait_for()
    kept = plan.check_ins.get()
    assert (kept.pain, kept.words, kept.signs_answered) == (4, "My dog came along.", True)


def test_one_at_a_time_it_goes_back_to_the_warning_signs(page: Page, plan: Plan, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Show one question at a time").click()
    for _question in range(6):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Send my answers").click()
    page.locator("#field_red_flags .error", has_text="Tick each warning sign").wait_for()
    page.get_by_text("Question 1 of 7").wait_for()
    assert page.get_by_label("None of these").is_visible()
    assert plan.check_ins.count() == 0


def test_with_no_connection_it_says_that_the_warning_signs_are_not_answered(
    page: Page, plan: Plan, link: str
) -> None:
    page.goto(link)
    page.locator("#field_pain").get_by_label("2", exact=True).check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send my answers").click()
    missing = page.get_by_text("You have not answered the question about warning signs.")
    missing.wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    page.locator("#field_red_flags .error", has_text="Tick each warning sign").wait_for()
    assert page.locator("#field_pain").get_by_label("2", exact=True).is_checked()

    page.context.set_offline(True)
    page.get_by_role("button", name="Send my answers").click()
    missing.wait_for()
    page.get_by_label("None of these").check()
    missing.wait_for(state="hidden")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send now").click()
    page.get_by_role("heading", name="Thank you for your check-in").wait_for()
    assert plan.check_ins.get().signs_answered is True


def test_an_invitation_is_taken_up(new_page: Callable[..., Page], live_server) -> None:
    link = invitation_url(make_invitation(at=timezone.now()))
    page = new_page(timezone_id="Europe/Madrid")
    page.goto(live_server.url + path_of(link))
    page.get_by_role("button", name="Use Madrid, as this device says").click()
    password = page.get_by_label("Choose a password")
    password.fill("three plain words")
    page.get_by_role("button", name="Show password").click()
    assert password.get_attribute("type") == "text"
    for code in RED_FLAG_CODES:
        page.locator(f"#field_flag_{code}").get_by_label("No", exact=True).check()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "flag_faint" in kept
    assert "three plain words" not in kept, "a password is kept nowhere"
    page.get_by_label("I have read this and agree").check()
    page.get_by_role("button", name="Start my plan").click()
    page.wait_for_url("**/today/")
    plan = Plan.objects.get()
    assert (plan.patient.timezone, plan.status) == ("Europe/Madrid", "active")


def test_a_warning_sign_is_reported_without_scripts(
    new_page: Callable[..., Page], plan: Plan, live_server
) -> None:
    page = new_page(java_script_enabled=False)
    session = signed_in(plan.patient).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/warning-signs/")
    page.get_by_label("Do you get pain or a tight feeling in your chest?").check()
    page.get_by_role("button", name="Report and see what to do").click()
    page.get_by_role("link", name="Call 000").wait_for()
    plan.refresh_from_db()
    assert plan.status == "paused"
