"""What axe cannot see: rules of WCAG 2.2 that are measured on every page of a patient. See docs/accessibility.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Running
from tests.browser.pages import PATIENT, Place
from tests.browser.test_every_page import NARROWEST, PHONE, overflow, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

#: 2.5.8: what can be pressed, is smaller than 24 pixels, and is no link within a sentence.
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((each) => {
        if (each.type === "hidden" || !each.checkVisibility({ opacityProperty: false })) return false;
        const style = getComputedStyle(each);
        if (style.clipPath !== "none" || each.closest(".vh, .skip")) return false;
        const boxes = [each, each.closest("label"), ...(each.labels ?? [])].filter(Boolean)
            .map((one) => one.getBoundingClientRect());
        if (boxes.some((box) => box.width >= 24 && box.height >= 24)) return false;
        const around = [...each.parentElement.childNodes]
            .filter((one) => one.nodeType === Node.TEXT_NODE && one.textContent.trim());
        return !(style.display === "inline" && around.length);
    })
    .map((each) => each.outerHTML.slice(0, 120))"""

#: 1.4.12: the spacing that a reader may set.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
        p { margin-block-end: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
}"""
#: Words that do not fit in what is drawn around them and are cut off there. The name beside our sign may give way.
CUT_OFF = """() => [...document.querySelectorAll("body *")]
    .filter((each) => {
        const kept = each.closest(".vh, .brand, svg, [hidden], input, textarea, select");
        if (kept || !each.checkVisibility()) return false;
        const style = getComputedStyle(each);
        const clips = [style.overflowX, style.overflowY].some((one) => one === "hidden" || one === "clip");
        if (style.clipPath !== "none" || !clips) return false;
        return each.scrollHeight > each.clientHeight + 2 || each.scrollWidth > each.clientWidth + 2;
    })
    .map((each) => each.outerHTML.slice(0, 120))"""

#: 2.4.11: whether what has the focus lies under something else, at each of its corners and in the middle.
OBSCURED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const box = at.getBoundingClientRect();
    const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]];
    const seen = points.some(([x, y]) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top && (at.contains(top) || top.contains(at) || [...(at.labels ?? [])].some((one) => one.contains(top)));
    });
    return { seen, what: at.outerHTML.slice(0, 120) };
}"""

#: Words as another language may have them: four tenths longer.
LONGER = """() => {
    for (const part of document.querySelectorAll(".top__flare, .tabs a")) {
        for (const node of part.childNodes) {
            const words = node.textContent.trim();
            if (node.nodeType === Node.TEXT_NODE && words) {
                node.textContent = words + " " + "ernwortes".slice(0, Math.max(1, Math.ceil(words.length * .4) - 1));
            }
        }
    }
}"""
HEADER = """() => {
    const faults = [];
    const top = document.querySelector(".top"), flare = document.querySelector(".top__flare");
    // The page for when there is no connection names nobody, and has no tabs and no button.
    if (!flare) return document.body.classList.contains("has-tabs") ? ["no button"] : [];
    const lines = (each) => {
        const range = document.createRange();
        range.selectNodeContents(each);
        const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
        return new Set(boxes.map((box) => Math.round(box.bottom / 8))).size;
    };
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    if (top.getBoundingClientRect().height > 4 * rem) faults.push("more than one line");
    if (lines(flare) > 1) faults.push("the button's words break");
    const boxes = [flare, document.querySelector(".brand"), ...document.querySelectorAll(".tabs a")]
        .map((each) => each.getBoundingClientRect());
    for (const [number, one] of boxes.entries()) {
        for (const other of boxes.slice(number + 1)) {
            const beside = one.right <= other.left + 1 || other.right <= one.left + 1;
            const apart = beside || one.bottom <= other.top + 1 || other.bottom <= one.top + 1;
            if (!apart) faults.push(`two lie on each other: at ${Math.round(one.left)} and ${Math.round(other.left)}`);
        }
    }
    return faults;
}"""

