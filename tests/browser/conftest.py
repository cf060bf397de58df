"""One running clinic for the small tests of this folder, and browsers of its people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.checks import AXE, PHONE, Looks, resize, there_is_one_first_heading
from tests.browser.clinic import NOW
from tests.browser.pages import Place
from tests.conftest import pages_in
from tests.services import Missing, SmtpSink
from tests.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page


@dataclass(frozen=True, slots=True)
class Running:
    """A clinic that runs: where it is, who is signed in by which session, and where things are."""

    url: str
    sessions: dict[str, str]
    paths: dict[str, str]


@pytest.fixture(scope="session")
def clinic() -> Iterator[Running]:
    """``clinic.make`` in a stack of its own. Its clock stands at ``NOW`` and does nothing by itself."""
    with ExitStack() as running:
        try:
            smtp = running.enter_context(SmtpSink())
            stack = running.enter_context(Stack(smtp, now=NOW, tick_seconds=3600))
        except Missing as missing:
            pytest.skip(str(missing))
        made = stack.shell("from tests.browser.clinic import make; result = make()")
        yield Running(stack.url, made["sessions"], made["paths"])


def strict(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``new_page`` that also takes every error in the console for a problem, not only some."""

    def opened(**options: Any) -> Page:
        page = new_page(**options)

        def watch(message: ConsoleMessage) -> None:
            # A page that is refused or not there (422, 409, 404) is reported too, and meant; a part of one is not.
            if message.type == "error" and message.location["url"] not in navigated:
                new_page.problems.append(f"{page.url}: {message.location['url']}: {message.text}")  # type: ignore[attr-defined]

        navigated: set[str] = set()
        page.on("request", lambda it: navigated.add(it.url) if it.is_navigation_request() else None)
        page.on("console", watch)
        return page

    opened.problems = new_page.problems  # type: ignore[attr-defined]
    return opened


@pytest.fixture
def new_page(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """That of all tests, and every error in the console of a browser fails the test."""
    return strict(new_page)


@pytest.fixture
def page_of(clinic: Running, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``page_of("rosa")``: a page in her own browser, signed in; of nobody without a name."""

    def opened(name: str | None = None, **options: Any) -> Page:
        page = new_page(base_url=clinic.url, **options)
        sign_in(page, clinic, name)
        return page

    return opened


def sign_in(page: Page, clinic: Running, name: str | None) -> None:
    if name:
        session = clinic.sessions[name]
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": clinic.url}])


class Visitors:
    """Goes to places, as whoever goes there: each in a browser of their own, which they keep from visit to visit."""

    def __init__(self, clinic: Running, new_page: Callable[..., Page]) -> None:
        self.clinic = clinic
        self.new_page = new_page
        self.pages: dict[str, Page] = {}

    @contextmanager
    def visit(self, place: Place) -> Iterator[Page]:
        """The page, loaded in the window of a phone; its button is pressed if the place names one."""
        if place.who not in self.pages:
            page = self.new_page(base_url=self.clinic.url, reduced_motion="reduce")
            page.context.add_init_script(AXE)
            sign_in(page, self.clinic, place.who)
            self.pages[place.who] = page
        page = self.pages[place.who]
        resize(page, PHONE)
        page.goto(self.clinic.paths.get(place.where, place.where))
        if place.press:
            assert there_is_one_first_heading(page) == []
            press(page, place.press)
        yield page
        page.evaluate("localStorage.clear(); sessionStorage.clear()")

    def check(self, place: Place, looks: Looks, subtests: pytest.Subtests) -> None:
        """Everything that is checked on such a page, on one visit; each check reports by its own name."""
        with self.visit(place) as page:
            for size, checks in looks.items():
                resize(page, size)
                for check in checks:
                    with subtests.test(f"{check.__name__} at {size[0]}"):
                        assert check(page) == []
        with subtests.test("nothing_fails_in_the_console"):
            assert self.problems() == []

    def problems(self) -> list[str]:
        """What went wrong in the browsers since somebody last asked."""
        problems: list[str] = self.new_page.problems  # type: ignore[attr-defined]
        found = problems.copy()
        problems.clear()
        return found


@pytest.fixture(scope="session")
def visitors(clinic: Running, chromium: Browser) -> Iterator[Visitors]:
    with pages_in(chromium) as new_page:
        visitors = Visitors(clinic, strict(new_page))
        yield visitors
        assert visitors.problems() == []


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=re.compile(f"^{name}")).first
    if button.evaluate("it => it.closest('form[data-walk]') !== null"):
        # A script sends it first, and leads on when the server has answered.
        with page.expect_navigation():
            button.click()
        return
    button.click()
    page.wait_for_load_state()
