"""The reports of a clinic, against numbers added up by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.desk import enrolled, make_desk, week_walked
from tests.people import make_clinic, make_physio, signed_in
from walking import csv_cells
from walking.care.pain import episodes
from walking.desk.insight.reports.numbers import (
    covered,
    observed_days,
    patient_months,
    per_hundred_months,
    tells_apart,
)
from walking.desk.insight.reports.tables import TABLES
from walking.models import Contact, Plan, Review

PAGE = "/admin/reports/"


def table(client: Client, slug: str, **query: Any) -> list[list[str]]:
    answer = client.get(f"{PAGE}{slug}.csv", query)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_it_counts_only_the_days_of_the_first_year_within_the_period() -> None:
    start = dt.date(2026, 1, 1)
    assert observed_days(start, dt.date(2025, 1, 1), dt.date(2026, 1, 31)) == 31
    assert observed_days(start, dt.date(2026, 1, 11), dt.date(2026, 1, 31)) == 21
    assert observed_days(start, dt.date(2026, 12, 31), dt.date(2027, 6, 1)) == 1
    assert observed_days(start, dt.date(2027, 1, 1), dt.date(2027, 6, 1)) == 0
    # Two for 31 days, one for 10: 72 days are 2.37 months; three episodes are 126.8 per 100.
    months = patient_months([(start, 2), (dt.date(2026, 1, 22), 1)], start, dt.date(2026, 1, 31))
    assert round(months, 2) == 2.37
    assert per_hundred_months(3, months) == 126.8
    assert per_hundred_months(3, 0) is None


def test_it_covers_small_counts_and_what_would_give_them_away() -> None:
    assert covered([12, 3, 7, 0]) == [12, None, None, 0]
    assert covered([12, 3, 2, 0]) == [12, None, None, 0]
    assert covered([12, 5, 0]) == [12, 5, 0]
    assert covered([4]) == [None]
    assert [tells_apart(*pair) for pair in ((4, 20), (5, 20), (16, 20), (15, 20), (3, 3))] == [
        True, False, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_it_writes_no_cell_that_a_spreadsheet_would_run(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_cells.written([[cell, -1.5, None]])[1:], newline="")))
    assert rows == [[f"'{cell}", "-1.5", ""]]


@pytest.mark.database
@pytest.mark.django_db
def test_it_means_the_weeks_that_count() -> None:
    physio = make_physio(make_clinic())
    plans = [enrolled(physio, name=f"P{n}", email=f"p{n}@home.example") for n in range(2)]
    week_walked(plans[0])
    plan = Plan.objects.get(pk=plans[1].pk)
    # The second walks nothing in the first week: reviewed as empty.
    from walking.care.weeks.reviews import catch_up

    catch_up(plan, timezone.now())
    first = Review.objects.filter(week_number=1)
    assert sorted(float(review.adherence) for review in first) == [0, 1]
    client = signed_in(physio)
    assert table(client, "adherence")[1] == ["1", "50.0", "2"]
    # One walked 10 minutes on 3 days, the other nothing; 30 were planned.
    assert table(client, "minutes")[1] == ["1", "15.0", "30.0", "2", ""]
    yesterday = timezone.localdate() - dt.timedelta(days=60)
    assert len(table(client, "adherence", since=yesterday, until=yesterday)) == 1


@pytest.mark.database
@pytest.mark.django_db
def test_it_counts_recurrences_by_the_three_definitions() -> None:
    physio = make_physio(make_clinic())
    plan = enrolled(physio, name="P", email="p@home.example", days_ago=40)
    today = timezone.localtime(timezone.now(), plan.patient.zone).date()
    episodes.answer_month(
        plan, month=1, happened=True, started=today - dt.timedelta(days=20),
        ended=today - dt.timedelta(days=18), limited_activity=True, sought_care=False,
        by=plan.patient, at=timezone.now(),
    )  # fmt: skip
    rows = table(signed_in(physio), "recurrences")[1:]
    months = round(((today - plan.start).days + 1) / (365.25 / 12), 1)
    assert [row[1] for row in rows] == ["1", "1", "0"]
    assert [float(row[3]) for row in rows] == pytest.approx([months] * 3, abs=0.1)
    assert rows[2][2] == "0.0"


@pytest.mark.database
@pytest.mark.django_db
def test_it_counts_contacts_and_states() -> None:
    physio = make_physio(make_clinic())
    plan = enrolled(physio, name="P", email="p@home.example", days_ago=100)
    past = list(plan.contacts.filter(due__lt=timezone.localdate()).order_by("number"))
    Contact.objects.filter(pk=past[0].pk).update(state="done")
    Contact.objects.filter(pk=past[1].pk).update(state="missed")
    rows = {row[0]: row[1:] for row in table(signed_in(physio), "contacts")[1:]}
    assert rows["1"] == ["1", "0", "0", "0", "100"]
    assert rows["2"] == ["0", "1", "0", "0", "0"]
    assert rows["3"] == ["0", "0", "1", "0", "0"]
    states = {row[0]: row[1] for row in table(signed_in(physio), "caseload")[1:]}
    assert states["Active"] == "1"
    assert states["Completed"] == "0"


@pytest.mark.django_db
@pytest.mark.database
def test_it_shows_no_figure_that_tells_one_physiotherapists_few_apart() -> None:
    clinic = make_clinic()
    few, many = make_physio(clinic), make_physio(clinic)
    for number in range(7):
        physio = few if number < 2 else many
        week_walked(enrolled(physio, name=f"P{number}", email=f"p{number}@home.example"))
    client = signed_in(many)
    assert table(client, "adherence")[1] == ["1", "100.0", "7"]
    # Two of them, and five whose difference to all would be those two.
    for whose in (few, many):
        assert table(client, "adherence", whose=whose.pk)[1] == ["1", "", ""]
        assert table(client, "caseload", whose=whose.pk)[1][1] == ""
        assert table(client, "recurrences", whose=whose.pk)[1][1:] == ["", "", "", ""]
    assert {row[1] for row in table(client, "physiotherapists")[1:]} == {""}


@pytest.mark.django_db
def test_it_knows_nothing_of_another_clinic() -> None:
    mine, other = make_desk("aardvark"), make_desk("badger")
    for user in (other.physio, other.manager):
        client = signed_in(user)
        page = client.get(PAGE).content.decode()
        assert "badger Physio" in page
        assert "aardvark" not in page
        assert client.get(PAGE, {"whose": mine.physio.pk}).status_code == 422
        for slug in TABLES:
            assert client.get(f"{PAGE}{slug}.csv", {"whose": mine.physio.pk}).status_code == 404
            assert "aardvark" not in client.get(f"{PAGE}{slug}.csv").content.decode()
        assert table(client, "caseload")[1][1] == "1"
    for client in (Client(), signed_in(mine.plan.patient)):
        assert client.get(PAGE).status_code == 302
        assert client.get(f"{PAGE}mail.csv").status_code == 302


@pytest.mark.django_db
def test_it_asks_as_often_for_many_and_refuses_days_out_of_order() -> None:
    physio = make_physio(make_clinic())
    client = signed_in(physio)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    week_walked(enrolled(physio, name="One", email="one@home.example"))
    queries()
    once = queries()
    for number in range(6):
        week_walked(enrolled(physio, name=f"P{number}", email=f"p{number}@home.example"))
    assert queries() == once <= 12
    answer = client.get(PAGE, {"since": "2026-02-02", "until": "2026-02-01"})
    assert answer.status_code == 422
    assert "before the first" in answer.content.decode()
    assert client.get(f"{PAGE}nothing.csv").status_code == 404
    assert client.get(f"{PAGE}mail.csv", {"until": "never"}).status_code == 404


@pytest.mark.django_db
def test_it_says_each_picture_in_words_and_numbers() -> None:
    desk = make_desk("hill")
    soup = BeautifulSoup(signed_in(desk.manager).get(PAGE).content, "html.parser")
    sections = soup.select("section.report")
    assert len(sections) == len(TABLES)
    for picture in soup.select("section.report svg"):
        assert picture.get("aria-label") or picture.get("aria-hidden") == "true"
    assert soup.select_one(".weeks-chart__trial") is not None
    minutes = soup.select_one("#report-minutes").parent
    assert "in the press on publication" in minutes.get_text()
    assert minutes.select("table.figures tbody tr")
