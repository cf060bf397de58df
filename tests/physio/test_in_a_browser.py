"""The desk in a real browser: under the Content-Security-Policy, with and without JavaScript, on a tablet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests.physio.desk import Desk, make_desk, signed_in
from tests.physio.test_import import ANNA, BAD, BILL, table
from walking.care.adjust import pending
from walking.care.check_in import report_red_flags
from walking.care.reviews import catch_up
from walking.models import Invitation, Plan, PlanChange
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag

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


def test_the_preview_is_what_the_next_review_does(
    desk: Desk, open_desk: Callable[..., Page]
) -> None:
    page = open_desk(f"/admin/walking/plan/{desk.plan.pk}/dose/")
    page.fill("#id_reason", "Feels strong")
    page.fill("#id_minutes", "11")
    page.locator("#preview caption", has_text="With 11 min × 4 days").wait_for()
    shown = page.locator("#preview table").first.locator("tbody tr").first.inner_text()
    page.click("button[name=_do]")
    page.get_by_text("Next week's dose is set.").wait_for()
    plan = Plan.objects.get(pk=desk.plan.pk)
    assert plan.next_review_at is not None
    week = catch_up(plan, plan.next_review_at).weeks.latest("number")
    assert f"Week {week.number}" in shown
    assert f"{week.minutes} min × {week.days} days" in shown


def test_two_who_edit_one_plan_do_not_overwrite_each_other(
    desk: Desk, open_desk: Callable[..., Page]
) -> None:
    first = open_desk(f"/admin/walking/plan/{desk.plan.pk}/dose/")
    second = open_desk(f"/admin/walking/plan/{desk.plan.pk}/settings/")
    first.fill("#id_reason", "Feels strong")
    first.click("button[name=_do]")
    first.get_by_text("Next week's dose is set.").wait_for()
    second.fill("#id_reason", "A nearer goal")
    second.fill("#id_goal_minutes", "25")
    second.click("button[name=_do]")
    second.get_by_text("What changed meanwhile").wait_for()
    assert "Feels strong" in second.inner_text("#content-main")
    assert second.input_value("#id_reason") == "A nearer goal"
    assert second.input_value("#id_goal_minutes") == "25"
    assert not PlanChange.objects.exists()
    second.click("button[name=_do]")
    second.get_by_text("The change waits for its week.").wait_for()
    assert PlanChange.objects.get().goal_minutes == 25


def test_the_urgent_patient_is_found_acknowledged_and_resumed(
    desk: Desk, open_desk: Callable[..., Page]
) -> None:
    report_red_flags(desk.plan, red_flags=[RedFlag.TRAUMA], by=desk.plan.patient, at=timezone.now())
    page = open_desk("/admin/")
    first = page.locator(".needs-list li").first
    assert "Red flag reported" in first.inner_text()
    first.get_by_role("link", name="Acknowledge").click()
    page.get_by_role("button", name="Acknowledge").click()
    page.locator(".field-errors").wait_for()
    page.get_by_label("What did you do, or decide?").fill("Rang: X-ray is clear.")
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_text("Done for 1 patient.").wait_for()
    seen = page.locator(".seen-urgent")
    assert "X-ray is clear" in seen.inner_text()
    seen.get_by_role("link", name="hill Patient").click()
    page.locator("a[href$='/resume/']").first.click()
    page.fill("#id_note", "X-ray clear, no new signs.")
    page.check("#id_safe")
    page.click("button[name=_do]")
    page.wait_for_url(f"**/{desk.plan.pk}/change/")
    assert Plan.objects.get(pk=desk.plan.pk).status == Plan.Status.ACTIVE
    page.goto("/admin/walking/plan/")
    assert page.locator(".seen-urgent").count() == 0
    assert "Nobody at the moment" in page.inner_text(".needs")


def test_a_file_with_five_bad_lines_is_read_corrected_and_taken(
    desk: Desk, open_desk: Callable[..., Page]
) -> None:
    def choose(*lines: str) -> None:
        content = table(*lines)
        page.set_input_files("input[type=file]", files=[
            {"name": "patients.csv", "mimeType": "text/csv", "buffer": content},
        ])  # fmt: skip
        page.get_by_role("button", name="Look at the file").click()

    page = open_desk("/admin/walking/invitation/")
    page.get_by_role("link", name="Invite from a file").click()
    choose(ANNA, *BAD, BILL)
    page.get_by_role("heading", name="5 things to correct").wait_for()
    rows = page.locator("section[aria-labelledby=wrong-title] tbody tr").all_inner_texts()
    for number, (row, (column, words)) in enumerate(zip(rows, BAD.values(), strict=True), start=3):
        assert row.split("\t")[:2] == [str(number), column]
        assert words in row
    assert not Invitation.objects.filter(email__endswith="@home.example").exists()
    choose(ANNA, BILL)
    page.get_by_role("button", name="Invite 2 patients").click()
    page.get_by_text("2 patients are invited.").wait_for()
    invited = Invitation.objects.filter(email__endswith="@home.example")
    assert sorted(invited.values_list("name", flat=True)) == ["Anna Berg", "Bill Ohm"]


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
