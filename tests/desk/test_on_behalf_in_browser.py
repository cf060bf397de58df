"""A patient without an email address, from the first day on, by a physiotherapist in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk.desk import make_desk
from tests.people import signed_in
from walking.models import Plan

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_is_enrolled_in_person_and_looked_after(
    live_server: Any, new_page: Callable[..., Page]
) -> None:
    desk = make_desk("moor")
    page = new_page(viewport={"width": 820, "height": 1180}, base_url=live_server.url)
    cookie = signed_in(desk.physio).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])

    page.goto("/admin/walking/plan/")
    page.get_by_role("link", name="Enrol in person").click()
    page.get_by_label("Name", exact=True).fill("Ida Lind")
    for label in ("Is 18 or older", "Has no warning sign", "Can walk safely", "Has recovered"):
        page.get_by_label(label).check()
    page.get_by_label("Minutes the patient can walk comfortably").fill("15")
    page.get_by_text("The text to sign").click()
    page.get_by_text("Who sees it").wait_for()
    page.get_by_label("signed it on paper").check()
    page.get_by_role("button", name="Enrol", exact=True).click()
    page.get_by_text("Ida Lind is enrolled.").wait_for()

    page.get_by_role("link", name="A walk", exact=True).click()
    page.get_by_label("How many minutes?").fill("13")
    page.get_by_label("Easy", exact=True).check()
    page.get_by_role("button", name="Enter the walk").click()
    page.get_by_text("The walk is entered.").wait_for()
    assert "13 minutes" in page.inner_text(".entered")

    page.get_by_role("link", name="Ida Lind").click()
    page.get_by_role("link", name="A check-in", exact=True).click()
    page.get_by_label("How do you know?").select_option("visit")
    page.get_by_label("None of these").check()
    page.get_by_role("group", name="How bad was your back pain").get_by_label(
        "3 mild", exact=True
    ).check()
    page.get_by_role("group", name="How did this week's walking feel?").get_by_label(
        "About right"
    ).check()
    page.get_by_role("button", name="Enter the check-in").click()
    page.get_by_text("Tell the patient:").wait_for()
    assert "entered by moor Physio" in page.inner_text("#story")

    page.get_by_role("link", name="A check-in", exact=True).click()
    page.get_by_label("a tight feeling in your chest").check()
    page.get_by_role("button", name="Enter the check-in").click()
    page.get_by_role("heading", name="Tell the patient now").wait_for()
    assert "or go to an emergency department now." in page.inner_text(".read-out")
    assert Plan.objects.latest("pk").paused_for == "red_flag"
