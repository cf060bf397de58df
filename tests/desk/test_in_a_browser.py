"""The desk in a real browser: under the Content-Security-Policy, with and without JavaScript, on a tablet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from walking.care.plan.adjust import pending
from walking.models import Plan
from walking.programme.dose import Dose

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 820, "height": 1180}


@pytest.fixture
def desk(live_server: Any) -> Desk:
    return make_desk("hill")


@pytest.fixture
def open_desk(live_server: Any, desk: Desk, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """A page that is signed in as the clinic's manager, who sees all there is."""

    def opened(path: str, **options: Any) -> Page:
        page = new_page(viewport=TABLET, base_url=live_server.url, **options)
        cookie = signed_in(desk.manager).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return opened


def test_every_page_fits_a_tablet_and_keeps_to_the_policy(
    desk: Desk, open_desk: Callable[..., Page]
) -> None:
    plan = f"/admin/walking/plan/{desk.plan.pk}"
    page = open_desk("/admin/")
    for path in (
        "/admin/walking/plan/", f"{plan}/change/", f"{plan}/dose/", f"{plan}/pause/", f"{plan}/history/",
        "/admin/walking/", "/admin/walking/invitation/", "/admin/walking/invitation/add/",
        f"/admin/walking/invitation/{desk.invitation.pk}/change/", "/admin/walking/mail/",
        "/admin/walking/checkin/", f"/admin/walking/review/{desk.plan.reviews.get().pk}/change/",
        "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/programme/",
    ):  # fmt: skip
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"], path
        assert page.locator("h1").count() == 1, path


def test_the_weeks_ahead_follow_while_a_dose_is_typed(
    desk: Desk, open_desk: Callable[..., Page]
) -> None:
    page = open_desk(f"/admin/walking/plan/{desk.plan.pk}/dose/")
    page.fill("#id_reason", "Feels strong")
    page.fill("#id_minutes", "11")
    page.locator("#preview caption", has_text="With 11 min × 4 days").wait_for()
    assert page.input_value("#id_reason") == "Feels strong"
    # Who types is still in the field when the answer is there.
    assert page.evaluate("document.activeElement.id") == "id_minutes"
    page.click("button[name=_do]")
    page.get_by_text("Next week's dose is set.").wait_for()
    adjustment = pending(Plan.objects.get(pk=desk.plan.pk))
    assert adjustment is not None
    assert adjustment.dose == Dose(11, 4)


def test_a_dose_is_set_without_javascript(desk: Desk, open_desk: Callable[..., Page]) -> None:
    page = open_desk("/admin/walking/plan/", java_script_enabled=False)
    page.click("#result_list a:has-text('hill Patient')")
    page.click('a:has-text("Set next week\'s dose")')
    page.fill("#id_minutes", "25")
    page.fill("#id_reason", "Asked for it")
    page.click("button[name=_preview]")
    assert "With 25 min × 4 days" in page.inner_text("#preview")
    page.click("button[name=_do]")
    assert "Tick to go ahead" in page.inner_text(".field-errors")
    page.check("#id_confirm")
    page.click("button[name=_do]")
    assert "Next week's dose is set." in page.inner_text(".messagelist")
    adjustment = pending(Plan.objects.get(pk=desk.plan.pk))
    assert adjustment is not None
    assert adjustment.dose == Dose(25, 4)


def test_the_reports_fit_a_tablet_and_show_their_numbers_without_scripts(
    desk: Desk, open_desk: Callable[..., Page]
) -> None:
    page = open_desk("/admin/reports/", java_script_enabled=False)
    page.get_by_text("The numbers as a table").first.click()
    assert page.locator("#report-adherence ~ details table tbody tr").first.is_visible()
    page.select_option("#id_whose", label="hill Colleague")
    page.get_by_role("button", name="Show").click()
    assert f"whose={desk.colleague.pk}" in page.url
    with page.expect_download() as download:
        page.locator("#report-recurrences ~ .report-file a").click()
    assert download.value.suggested_filename.startswith("waymark-recurrences-")
