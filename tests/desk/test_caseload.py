"""The caseload: who needs the physiotherapist, and everybody else."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.desk import enrolled, make_desk, week_walked
from tests.people import make_clinic, make_physio, signed_in
from walking.care.weeks.check_in import report_red_flags
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db

CASELOAD = "/admin/walking/plan/"


def rows(page: str) -> dict[str, str]:
    """The caseload's lines by patient."""
    table = BeautifulSoup(page, "html.parser").select("#result_list tbody tr")
    return {row.th.get_text(strip=True): row.get_text(" ", strip=True) for row in table}


def test_it_is_the_front_page() -> None:
    client = signed_in(make_physio())
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == CASELOAD


def test_it_shows_what_counts_of_each_plan() -> None:
    desk = make_desk("hill")
    page = signed_in(desk.physio).get(CASELOAD).content.decode()
    line = rows(page)["hill Patient"].replace("\xa0", " ")
    for words in ("active", "week 2 of 26", "10 min × 4 days", "100 %", "hill Physio"):
        assert words in line
    picture = BeautifulSoup(page, "html.parser").select_one("svg.week-bars")
    assert picture is not None
    assert picture["aria-label"] == "Adherence, oldest week first: 100 percent"


def test_it_puts_who_needs_you_on_top_with_why_and_what_to_do() -> None:
    physio = make_physio()
    enrolled(physio, name="Calm Carl", email="carl@home.example", days_ago=2)
    hurting = enrolled(physio, name="Hurting Hanna", email="hanna@home.example")
    week_walked(hurting, pain=7)
    urgent = enrolled(physio, name="Urgent Uma", email="uma@home.example", days_ago=2)
    report_red_flags(
        urgent, red_flags=[RedFlag.SADDLE_NUMBNESS], by=urgent.patient, at=timezone.now()
    )
    page = signed_in(physio).get(CASELOAD).content.decode()
    needs = [
        item.get_text(" ", strip=True)
        for item in BeautifulSoup(page, "html.parser").select(".needs-list li")
    ]
    assert [item.split()[1] for item in needs] == ["Urgent", "Hurting"]
    assert "Red flag" in needs[0]
    assert "Call the patient now" in needs[0]
    assert "High pain" in rows(page)["Hurting Hanna"]
    assert "Red flag" in rows(page)["Urgent Uma"]
    assert "paused" in rows(page)["Urgent Uma"]


@pytest.mark.database
def test_it_puts_the_own_caseload_first() -> None:
    clinic = make_clinic()
    me, colleague = make_physio(clinic), make_physio(clinic)
    enrolled(colleague, name="Aaron", email="aaron@home.example", days_ago=1)
    enrolled(me, name="Zora", email="zora@home.example", days_ago=1)
    client = signed_in(me)
    assert list(rows(client.get(CASELOAD).content.decode())) == ["Zora", "Aaron"]
    assert list(rows(client.get(CASELOAD, {"whose": "mine"}).content.decode())) == ["Zora"]


def test_it_shows_a_colleagues_patients_when_asked() -> None:
    clinic = make_clinic()
    me, colleague = make_physio(clinic), make_physio(clinic, name="Bo Colleague")
    stranger = make_physio(make_clinic(), name="Sam Stranger")
    enrolled(colleague, name="Aaron", email="aaron@home.example", days_ago=1)
    enrolled(me, name="Zora", email="zora@home.example", days_ago=1)
    client = signed_in(me)
    page = client.get(CASELOAD, {"whose": str(colleague.pk)}).content.decode()
    assert list(rows(page)) == ["Aaron"]
    assert "Bo Colleague" in page
    assert "Sam Stranger" not in page
    # Whoever is not of the clinic is no choice, so the whole clinic is shown.
    for asked in (str(stranger.pk), "nonsense"):
        page = client.get(CASELOAD, {"whose": asked}).content.decode()
        assert list(rows(page)) == ["Zora", "Aaron"]


@pytest.mark.database
def test_it_filters_by_status_and_by_what_needs_you() -> None:
    physio = make_physio()
    enrolled(physio, name="Calm Carl", email="carl@home.example", days_ago=2)
    week_walked(enrolled(physio, name="Hurting Hanna", email="hanna@home.example"), pain=7)
    done = enrolled(physio, name="Done Dora", email="dora@home.example", length_weeks=1)
    week_walked(done)
    client = signed_in(physio)

    def names(**query: str) -> list[str]:
        return list(rows(client.get(CASELOAD, query).content.decode()))

    assert names() == ["Calm Carl", "Hurting Hanna"]
    assert names(needs="pain") == ["Hurting Hanna"]
    assert names(needs="any") == ["Hurting Hanna"]
    assert names(needs="quiet") == []
    assert names(status="completed") == ["Done Dora"]
    assert names(status="all") == ["Calm Carl", "Done Dora", "Hurting Hanna"]


def test_it_finds_by_name_and_email_whatever_the_status() -> None:
    physio = make_physio()
    done = enrolled(physio, name="Done Dora", email="dora@home.example", length_weeks=1)
    week_walked(done)
    client = signed_in(physio)
    for query in ("dora", "DORA@HOME"):
        page = client.get(CASELOAD, {"q": query}).content.decode()
        assert list(rows(page)) == ["Done Dora"]


@pytest.mark.slow
def test_it_asks_the_database_as_often_for_thirty_plans_as_for_three() -> None:
    physio = make_physio()
    client = signed_in(physio)

    def queries() -> int:
        client.get(CASELOAD)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(CASELOAD).status_code == 200
        return len(captured)

    for number in range(3):
        plan = enrolled(physio, name=f"Patient {number}", email=f"p{number}@home.example")
        week_walked(plan, pain=7)
    few = queries()
    for number in range(3, 30):
        plan = enrolled(physio, name=f"Patient {number}", email=f"p{number}@home.example")
        if number < 8:
            week_walked(plan, pain=7)
    assert queries() == few
    assert few <= 15
