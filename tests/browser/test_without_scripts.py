"""Everything that a patient must be able to do, in a browser that runs no script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.clinic import EARLY_RISER
from tests.browser.conftest import Running
from tests.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}


def main_of(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def test_an_invitation_is_taken_up_and_a_walk_logged(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    page = page_of(java_script_enabled=False, viewport=PHONE)
    page.goto(clinic.paths["invitation to accept"])
    page.get_by_role("button", name="Start my plan").click()
    page.get_by_text("Please choose a password").first.wait_for()
    assert page.get_by_label("Your name").input_value() == "Rosa Marin"

    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("Where you live").select_option("Australia/Sydney")
    for no in page.get_by_label("No", exact=True).all():
        no.check()
    page.get_by_label("I have read this and agree").check()
    page.get_by_role("button", name="Start my plan").click()
    page.wait_for_url("**/today/")
    assert "Walk 10 minutes, 3 days this week" in main_of(page)

    page.get_by_label("How many minutes?").fill("0")
    page.get_by_role("button", name="Log today's walk").click()
    assert "Write the minutes as a whole number from 1 to 600" in main_of(page)
    page.get_by_label("How many minutes?").fill("12")
    page.get_by_text("Add how it went").click()
    page.get_by_label("Pain after the walk").select_option("2")
    page.get_by_role("button", name="Log today's walk").click()
    assert "1 done, 2 to go" in main_of(page)
    page.get_by_role("button", name="Undo").click()
    assert "None done yet" in main_of(page)
    page.get_by_role("button", name="Bring it back").click()
    assert "1 done, 2 to go" in main_of(page)


def test_a_patient_signs_in_and_answers_the_check_in(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    page = page_of(java_script_enabled=False, viewport=PHONE)
    page.goto("/")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Email").fill(f"{EARLY_RISER.split()[0].lower()}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/today/")

    page.get_by_role("link", name="Answer the check-in").click()
    page.get_by_role("group", name=re.compile("your back pain")).get_by_label(
        "1", exact=True
    ).check()
    page.get_by_label("About right").check()
    page.get_by_role("button", name="Send my answers").click()
    assert "Tick each warning sign that applies, or “None of these”." in main_of(page)
    assert page.get_by_label("About right").is_checked()
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you for your check-in").wait_for()
    assert "10 minutes a walk, 3 days a week" in main_of(page)
    page.get_by_role("link", name="Change my answers").click()
    assert page.get_by_label("About right").is_checked()
