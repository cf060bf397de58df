"""What is printed: the text is taken out of the PDF again."""

from __future__ import annotations

import datetime as dt
import http.server
import io
import sys
import threading

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.days import START, moment, on_day
from tests.history import live, walk_on
from tests.people import ANNA, make_plan, signed_in
from tests.responses import at_most, words
from walking.care.diary.habits import choose
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.away import say_away
from walking.care.weeks.check_in import check_in
from walking.care.weeks.reviews import review_due_plans
from walking.models import CheckIn, Plan
from walking.patient.plan.pdf import draw
from walking.programme import facts
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db

DIARY, SUMMARY = "/print/diary.pdf", "/print/summary.pdf"


def sheets(response) -> list[str]:
    """The words of each page, spaces made even."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


@pytest.mark.slow
def test_it_prints_the_week_to_fill_in_by_hand(plan):
    with on_day(1):
        response = signed_in(plan.patient).get(DIARY)
    (sheet,) = sheets(response)
    assert "My walks, week 1" in sheet
    assert "Walk 10 minutes on 3 days" in sheet
    for day in ("Monday 2 March · walk", "Tuesday 3 March", "Sunday 8 March"):
        assert day in sheet
    assert sheet.count("· walk") == 3
    assert "Minutes walked" in sheet
    assert "02 5550 0100" in sheet


@pytest.mark.slow
def test_its_name_says_nothing_and_nobody_keeps_it(plan):
    client = signed_in(plan.patient)
    with on_day(1):
        for address in (DIARY, SUMMARY):
            response = client.get(address)
            assert "no-store" in response["Cache-Control"]
            assert response["Content-Disposition"] in {
                'inline; filename="walks.pdf"',
                'inline; filename="summary.pdf"',
            }


def test_it_prints_next_week_without_a_dose_that_nobody_knows(plan):
    with on_day(1):
        (sheet,) = sheets(signed_in(plan.patient).get(DIARY, {"week": "next"}))
    assert "My walks, week 2" in sheet
    assert "Monday 9 March" in sheet
    assert "10 minutes" not in sheet
    assert "when the week begins" in sheet


def test_it_marks_the_chosen_days_and_the_days_away(plan):
    choose(plan, weekdays=[1, 3, 5], hour=dt.time(9), at=moment(1))
    say_away(
        plan,
        first=START + dt.timedelta(days=5),
        last=START + dt.timedelta(days=6),
        kind="travelling",
        by=plan.patient,
        at=moment(1),
    )
    with on_day(1):
        (sheet,) = sheets(signed_in(plan.patient).get(DIARY))
    assert "Tuesday 3 March · walk" in sheet
    assert "Thursday 5 March · walk" in sheet
    assert "Saturday 7 March · away" in sheet
    assert sheet.count("· walk") == 2


def test_a_paused_plan_has_no_week_to_print():
    plan = make_plan(red_flags=[RedFlag.NIGHT_PAIN])
    with on_day(1):
        response = signed_in(plan.patient).get(DIARY, follow=True)
    assert response.redirect_chain == [("/today/", 302)]
    assert "no such week to print" in words(response)


def test_nobody_prints_without_signing_in(plan):
    for address in (DIARY, SUMMARY):
        assert "/accounts/login/" in Client().get(address)["Location"]


def test_the_summary_says_each_week_and_why(plan):
    live(plan, 2)
    walk_on(plan, 15, 10, pain=5)
    report_flare_up(plan, by=plan.patient, at=moment(16))
    check_in(
        plan,
        week_number=3,
        answers=facts.CheckIn(pain=5, red_flags=()),
        words="The hill behind the church\nwas too much.",
        via=CheckIn.Via.APP,
        by=plan.patient,
        at=moment(21, 18),
    )
    review_due_plans(moment(22, 5))
    with on_day(23):
        (sheet,) = sheets(signed_in(plan.patient).get(SUMMARY))
    assert "Rosa Marin" in sheet
    assert "as of 24 March 2026" in sheet
    assert "1 2 Mar 10×3 30 min, 3 d 100% 2 Good week: raise" in sheet
    assert "2 9 Mar 10×4 40 min, 4 d 100% 2 Good week: raise" in sheet
    assert "3 16 Mar 10×5, 10×3 10 min, 1 d" in sheet
    assert "4 23 Mar" in sheet
    assert "This week, still running" in sheet
    assert "80 minutes on 8 days" in sheet
    assert "Week 3 The hill behind the church was too much." in sheet


@pytest.mark.slow
def test_the_summary_of_a_long_plan_is_still_one_sheet(plan):
    """The longest plan, and as much said as a check-in can hold."""
    Plan.objects.filter(pk=plan.pk).update(length_weeks=52)
    for number in range(1, 41):
        review_due_plans(moment(7 * number + 1, 5))
        if number > 30:
            check_in(
                plan,
                week_number=number,
                answers=facts.CheckIn(pain=2, red_flags=()),
                words=f"In week {number} I walked to the pond and back again. " * 30,
                via=CheckIn.Via.APP,
                by=plan.patient,
                at=moment(7 * number + 1, 9),
            )
    with on_day(7 * 40 + 2):
        pages = sheets(signed_in(plan.patient).get(SUMMARY))
    assert len(pages) == 1
    assert "The first 15 weeks are left out here." in pages[0]
    assert "41 7 Dec" in pages[0]
    assert "In week 40 I walked" in pages[0]
    assert "In week 35 I walked" not in pages[0]


def test_somebody_elses_walks_are_not_in_it(plan):
    other = make_plan(name=ANNA)
    walk_on(other, 1, 77)
    with on_day(2):
        (sheet,) = sheets(signed_in(plan.patient).get(SUMMARY))
    assert "77" not in sheet


@pytest.mark.slow
def test_it_asks_the_database_as_often_for_many_weeks(plan):
    client = signed_in(live(plan, 6).patient)
    with on_day(44):
        for address in (DIARY, SUMMARY):
            with at_most(8):
                client.get(address)


def test_what_is_written_is_shown_as_written(plan):
    plan.patient.name = '<img src="http://127.0.0.1:9/x.png"> & Co'
    plan.patient.save(update_fields=["name"])
    with on_day(1):
        (sheet,) = sheets(signed_in(plan.patient).get(SUMMARY))
    assert '<img src="http://127.0.0.1:9/x.png"> & Co' in sheet


def test_drawing_fetches_nothing(tmp_path):
    asked = []

    class Heard(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'leaked' }")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Heard) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        there = f"http://127.0.0.1:{server.server_port}"
        page = f"""<link rel="stylesheet" href="{secret.as_uri()}"><link rel="stylesheet" href="{there}/a.css">
            <img src="{there}/b.png"><p>Hello</p>"""
        drawn = draw(page, f'@import "{there}/c.css"; p {{ background: url({there}/d.png) }}')
        server.shutdown()
    assert asked == []
    (sheet,) = PdfReader(io.BytesIO(drawn)).pages
    assert sheet.extract_text().strip() == "Hello"


def test_a_machine_that_cannot_draw_shows_the_page(plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # as where Pango is missing
    with on_day(1):
        response = signed_in(plan.patient).get(DIARY)
    assert response["Content-Type"].startswith("text/html")
    assert "no-store" in response["Cache-Control"]
    assert "My walks, week 1" in words(response)
    assert b"css/print.css" in response.content


def test_there_is_room_to_write_and_the_number_to_ring(plan):
    with on_day(1):
        (sheet,) = sheets(signed_in(plan.patient).get(DIARY))
        (other,) = sheets(signed_in(plan.patient).get(SUMMARY))
    assert sheet.count("easy just right hard") == 7
    assert "Call 000 or go to an emergency department now if you have:" in sheet
    assert "See a doctor today if you have:" in sheet
    assert "What I want to ask" in other


@pytest.mark.slow
def test_a_short_plan_is_printed_larger_than_a_long_one(plan):
    def largest(day: int) -> float:
        with on_day(day):
            response = signed_in(plan.patient).get(SUMMARY)
        sizes: list[float] = []
        (page,) = PdfReader(io.BytesIO(response.content)).pages
        page.extract_text(
            visitor_text=lambda text, _cm, matrix, _font, size: (
                sizes.append(size) if "Good week" in text else None
            )
        )
        return max(sizes)

    live(plan, 2)
    short = largest(16)
    live(plan, 16)
    assert largest(16 * 7 + 2 * 7 + 2) < short
