"""One patient on one page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.desk import enrolled, make_desk, week_walked
from tests.people import make_physio, signed_in
from walking.care.weeks.check_in import report_red_flags
from walking.models import Plan
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db


def page_of(plan: Plan, by: object) -> str:
    response = signed_in(by).get(f"/admin/walking/plan/{plan.pk}/change/")  # type: ignore[arg-type]
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_it_tells_every_week_with_its_decision_and_why() -> None:
    desk = make_desk("hill")
    page = page_of(desk.plan, desk.physio)
    for words in (
        "Week 2 of 26", "Raised → 10 min × 4 days", "Rule 19: otherwise", "30 min", "The patient was told",
        "hill words of the patient", "confidence 8", "link in the mail", "What the rules were given", "Minutes by day",
    ):  # fmt: skip
        assert words in page, words
    assert desk.plan.reviews.get().sentence in page


def test_it_shows_the_dose_that_is_set_and_by_whom() -> None:
    desk = make_desk("hill")
    page = page_of(desk.plan, desk.colleague)
    for words in ("12 min × 4 days", "Set by hill Physio", "hill reason", "hill message"):
        assert words in page


def test_it_names_red_flags_as_clinicians_do() -> None:
    physio = make_physio()
    plan = enrolled(physio, name="Uma", email="uma@home.example", days_ago=2)
    report_red_flags(plan, red_flags=[RedFlag.SADDLE_NUMBNESS], by=plan.patient, at=timezone.now())
    page = page_of(plan, physio)
    assert "Saddle numbness" in page
    assert "Paused because of a warning sign" in page
    assert "Stopped" in page
    assert "Rule 1: a red flag in the check-in" in page


def test_it_reviews_an_overdue_week_before_it_shows_it() -> None:
    physio = make_physio()
    plan = enrolled(physio, name="Late Lena", email="lena@home.example", days_ago=9)
    assert plan.week_number == 1
    assert "Week 2 of 26" in page_of(plan, physio)


def test_it_needs_the_same_queries_for_one_week_as_for_many() -> None:
    physio = make_physio()
    plan = enrolled(physio, name="Lena", email="lena@home.example", days_ago=60)
    week_walked(plan)
    short = enrolled(physio, name="Nora", email="nora@home.example", days_ago=8)
    week_walked(short)
    client = signed_in(physio)

    def queries(pk: int) -> int:
        client.get(f"/admin/walking/plan/{pk}/change/")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/admin/walking/plan/{pk}/change/")
        return len(captured)

    assert queries(plan.pk) == queries(short.pk) <= 37


def test_it_keeps_what_people_write_from_becoming_markup() -> None:
    physio = make_physio()
    plan = enrolled(physio, name="<b>Bold</b>", email="bold@home.example")
    plan = week_walked(plan, words="<script>alert(1)</script>")
    client = signed_in(physio)
    for path in (
        "/admin/walking/plan/",
        f"/admin/walking/plan/{plan.pk}/change/",
        "/admin/walking/checkin/",
    ):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<b>Bold" not in page


def test_the_programme_page_gives_every_number_its_source() -> None:
    from walking.programme.review import TABLE
    from walking.programme.settings import SOURCES

    text = signed_in(make_physio()).get("/admin/programme/").content
    page = BeautifulSoup(text, "html.parser").get_text(" ", strip=True)
    for source in SOURCES:
        assert source.label in page
        assert source.source in page
    assert f"{len(TABLE)} Otherwise" in page
