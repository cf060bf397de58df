"""Every page, narrow and wide, light and dark: it fits, and nobody is shut out (axe-core's rules)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.conftest import Running
from tests.browser.pages import DESK, PATIENT, Place

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

NARROWEST = {"width": 320, "height": 640}
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 900}
#: How each page is looked at; it is loaded once and then changes its clothes.
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: axe's rules that see colours.
ABOUT_COLOURS = ("color-contrast", "link-in-text-block")
SHOWN_THOUGH_HIDDEN = """[...document.querySelectorAll("[hidden]")]
    .filter((each) => each.getClientRects().length).map((each) => each.outerHTML)"""


def visit(
    places: Sequence[Place], clinic: Running, page_of: Callable[..., Page], **options: Any
) -> Iterator[tuple[Place, Page]]:
    """One place after the other, each in the browser of who goes there."""
    browsers: dict[str, Page] = {}
    for place in places:
        if place.who not in browsers:
            browsers[place.who] = page_of(place.who or None, reduced_motion="reduce", **options)
        page = browsers[place.who]
        page.goto(clinic.paths.get(place.where, place.where))
        assert page.get_by_role("heading", level=1).count() == 1, (
            f"{place}: {page.inner_text('body')}"
        )
        if place.press:
            _press(page, place.press)
        assert page.evaluate(SHOWN_THOUGH_HIDDEN) == [], place
        yield place, page
        page.evaluate("localStorage.clear(); sessionStorage.clear()")


def _press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=re.compile(f"^{name}")).first
    if button.evaluate("it => it.closest('form[data-walk]') !== null"):
        # A script sends it first, and leads on when the server has answered.
        with page.expect_navigation():
            button.click()
        return
    button.click()
    page.wait_for_load_state()


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


def faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds on a page as it looks now, by these rules or all: the rule, and the first places that break it."""
    # ``AXE.run`` would bring axe along each time, half a megabyte for every look at the same page.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        asked["runOnly"] = list(rules)
    found = page.evaluate("asked => axe.run(asked)", asked)["violations"]
    return [
        f"{fault['id']}: {[node['html'][:150] for node in fault['nodes'][:3]]}"
        f" {fault['nodes'][0]['failureSummary'][:300]}"
        for fault in found
    ]


def faults_in_every_look(page: Page) -> list[str]:
    """By all rules in the first scheme; another scheme changes colours and nothing else."""
    found = []
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            # The desk's links fade from one colour to the next; what counts is where they end.
            page.evaluate("document.getAnimations().forEach((each) => each.finish())")
            rules = () if scheme == SCHEMES[0] else ABOUT_COLOURS
            found += [f"{size['width']} {scheme} {fault}" for fault in faults(page, rules)]
    return found


def test_no_patient_page_scrolls_sideways_on_the_narrowest_phone(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    wide = {
        str(place): over
        for place, page in visit(PATIENT, clinic, page_of, viewport=NARROWEST)
        if (over := overflow(page)) > 0
    }
    assert wide == {}


def test_no_page_of_the_desk_scrolls_sideways_on_a_phone(
    clinic: Running, page_of: Callable[..., Page]
) -> None:
    wide = {
        str(place): over
        for place, page in visit(DESK, clinic, page_of, viewport=PHONE)
        if (over := overflow(page)) > 0
    }
    assert wide == {}


#: All places in turn, few enough for one test on a slow machine: axe looks four times at each.
SOME = 25
SOME_AT_A_TIME = [
    pytest.param(places[first : first + SOME], id=f"{name}-{first // SOME + 1}")
    for name, places in (("patient", PATIENT), ("desk", DESK))
    for first in range(0, len(places), SOME)
]


@pytest.mark.parametrize("places", SOME_AT_A_TIME)
def test_axe_finds_nothing(
    places: tuple[Place, ...], clinic: Running, page_of: Callable[..., Page]
) -> None:
    found = [
        f"{place} {fault}"
        for place, page in visit(places, clinic, page_of, viewport=PHONE)
        for fault in faults_in_every_look(page)
    ]
    assert not found, "\n".join(found)


def test_axe_finds_what_is_wrong(clinic: Running, page_of: Callable[..., Page]) -> None:
    """A fault planted in a page that has none: without this, silence would prove nothing."""
    for _place, page in visit([Place("/today/", "rosa")], clinic, page_of, viewport=PHONE):
        page.evaluate(
            """() => {
                const faint = document.createElement("p");
                faint.textContent = "hard to read";
                faint.style.setProperty("color", "#888");
                faint.style.setProperty("background", "#777");
                document.querySelector("main .wrap").prepend(faint);
            }"""
        )
        found = faults_in_every_look(page)
        assert [fault.split(":")[0] for fault in found] == [
            "390 light color-contrast",
            "390 dark color-contrast",
            "1280 light color-contrast",
            "1280 dark color-contrast",
        ]
