"""A lesson in a real browser, on a phone: read, answered, explained, and something to try."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.patient.test_offline_in_browser import PHONE, sign_in
from tests.people import make_plan_from_today
from walking.care.learning.progress import intention
from walking.learn.shipped import shipped
from walking.models import Plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LESSON = shipped()["en", "what-back-pain-is"]


@pytest.fixture
def plan() -> Plan:
    return make_plan_from_today()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_lesson_is_read_answered_and_explained(
    new_page: Callable[..., Page], live_server, plan: Plan, scripts: bool
) -> None:
    page = new_page(viewport=PHONE, base_url=live_server.url, java_script_enabled=scripts)
    sign_in(page, live_server.url)
    page.get_by_role("link", name=f"{LESSON.title} A short lesson").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LESSON.title)
    expect(page.get_by_role("img", name=LESSON.picture_title)).to_be_visible()

    # The first right, the second wrong, the third left open: it is asked for, and nothing is lost.
    first, second, third = LESSON.questions
    right = next(answer for answer in first.answers if answer.right)
    wrong = next(answer for answer in second.answers if not answer.right)
    page.get_by_role("radio", name=right.text).check()
    page.get_by_role("radio", name=wrong.text).check()
    page.get_by_role("button", name="See the answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose one of the answers.")
    expect(page.get_by_role("radio", name=right.text)).to_be_checked()
    page.get_by_role("radio", name=next(a for a in third.answers if a.right).text).check()
    page.get_by_role("button", name="See the answers").click()

    expect(page.get_by_role("heading", name="2 of 3 right")).to_be_visible()
    marks = page.locator(".asked__mark")
    expect(marks).to_have_count(sum(len(question.answers) for question in LESSON.questions))
    expect(marks.filter(has_text="Your answer, and it is right")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True

    page.get_by_role("textbox", name="What I will try").fill("Walk to the gate")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("textbox", name="What I will try")).to_have_value("Walk to the gate")
    said = intention(plan, LESSON.slug)
    assert said is not None
    assert said.words == "Walk to the gate"
    assert plan.lesson_readings.get().right == 2

    page.goto("/today/")
    expect(page.get_by_role("link", name=LESSON.title)).to_have_count(0)
