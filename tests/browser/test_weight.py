"""What the page of today costs somebody with a poor connection, over real HTTP, and that nothing jumps on load."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.checks import jumps

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}
#: Bytes as they come over the wire, with headers, styles, scripts and pictures.
FIRST_VISIT, NEXT_VISIT = 60_000, 12_000


def visit(page: Page, path: str) -> int:
    """The bytes that came for a page and all that belongs to it; what the browser had is not counted."""
    seen: list[float] = []
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: seen.append(event["encodedDataLength"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    session.detach()
    return round(sum(seen))


@pytest.mark.parametrize("who", ["rosa", "flora", "anna"])
def test_today_is_light(page_of: Callable[..., Page], who: str) -> None:
    # Without the worker, which keeps pages: this is what a browser without one loads.
    page = page_of(who, viewport=PHONE, service_workers="block")
    first = visit(page, "/today/")
    then = visit(page, "/today/")
    assert 5_000 < first < FIRST_VISIT
    assert 1_000 < then < NEXT_VISIT


@pytest.mark.parametrize("path", ["/today/", "/today/walk/", "/plan/", "/diary/", "/check-in/"])
def test_nothing_jumps_on_the_first_visit(page_of: Callable[..., Page], path: str) -> None:
    """When styles, scripts and pictures all still have to come. Later visits: ``test_patient_pages.py``."""
    page = page_of("rosa", viewport=PHONE)
    page.goto(path)
    assert jumps(page, least=0) == []
