"""A walk, the check-in and a flare-up by the keyboard alone: everything is in reach, and where one is can be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.stack]

#: What has the focus: its words, and whether something shows that it has (itself, or the label drawn around it).
FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const shown = [at, at.closest("label")].filter(Boolean).some((each) => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    const box = (at.closest("label") ?? at).getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
    const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent;
    return { words: label.trim().replace(/\\s+/g, " "), shown, inside, tag: at.tagName, type: at.type ?? "" };
}"""


class Keyboard:
    """Tab, Enter and Space on a page; every stop on the way must be visible."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, words: str, *, most: int = 90) -> None:
        """Go on until ``words`` has the focus."""
        seen = []
        for _press in range(most):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUS)
            if at is None:
                continue
            seen.append(at["words"])
            assert at["shown"], f"nothing shows the focus on {at}"
            assert at["inside"], f"the focus is out of sight on {at}"
            if at["words"].startswith(words):
                return
        raise AssertionError(f"no way to {words!r} by the keyboard, only to {seen}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def go(self, words: str, key: str = "Enter") -> None:
        """Press what is called ``words``, and wait for the page that it leads to."""
        self.tab_to(words)
        with self.page.expect_navigation():
            self.press(key)


def test_a_whole_week_by_the_keyboard_alone(page_of: Callable[..., Page]) -> None:
    page = page_of("kate", viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto("/today/")
    keys = Keyboard(page)

    keys.tab_to("Skip to the content")
    keys.press("Enter")
    keys.go("Log today's walk")
    assert "Saved: 10 minutes." in page.inner_text("main")

    keys.go("Answer the check-in")
    keys.tab_to("None of these")
    keys.press("Space")
    keys.tab_to("Yes")  # the first radio of the group; the arrows choose
    keys.press("ArrowRight")
    keys.tab_to("0")
    keys.press("Space")
    keys.go("Send my answers")
    assert "Thank you for your check-in" in page.inner_text("h1")

    keys.go("My back is worse")
    assert "Is your back worse?" in page.inner_text("h1")
    keys.go("Yes, make my plan easier")
    assert "Thank you for telling us" in page.inner_text("h1")
    keys.go("Back to today")
    keys.go("Yes, or tell us more")
    keys.tab_to("Yes")
    keys.press("Space")
    keys.go("Save")
    assert "It is good that your back is better." in page.inner_text("main")


def test_a_refusal_takes_the_focus_to_what_is_wrong(page_of: Callable[..., Page]) -> None:
    page = page_of("kate")
    page.goto("/away/")
    keys = Keyboard(page)
    keys.go("Save")
    assert page.evaluate("document.activeElement.matches('.errors')")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.name") == "first"


def test_the_focus_follows_the_questions_one_at_a_time(page_of: Callable[..., Page]) -> None:
    page = page_of("rosa")
    page.goto("/check-in/")
    keys = Keyboard(page)
    keys.tab_to("Show one question at a time")
    keys.press("Enter")
    for _question in range(2):
        keys.tab_to("Next")
        keys.press("Enter")
        assert page.evaluate("document.activeElement.matches('.q-legend')")
    keys.tab_to("Show all questions on one page")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Show one question at a time"
