"""Who has looked at my record, read by the patient."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access_log import record
from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from tests.responses import my_data

pytestmark = pytest.mark.django_db

ADDRESS = "/settings/access/"


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


@pytest.fixture
def patient(desk: Desk) -> Client:
    return signed_in(desk.plan.patient)


def words(client: Client, query: str = "") -> str:
    response = client.get(ADDRESS + query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_it_tells_who_looked_and_why_they_may(desk: Desk, patient: Client) -> None:
    signed_in(desk.physio).get(f"/admin/walking/plan/{desk.plan.pk}/change/")
    signed_in(desk.colleague).get(f"/admin/walking/plan/{desk.plan.pk}/change/")
    page = words(patient)
    looked = "Looked at: the page of the plan"
    assert f"hill Physio , physiotherapist {looked} (as the physiotherapist of the plan)" in page
    assert f"hill Colleague , physiotherapist {looked} (as a colleague in the clinic)" in page


def test_it_tells_of_a_change_without_the_words_for_colleagues(desk: Desk, patient: Client) -> None:
    page = words(patient)
    assert "hill Physio , physiotherapist Changed: next week's dose" in page
    assert "hill reason" not in page


def test_it_is_reached_from_the_settings_and_is_part_of_the_download(
    desk: Desk, patient: Client
) -> None:
    assert f'href="{ADDRESS}"' in patient.get("/settings/").content.decode()
    seen = my_data(patient)["record_seen"]
    assert [(line["by"], line["action"], line["what"]) for line in seen] == [
        ("physiotherapist: hill Physio", "changed", "dose")
    ]
    assert "hill reason" not in str(seen)


def test_it_shows_nobody_elses_trail(desk: Desk) -> None:
    page = words(signed_in(make_desk("dale").plan.patient))
    assert "hill" not in page.split()
    assert signed_in(desk.physio).get(ADDRESS).status_code == 302
    assert Client().get(ADDRESS).status_code == 302


@pytest.mark.database
def test_it_is_paged_and_asks_as_often_for_many_lines_as_for_one(
    desk: Desk, patient: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            words(patient)
        return len(captured)

    words(patient)
    few = queries()
    for minutes in range(0, 1500, 20):
        at = timezone.now() - dt.timedelta(minutes=minutes)
        record(by=desk.physio, patient=desk.plan.patient, action="viewed", what="plan", at=at)
    assert queries() == few <= 8
    assert "Older" in words(patient)
    assert "Newer" in words(patient, "?page=2")
    assert patient.get(f"{ADDRESS}?page=99").status_code == 404
    assert patient.get(f"{ADDRESS}?page=x").status_code == 200
