"""Each check finds a fault that is planted on a page that has none: without this, silence would prove nothing."""

from __future__ import annotations

import pytest

from tests.browser import checks
from tests.browser.checks import (
    LAPTOP,
    NARROWEST,
    ON_DESK_PAGES,
    ON_PATIENT_PAGES,
    PHONE,
    Check,
    Size,
    resize,
)
from tests.browser.conftest import Visitors
from tests.browser.pages import Place

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

#: What each fault needs: ``add("p")`` puts an element at the top of the page, with these styles and words.
ADD = """function add(tag, styles, words) {
    const part = document.createElement(tag);
    for (const [name, value] of Object.entries(styles ?? {})) part.style.setProperty(name, value);
    part.textContent = words ?? "";
    document.querySelector("main .wrap").prepend(part);
    return part;
}"""
FAINT = '{ color: "#888", background: "#777" }, "hard to read"'

#: The check, the window, the fault, and how what is found begins.
PLANTED: list[tuple[Check, Size, str, str]] = [
    (checks.there_is_one_first_heading, PHONE, 'add("h1", {}, "One more")', "2 first headings"),
    (
        checks.hidden_parts_are_not_shown,
        PHONE,
        'const part = add("p", {}, "not yet"); part.hidden = true;'
        ' part.style.setProperty("display", "block", "important")',
        "<p",
    ),
    (
        checks.targets_are_large_enough,
        PHONE,
        'add("button", { all: "unset", "inline-size": "10px" }, ".")',
        "<button",
    ),
    (checks.nothing_moves, PHONE, 'add("p", { transition: "color 1s" }, "slowly")', "<p"),
    (checks.axe_finds_nothing_in_light, PHONE, 'add("img")', "image-alt"),
    *(
        (check, size, f'add("p", {FAINT})', "color-contrast")
        for check in (checks.axe_finds_nothing_in_light, checks.axe_finds_nothing_in_dark)
        for size in (PHONE, LAPTOP)
    ),
    (
        checks.axe_finds_nothing_in_dark,
        PHONE,
        """{
            const sheet = new CSSStyleSheet();
            sheet.replaceSync("@media (prefers-color-scheme: dark) { main .wrap { color: #333 } }");
            document.adoptedStyleSheets = [sheet];
        }""",
        "color-contrast",
    ),
    (checks.nothing_jumps, PHONE, 'add("p", { "block-size": "200px" }, "late")', "0."),
    (
        checks.controls_show_in_the_readers_own_colours,
        PHONE,
        'add("button", { border: "0" }, "Flat").className = "btn"',
        "<button",
    ),
    (
        checks.the_header_is_one_line,
        PHONE,
        'document.querySelector(".top__flare").textContent = "My back is much worse today than it was"',
        "",
    ),
    (
        checks.the_focus_is_never_hidden,
        PHONE,
        'add("div", { position: "fixed", inset: "auto 0 0", "block-size": "50%", "z-index": "99" })',
        "<",
    ),
    (
        checks.nothing_scrolls_sideways,
        NARROWEST,
        'document.body.append(add("p", { "inline-size": "400px" }, "wide"))',
        "",
    ),
    (
        checks.nothing_is_lost_with_the_readers_own_spacing,
        NARROWEST,
        'add("p", { overflow: "hidden", "line-height": "1", "block-size": "1em" }, "cut off")',
        "<p",
    ),
]


@pytest.mark.parametrize(
    ("check", "size", "fault", "found"),
    [pytest.param(*each, id=f"{each[0].__name__}-{each[1][0]}") for each in PLANTED],
)
def test_a_planted_fault_is_found(
    check: Check, size: Size, fault: str, found: str, visitors: Visitors
) -> None:
    with visitors.visit(Place("/today/", "rosa")) as page:
        resize(page, size)
        assert check(page) == []
        page.evaluate(f"() => {{ {ADD}\n{fault} }}")
        faults = check(page)
        assert faults
        assert faults[0].startswith(found)
    assert visitors.problems() == []


def test_a_script_that_fails_is_found(visitors: Visitors) -> None:
    with visitors.visit(Place("/today/", "rosa")) as page:
        with page.expect_event("pageerror"):
            page.evaluate("() => { setTimeout(() => { throw new Error('planted'); }) }")
        assert "planted" in " ".join(visitors.problems())


def test_every_check_has_a_planted_fault() -> None:
    made = {
        check
        for looks in (ON_PATIENT_PAGES, ON_DESK_PAGES)
        for checks_of_a_window in looks.values()
        for check in checks_of_a_window
    }
    assert made == {check for check, *_ in PLANTED}