#: What moves or fades although the reader asked for stillness.
MOVING = """() => [...document.querySelectorAll("body, body *")]
    .filter((each) => {
        const style = getComputedStyle(each);
        const longest = (times) => Math.max(...times.split(",").map(parseFloat));
        const plays = style.animationName !== "none" && longest(style.animationDuration) > .01;
        return plays || longest(style.transitionDuration) > .01 || style.scrollBehavior === "smooth";
    })
    .map((each) => each.outerHTML.slice(0, 80))"""

#: What is drawn around a control, once the reader's own colours take the place of ours.
BARE = """() => [...document.querySelectorAll("main .btn, main input:not([type=hidden]), main select, main textarea")]
    .filter((each) => each.checkVisibility() && !each.closest(".q-number, .vh"))
    .filter((each) => {
        const style = getComputedStyle(each);
        return !["radio", "checkbox"].includes(each.type) && !each.classList.contains("btn--quiet")
            && parseFloat(style.borderTopWidth) < 1;
    })
    .map((each) => each.outerHTML.slice(0, 100))"""


def test_everything_that_is_pressed_is_large_enough(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    found = {
        str(place): small
        for place, page in visit(PATIENT, clinic, page_of, viewport=PHONE)
        if (small := page.evaluate(TOO_SMALL))
    }
    assert found == {}


def test_nothing_is_lost_with_the_readers_own_spacing(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    found = {}
    for place, page in visit(PATIENT, clinic, page_of, viewport=NARROWEST):
        page.evaluate(SPACED)
        lost = page.evaluate(CUT_OFF)
        if over := overflow(page):
            lost.append(f"{over} pixels too wide")
        if lost:
            found[str(place)] = lost
    assert found == {}


def test_the_focus_is_never_hidden(clinic: Running, page_of: Callable[..., Page]) -> None:
    """By the tabs that stay at the foot of the window, forwards and backwards through the page."""
    found = {}
    for place, page in visit(PATIENT, clinic, page_of, viewport=PHONE):
        hidden = set()
        for key in ("Tab", "Shift+Tab"):
            for _step in range(60):
                page.keyboard.press(key)
                at = page.evaluate(OBSCURED)
                if at is None:
                    break
                if not at["seen"]:
                    hidden.add(at["what"])
        if hidden:
            found[str(place)] = hidden
    assert found == {}


def test_the_header_is_one_line(clinic: Running, page_of: Callable[..., Page]) -> None:
    """With the button that says "My back is worse", in English and in a language with longer words."""
    found = {}
    places = [place for place in PATIENT if place.who and not place.press]
    for place, page in visit(places, clinic, page_of, viewport=NARROWEST):
        faults = header_faults(page, "")
        page.evaluate(LONGER)
        faults += header_faults(page, "longer, ")
        if faults:
            found[str(place)] = faults
    assert found == {}


def header_faults(page: Page, words: str) -> list[str]:
    faults = []
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"{words}{width}: {each}" for each in page.evaluate(HEADER)]
    return faults


def test_nothing_moves_for_who_asked_for_stillness(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    found = {
        str(place): moving
        for place, page in visit(PATIENT, clinic, page_of, viewport=PHONE)
        if (moving := page.evaluate(MOVING))
    }
    assert found == {}


def test_controls_are_seen_in_the_readers_own_colours(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    found = {
        str(place): bare
        for place, page in visit(PATIENT, clinic, page_of, viewport=PHONE, forced_colors="active")
        if (bare := page.evaluate(BARE))
    }
    assert found == {}


def test_a_small_target_is_found(clinic: Running, page_of: Callable[..., Page]) -> None:
    """A fault planted on a page that has none: without this, silence would prove nothing."""
    for _place, page in visit([Place("/today/", "rosa")], clinic, page_of, viewport=PHONE):
        page.evaluate(
            """() => {
                const link = document.createElement("button");
                link.style.setProperty("all", "unset");
                link.style.setProperty("inline-size", "10px");
                link.textContent = ".";
                document.querySelector("main .wrap").append(link);
            }"""
        )
        assert len(page.evaluate(TOO_SMALL)) == 1
