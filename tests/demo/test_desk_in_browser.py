"""A day at the desk of the demo clinic, in a real browser, with the demo's own server, worker and clock."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.desk.test_import import ANNA, BAD, BILL, table
from tests.services import PATIENCE, PYTHON, Clock, Process, free_port, wait_until
from walking.demo.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.sqlite,
]

TABLET = {"width": 820, "height": 1180}
LAPTOP = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Demo:
    address: str
    clock: Clock


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """``make demo``, once for this file. Its clock can be moved forward."""
    folder, port, clock = tmp_path_factory.mktemp("demo"), free_port(), Clock()
    kept = {name: value for name, value in os.environ.items() if name not in {"EMAIL_URL", "FRESH"}}
    own = {"WAYMARK_VAR": str(folder / "var"), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    process = Process(
        "demo",
        [PYTHON, "-m", "scripts.demo"],
        env=kept | own | clock.env(),
        log=folder / "demo.out",
    ).start()
    try:
        process.wait_for_log("is running at", timeout=PATIENCE)
        yield Demo(f"http://localhost:{port}", clock)
    finally:
        process.stop()
        clock.close()


@pytest.fixture
def sign_in(demo: Demo, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``sign_in("priya@riverbend.example")``: somebody's page after signing in."""

    def signed_in(email: str, **options: Any) -> Page:
        page = new_page(**{"viewport": TABLET, "base_url": demo.address} | options)
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile(r"/(admin|today)/"))
        return page

    return signed_in


def open_patient(page: Page, name: str) -> str:
    """The address of a patient's page at the desk, after opening it."""
    page.goto(f"/admin/walking/plan/?q={name.split()[1]}")
    page.locator("#result_list").get_by_role("link", name=name).click()
    page.wait_for_url(re.compile("/change/"))
    return page.url.partition("?")[0]


def test_the_urgent_patient_is_first_and_cared_for(sign_in: Callable[..., Page]) -> None:
    page = sign_in("priya@riverbend.example")
    first = page.locator(".needs-list li").first
    assert "Grace Muller" in first.inner_text()
    assert "Red flag" in first.inner_text()
    first.get_by_role("link", name="Acknowledge").click()
    page.get_by_role("button", name="Acknowledge").click()
    page.locator(".field-errors").wait_for()
    page.get_by_label("What did you do, or decide?").fill("Rang her: seen by her doctor today.")
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_text("Done for 1 patient.").wait_for()

    # Seen is not mended: she stays in sight until her plan goes on.
    seen = page.locator(".seen-urgent")
    assert "seen by her doctor" in seen.inner_text()
    seen.get_by_role("link", name="Grace Muller").click()
    page.locator("a[href$='/resume/']").first.click()
    page.fill("#id_note", "Doctor found nothing serious; sleeps again.")
    page.check("#id_safe")
    page.click("button[name=_do]")
    page.wait_for_url("**/change/")
    page.goto("/admin/walking/plan/")
    assert "Grace Muller" not in page.locator(".needs").inner_text()

    hers = sign_in("grace@home.example", viewport={"width": 390, "height": 844})
    hers.goto("/today/")
    assert "paused" not in hers.locator("main").inner_text().lower()


def test_two_who_edit_one_plan_do_not_overwrite_each_other(sign_in: Callable[..., Page]) -> None:
    first, second = sign_in("priya@riverbend.example"), sign_in("tom@riverbend.example")
    here = open_patient(first, "Margaret Ellis").removesuffix("change/")
    first.goto(f"{here}dose/")
    second.goto(f"{here}settings/")
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
    second.click("button[name=_do]")
    second.get_by_text("The change waits for its week.").wait_for()


def test_a_file_with_five_bad_lines_is_read_corrected_and_taken(
    sign_in: Callable[..., Page],
) -> None:
    def choose(*lines: str) -> None:
        content = table(*lines)
        page.set_input_files("input[type=file]", files=[
            {"name": "patients.csv", "mimeType": "text/csv", "buffer": content},
        ])  # fmt: skip
        page.get_by_role("button", name="Look at the file").click()

    page = sign_in("tom@riverbend.example")
    page.goto("/admin/walking/invitation/")
    page.get_by_role("link", name="Invite from a file").click()
    choose(ANNA, *BAD, BILL.replace("bill@", "bill.ohm@"))
    page.get_by_role("heading", name="5 things to correct").wait_for()
    rows = page.locator("section[aria-labelledby=wrong-title] tbody tr").all_inner_texts()
    for number, (row, (column, words)) in enumerate(zip(rows, BAD.values(), strict=True), start=3):
        assert row.split("\t")[:2] == [str(number), column]
        assert words in row
    choose(ANNA, BILL.replace("bill@", "bill.ohm@"))
    page.get_by_role("button", name="Invite 2 patients").click()
    page.get_by_text("2 patients are invited.").wait_for()
    page.goto("/admin/walking/invitation/")
    assert page.get_by_role("link", name="Anna Berg").count() == 1
    assert page.get_by_role("link", name="Bill Ohm").count() == 1


#: More than the ladder's next, less, fewer longer walks, and more days.
DOSES = {
    "Kenji Watanabe": (16, 5),
    "Leilani Kahale": (9, 4),
    "Stanley Brooks": (14, 3),
    "Rosa Marin": (24, 6),
}


def test_the_preview_of_a_dose_is_what_the_next_review_does(
    demo: Demo, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("helen@riverbend.example", viewport=LAPTOP)
    shown: dict[str, str] = {}
    for name, (minutes, days) in DOSES.items():
        address = open_patient(page, name)
        page.goto(address.replace("/change/", "/dose/"))
        page.fill("#id_reason", "Agreed on the telephone")
        page.fill("#id_minutes", str(minutes))
        page.fill("#id_days", str(days))
        page.locator("#preview caption", has_text=f"With {minutes} min × {days} days").wait_for()
        row = page.locator("#preview table").first.locator("tbody tr").first.inner_text()
        assert f"{minutes} min × {days} days" in row
        if page.locator("#id_confirm[type=checkbox]").count():
            page.check("#id_confirm")
        page.click("button[name=_do]")
        page.get_by_text("Next week's dose is set.").wait_for()
        week = re.search(r"Week (\d+)", row)
        assert week is not None
        shown[name] = f"{address} {week[1]}"

    # A week goes by; the worker's own clock reviews.
    demo.clock.move_by(dt.timedelta(days=7))
    page = sign_in("helen@riverbend.example", viewport=LAPTOP)
    for name, (minutes, days) in DOSES.items():
        address, number = shown[name].split(" ")

        def reviewed(address: str = address, number: str = number) -> bool:
            page.goto(address)
            return page.get_by_text(f"Week {number} of").count() > 0

        assert wait_until(reviewed, timeout=PATIENCE), name
        assert f"{minutes} min × {days} days" in page.locator(".cards").inner_text(), name
