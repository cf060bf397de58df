"""One running clinic for the small tests of this folder, and browsers of its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.clinic import NOW
from tests.services import Missing, SmtpSink
from tests.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page


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


@pytest.fixture
def new_page(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """That of all tests, and every error in the console of a browser fails the test, not only some."""

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
def page_of(clinic: Running, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``page_of("rosa")``: a page in her own browser, signed in; of nobody without a name."""

    def opened(name: str | None = None, **options: Any) -> Page:
        page = new_page(base_url=clinic.url, **options)
        if name:
            session = clinic.sessions[name]
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": clinic.url}])
        return page

    return opened
