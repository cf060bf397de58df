"""The whole loop as two people live it: in browsers, by real mail, on a clock that is moved.

Once on what the demo runs (SQLite, the embedded broker), once on what production runs (PostgreSQL, Redis).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.services import PATIENCE, SmtpSink, links_in, wait_until
from tests.stack import Stack
from tests.week import CLINIC, PASSWORD, PHYSIO

if TYPE_CHECKING:
    from email.message import EmailMessage

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.slow]

PATIENT = "anna@patient.example"
ZONE = "Europe/Berlin"
PHONE = {"width": 390, "height": 844}


def local(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of March 2026, in the patient's zone; week 1 starts on Monday the 2nd."""
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo(ZONE))


@pytest.mark.parametrize("kind", ["embedded", "full"])
def test_a_plan_runs_itself(
    kind: str,
    smtp: SmtpSink,
    start_stack: Callable[..., Stack],
    new_page: Callable[..., Page],
) -> None:
    stack = start_stack(kind, now=local(2, 9))
    stack.shell(CLINIC)

    desk = new_page(base_url=stack.url)
    invite(desk)
    invitation = smtp.wait_for(to=PATIENT)

    patient = new_page(viewport=PHONE, timezone_id=ZONE, base_url=stack.url)
    accept(patient, links_in(invitation, "/i/")[0])
    sees_dose(patient, week=1, minutes=10, days=3)

    for day in (2, 4, 6):
        stack.move_to(local(day, 18))
        patient.goto("/today/")
        patient.get_by_role("button", name="Log today's walk").click()
        patient.get_by_text(re.compile(r"Undo")).first.wait_for()

    stack.move_to(local(8, 17, 1))
    link = links_in(check_in_mail(smtp, 1), "/c/")[0]
    stranger = new_page(viewport=PHONE, base_url=stack.url)
    for _opened_by_a_scanner_too in range(3):
        stranger.goto(link)
    assert "sessionid" not in {cookie["name"] for cookie in stranger.context.cookies()}
    assert stack.shell("from walking.models import CheckIn; result = CheckIn.objects.count()") == 0
    answer(stranger, pain="1")
    stranger.get_by_text("10 minutes on 4 days").first.wait_for()
    stranger.get_by_text(re.compile("good week")).first.wait_for()
    assert "10 minutes a walk, 4 days a week" in words(stranger)
    stranger.goto(link)
    stranger.get_by_text(re.compile("answered", re.IGNORECASE)).first.wait_for()
    assert stranger.get_by_role("button", name="Send my answers").count() == 0

    stack.move_to(local(9, 4, 5))
    patient.goto("/today/")
    sees_dose(patient, week=2, minutes=10, days=4)
    patient.goto("/plan/")
    patient.get_by_text(re.compile("good week")).first.wait_for()

    stack.move_to(local(15, 17, 1))
    stranger.goto(links_in(check_in_mail(smtp, 2), "/c/")[0])
    stranger.get_by_label(re.compile("bladder|bowel", re.IGNORECASE)).first.check()
    stranger.get_by_role("button", name="Send my answers").click()
    stranger.get_by_role("heading", name="Get emergency help now").wait_for()
    stranger.get_by_role("link", name="Call 112").wait_for()
    stranger.get_by_role("link", name="02 5550 0100").first.wait_for()
    patient.goto("/today/")
    patient.get_by_role("heading", name="Your plan is paused").wait_for()
    paused = smtp.wait_for(to=PATIENT, subject="please read this today")
    urgent = smtp.wait_for(to=PHYSIO, subject="needs you today")
    for message in (paused, urgent):
        assert not re.search(
            r"pain|bladder|bowel|flag|warning|Anna", message["Subject"], re.IGNORECASE
        )

    desk.goto("/admin/")
    desk.get_by_text("Red flag reported").first.wait_for()
    desk.get_by_role("link", name="Anna Berg").first.click()
    assert "New bladder or bowel dysfunction" in words(desk)
    resume(desk)
    patient.goto("/today/")
    sees_dose(patient, week=3, minutes=8, days=3)

    doubled = [
        key for key, times in Counter(m["Message-ID"] for m in smtp.messages).items() if times > 1
    ]
    assert doubled == []
    count = "from walking.models import Mail; result = Mail.objects.filter(state='sent').count()"
    # A message is recorded as sent a moment after the server took it.
    wait_until(
        lambda: stack.shell(count) == len(smtp.messages),
        timeout=PATIENCE,
        what="every mail to be recorded",
    )


def invite(desk: Page) -> None:
    desk.goto("/admin/")
    desk.get_by_label("Email").fill(PHYSIO)
    desk.get_by_label("Password", exact=True).fill(PASSWORD)
    desk.get_by_role("button", name="Sign in", exact=True).click()
    desk.goto("/admin/walking/invitation/add/")
    desk.get_by_label("Name", exact=True).fill("Anna Berg")
    desk.get_by_label("Email", exact=True).fill(PATIENT)
    for holds in ("Is 18", "Has no warning", "Can walk", "Has recovered"):
        desk.get_by_label(re.compile(f"^{holds}")).check()
    desk.get_by_label("Minutes the patient can walk comfortably").fill("20")
    desk.get_by_role("button", name="Invite", exact=True).click()
    desk.get_by_text(PATIENT).first.wait_for()


def accept(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("Where you live").select_option(ZONE)
    for no in page.get_by_label("No", exact=True).all():
        no.check()
    page.get_by_label("I have read this and agree").check()
    page.get_by_role("button", name="Start my plan").click()
    page.wait_for_url(re.compile("/today/"))


def answer(page: Page, *, pain: str) -> None:
    def question(about: str, answered: str) -> None:
        asked = page.get_by_role("group", name=re.compile(about))
        asked.get_by_label(answered, exact=True).check()

    page.get_by_label("None of these").check()
    question("flare-up", "No")
    question("back pain", pain)
    question("feel", "About right")
    question("How sure are you", "8")
    question("ill or away", "No")
    page.get_by_role("button", name="Send my answers").click()


def resume(desk: Page) -> None:
    desk.get_by_role("link", name=re.compile("Resume")).first.click()
    desk.get_by_label("Minutes a walk").fill("8")
    desk.get_by_label("Days a week").fill("3")
    desk.get_by_label("Note").fill("Seen today: safe to walk again.")
    for box in desk.get_by_role("main").get_by_role("checkbox").all():
        box.check()
    desk.get_by_role("button", name=re.compile("^Resume")).click()
    desk.get_by_text("active", exact=True).first.wait_for()
    assert "Seen today: safe to walk again." in words(desk)


def words(page: Page) -> str:
    """What the page says, in one line."""
    return " ".join(page.get_by_role("main").inner_text().split())


def sees_dose(page: Page, *, week: int, minutes: int, days: int) -> None:
    said = words(page)
    assert f"Week {week} of 26" in said
    assert re.search(rf"Walk {minutes} minutes, {days} days this week", said), said


def check_in_mail(smtp: SmtpSink, number: int) -> EmailMessage:
    """The check-in of week ``number``, once there are as many."""
    return smtp.wait_for(to=PATIENT, subject="^Your week with", count=number)
