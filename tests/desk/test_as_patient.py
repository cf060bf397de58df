"""View as patient: what the patient sees, and nothing that works."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Access, User
from tests.desk.desk import Desk, make_desk
from tests.languages.pseudo import PSEUDO, pseudo, pseudo_languages
from tests.people import signed_in

pytestmark = pytest.mark.django_db

PAGES = ("today", "plan", "diary")


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


def address(desk: Desk, page: str) -> str:
    return f"/admin/walking/plan/{desk.plan.pk}/as-patient/{page}/"


def soup_of(desk: Desk, page: str, by: User | None = None) -> BeautifulSoup:
    response = signed_in(by or desk.physio).get(address(desk, page))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words_of(soup: BeautifulSoup) -> list[str]:
    main = soup.select_one("main")
    assert main is not None
    return main.get_text(" ", strip=True).split()


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_what_the_patient_sees(desk: Desk, page: str) -> None:
    own = signed_in(desk.plan.patient).get(f"/{page}/")
    soup = soup_of(desk, page)
    assert words_of(soup) == words_of(BeautifulSoup(own.content, "html.parser"))
    banner = soup.select_one(".as-patient")
    assert banner is not None
    assert "You see what hill sees. Nothing can be changed here." in banner.get_text(
        " ", strip=True
    )


@pytest.mark.parametrize("page", PAGES)
def test_it_has_nothing_that_works(desk: Desk, page: str) -> None:
    soup = soup_of(desk, page)
    assert not soup.select("script")
    for control in soup.select("button, input, select, textarea"):
        assert control.find_parent("fieldset", disabled=True), control
    assert not [form for form in soup.select("form") if form.attrs]
    desk_address = f"/admin/walking/plan/{desk.plan.pk}/"
    for link in soup.select("a[href]"):
        assert link["href"].startswith(("#", "?", desk_address)), link


@pytest.mark.parametrize("page", PAGES)
def test_it_takes_nothing(desk: Desk, page: str) -> None:
    client = signed_in(desk.physio)
    for send in (client.post, client.put, client.patch, client.delete):
        assert send(address(desk, page), {"minutes": 10}).status_code == 405
    assert not desk.plan.walks.filter(entered_by=desk.physio).exists()


def test_it_opens_no_session_of_the_patient(desk: Desk) -> None:
    client = signed_in(desk.physio)
    client.get(address(desk, "today"))
    assert client.session["_auth_user_id"] == str(desk.physio.pk)
    assert client.get("/today/").status_code == 302


def test_it_writes_the_look_into_the_trail_and_nothing_else(desk: Desk) -> None:
    client = signed_in(desk.colleague)
    with CaptureQueriesContext(connection) as captured:
        client.get(address(desk, "diary"))
    writes = [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(writes) == 1
    access = Access.objects.get(by=desk.colleague)
    assert (access.action, access.what, access.why) == ("viewed", "as_patient", "covers")


def test_it_speaks_the_patients_language_and_zone_and_the_banner_the_staffs(desk: Desk) -> None:
    User.objects.filter(pk=desk.plan.patient.pk).update(language=PSEUDO)
    with pseudo_languages():
        soup = soup_of(desk, "today")
    assert soup.html is not None
    assert soup.html["lang"] == PSEUDO
    assert pseudo("Diary") in soup.get_text()
    assert "Nothing can be changed here." in soup.get_text()


def test_it_is_for_staff_of_the_clinic_only(desk: Desk) -> None:
    other = make_desk("dale")
    for page in PAGES:
        assert signed_in(other.physio).get(address(desk, page)).status_code == 302
        assert signed_in(desk.plan.patient).get(address(desk, page)).status_code == 302
        assert signed_in(desk.colleague).get(address(desk, page)).status_code == 200
    assert signed_in(desk.physio).get(address(desk, "settings")).status_code == 404
