"""The language that somebody chose: in the pages, in the mail, whatever the browser asks for."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.days import on_day
from tests.languages.pseudo import PSEUDO, PSEUDO_RTL, pseudo, pseudo_languages
from tests.people import make_plan, signed_in
from tests.responses import soup

pytestmark = pytest.mark.django_db


def test_it_is_not_asked_where_there_is_one_only() -> None:
    with on_day(1):
        page = soup(signed_in(make_plan().patient).get("/settings/"))
    assert page.find(id="id_language") is None


def test_it_is_chosen_in_the_settings_and_holds_from_the_next_page() -> None:
    with on_day(1), pseudo_languages():
        plan = make_plan()
        client = signed_in(plan.patient)
        client.post("/settings/", {"part": "language", "language": PSEUDO})
        page = client.get("/today/", headers={"accept-language": "en"})
    plan.patient.refresh_from_db()
    assert plan.patient.language == PSEUDO
    assert page["Content-Language"] == PSEUDO
    assert soup(page).html["lang"] == PSEUDO
    assert pseudo("Today") in soup(page).title.text


def test_a_language_that_is_not_offered_is_refused() -> None:
    with on_day(1), pseudo_languages():
        plan = make_plan()
        answer = signed_in(plan.patient).post("/settings/", {"part": "language", "language": "xx"})
    assert answer.status_code == 422
    plan.patient.refresh_from_db()
    assert plan.patient.language != "xx"


def test_a_page_turns_with_the_script() -> None:
    with pseudo_languages():
        response = Client().get("/", headers={"accept-language": PSEUDO_RTL})
    html = BeautifulSoup(response.content, "html.parser").html
    assert (html["lang"], html["dir"]) == (PSEUDO_RTL, "rtl")
