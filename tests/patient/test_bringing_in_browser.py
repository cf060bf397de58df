"""A walk that was recorded, brought on a phone: seen, taken, and counted for today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.imports import making
from tests.patient.test_in_a_browser import plan, sign_in
from walking.models import Plan

__all__ = ["plan"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_recorded_walk_is_brought_seen_and_counted(
    new_page: Callable[..., Page],
    live_server: object,
    plan: Plan,
) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/diary/")  # type: ignore[attr-defined]
    page.get_by_role("link", name="From a phone or watch").click()
    now = timezone.now().astimezone(plan.patient.zone)
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(seconds=1)
    track = {"name": "walk.gpx", "mimeType": "text/xml", "buffer": making.gpx(start, 10)}
    page.get_by_label("The file").set_input_files(track)  # type: ignore[arg-type]
    page.get_by_role("button", name="Show what is in it").click()
    assert page.get_by_role("checkbox").is_checked()
    page.get_by_role("button", name="Put the ticked walks in my diary").click()
    page.get_by_text("1 walk went into your diary.").wait_for()
    page.get_by_text("from a recorded track").wait_for()
    assert [(walk.day, walk.minutes) for walk in plan.walks.all()] == [(start.date(), 10)]
