"""What goes wrong in a hurry, on a small keyboard or with an old page: clear words beside the field, nothing lost."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from tests.days import START, moment, on_day
from tests.history import live, walk_on
from tests.people import ANNA, make_plan, signed_in
from tests.responses import form_of, soup, words
from walking.care.weeks.reviews import review_due_plans
from walking.models import Plan

pytestmark = pytest.mark.django_db
DAY = 9
EMOJI = "Walked with the dog 🐕‍🦺, e\u0301te\u0301, שלום"


@pytest.fixture
def plan() -> Plan:
    """A plan in its second week."""
    return live(make_plan(), 1)


@pytest.fixture
def client(plan: Plan) -> Client:
    return signed_in(plan.patient)


def day(number: int) -> str:
    return (START + dt.timedelta(days=number - 1)).isoformat()


def beside(response: HttpResponse, name: str) -> str:
    """The words of refusal that belong to the field ``name``, tied to it for a screen reader too."""
    assert response.status_code == 422
    page = soup(response)
    part = page.select_one(f"#field_{name}")
    errors = part.select(".error")
    assert errors, page.get_text()
    control = part.select_one("input, select, textarea")
    described = part if part.name == "fieldset" else control
    assert errors[0]["id"] in described["aria-describedby"]
    return " ".join(error.get_text() for error in errors)


def typed(page: BeautifulSoup, name: str) -> str:
    box = page.select_one(f"[name={name}]")
    return box.get_text().removeprefix("\n") if box.name == "textarea" else box.get("value", "")


# A walk ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "minutes",
    [
        "0",
        "-5",
        "601",
        "100000000000000000000",
        "ten",
        "12.5",
        "1e2",
        "",
        " ",
        "١٢٣٤",
        "10\x00",
        "🚶",
    ],
)
@pytest.mark.parametrize("page", ["/today/", "/diary/add/"])
def test_minutes_that_are_no_minutes(client: Client, plan: Plan, page: str, minutes: str) -> None:
    with on_day(DAY):
        form = form_of(client.get(page)) | {"minutes": minutes, "day": day(DAY), "effort": "hard"}
        response = client.post(page, form)
    assert beside(response, "minutes")
    assert "whole number from 1 to 600" in beside(response, "minutes") or "\x00" in minutes
    assert soup(response).select_one("[name=effort][value=hard]").has_attr("checked")
    assert typed(soup(response), "minutes").strip() == minutes.replace(
        "\x00", "\ufffd"
    ).strip() or ("\x00" in minutes)
    assert plan.walks.kept().count() == 3


@pytest.mark.parametrize(
    ("when", "says"),
    [
        (day(DAY + 1), "still to come"),
        (day(0), "Choose a day between"),
        ("1999-12-31", ""),
        ("9999-12-31", "still to come"),
        ("2026-02-31", "Choose a day"),
        ("31.2.", "Choose a day"),
        ("", "Choose the day"),
        ("\x00", ""),
    ],
)
def test_a_day_that_is_no_day_to_walk(client: Client, plan: Plan, when: str, says: str) -> None:
    with on_day(DAY):
        form = form_of(client.get("/diary/add/")) | {"minutes": "17", "day": when}
        response = client.post("/diary/add/", form)
    assert says in beside(response, "day")
    assert typed(soup(response), "minutes") == "17"
    assert plan.walks.kept().count() == 3


def test_the_same_walk_sent_twice_is_one_walk(client: Client, plan: Plan) -> None:
    with on_day(DAY):
        form = form_of(client.get("/today/"))
        for _time in range(2):
            assert client.post("/today/", form).status_code == 302
    assert plan.walks.kept().count() == 4


def test_an_id_that_is_none_is_not_the_walkers_fault(client: Client, plan: Plan) -> None:
    with on_day(DAY):
        form = form_of(client.get("/today/")) | {"client_id": "<script>"}
        response = client.post("/today/", form)
    assert response.status_code in {302, 422}
    assert b'<script>"' not in response.content


def test_a_page_from_last_night_asks_which_day(client: Client, plan: Plan) -> None:
    with on_day(DAY):
        form = form_of(client.get("/today/")) | {"minutes": "17"}
    with on_day(DAY + 1):
        response = client.post("/today/", form)
    assert "Which day did you walk?" in beside(response, "day")
    assert typed(soup(response), "minutes") == "17"


def test_a_page_from_before_the_last_week_says_why_not(client: Client, plan: Plan) -> None:
    with on_day(DAY):
        form = form_of(client.get("/diary/add/")) | {"minutes": "17", "day": day(DAY)}
    review_due_plans(moment(15, 5))
    review_due_plans(moment(22, 5))
    with on_day(30):
        response = client.post("/diary/add/", form)
    assert beside(response, "day")
    assert typed(soup(response), "minutes") == "17"
    assert plan.walks.kept().count() == 3


@pytest.mark.parametrize(
    "where", ["/diary/{pk}/", "/diary/{pk}/remove/", "/diary/99999999999999999999/"]
)
def test_somebody_elses_walk_is_not_there(client: Client, where: str) -> None:
    walk = walk_on(make_plan(name=ANNA), 1)
    with on_day(DAY):
        response = client.post(where.format(pk=walk.pk), {"minutes": "5", "day": day(DAY)})
    assert response.status_code == 404


# The check-in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pain": "11"}, "pain"),
        ({"pain": "-1"}, "pain"),
        ({"pain": "3.5"}, "pain"),
        ({"pain": "much"}, "pain"),
        ({"confidence": "\x00"}, "confidence"),
        ({"difficulty": "😀"}, "difficulty"),
        ({"away": "maybe"}, "away"),
        ({"red_flags": "tired"}, "red_flags"),
        ({"red_flags": "faint", "no_red_flags": "on"}, "red_flags"),
        ({"words": "a" * 10_000}, "words"),
    ],
)
def test_answers_that_are_none(
    client: Client, plan: Plan, wrong: dict[str, str], field: str
) -> None:
    right = {"week": "2", "no_red_flags": "on", "pain": "2", "words": EMOJI}
    with on_day(14):
        response = client.post("/check-in/", right | wrong)
    assert beside(response, field)
    assert typed(soup(response), "words") == (right | wrong)["words"]
    assert plan.check_ins.filter(week_number=2).count() == 0
    plan.refresh_from_db()
    assert plan.status == Plan.Status.ACTIVE


def test_words_of_any_script_are_kept_as_they_are(client: Client, plan: Plan) -> None:
    with on_day(14):
        client.post("/check-in/", {"week": "2", "no_red_flags": "on", "words": EMOJI})
    assert plan.check_ins.get(week_number=2).words == EMOJI


def test_control_characters_are_left_out_of_words(client: Client, plan: Plan) -> None:
    sent = {"week": "2", "no_red_flags": "on", "words": "\x00one\x07\r\ntwo\x1b\x9b"}
    with on_day(14):
        client.post("/check-in/", sent)
    assert plan.check_ins.get(week_number=2).words.split() == ["one", "two"]


def test_the_same_check_in_sent_twice_says_the_same(client: Client, plan: Plan) -> None:
    with on_day(14):
        for _time in range(2):
            sent = {"week": "2", "no_red_flags": "on", "pain": "2"}
            response = client.post("/check-in/", sent, follow=True)
            assert "Thank you for your check-in" in words(response)


def test_a_check_in_page_left_open_for_weeks(client: Client, plan: Plan) -> None:
    with on_day(14):
        answers = {"no_red_flags": "on", "pain": "2", "words": EMOJI}
        form = form_of(client.get("/check-in/")) | answers
    for number in (15, 22, 29):
        review_due_plans(moment(number, 5))
    with on_day(30):
        response = client.post("/check-in/", form)
    assert response.status_code == 422
    assert "It is too late for the check-in of that week" in words(response)
    assert typed(soup(response), "words") == EMOJI


@pytest.mark.parametrize("week", ["", "0", "-1", "52", "two", "9" * 400, "²", "\x00"])
def test_a_week_that_is_not_there(client: Client, plan: Plan, week: str) -> None:
    with on_day(14):
        response = client.post("/check-in/", {"week": week, "pain": "2"})
        assert response.status_code == 409
        assert client.get("/check-in/", {"week": week}).status_code == 200
    assert plan.check_ins.count() == 1


# Away --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first": "31.2.2026"}, "first"),
        ({"first": "tomorrow"}, "first"),
        ({"first": "\x00"}, "first"),
        ({"first": ""}, "first"),
        ({"last": day(DAY - 1), "first": day(DAY - 2)}, "last"),
        ({"last": day(DAY)}, "last"),
        ({"last": "9999-12-31"}, "last"),
        ({"kind": ""}, "kind"),
        ({"kind": "holiday\x00"}, "kind"),
        ({"words": "a" * 10_000}, "words"),
    ],
)
def test_days_away_that_are_none(
    client: Client, plan: Plan, wrong: dict[str, str], field: str
) -> None:
    right = {"first": day(DAY + 1), "last": day(DAY + 3), "kind": "ill", "words": EMOJI}
    with on_day(DAY):
        response = client.post("/away/", right | wrong)
    assert beside(response, field)
    assert typed(soup(response), "words") == (right | wrong)["words"]
    assert not plan.absences.exists()


def test_the_same_days_away_sent_twice_are_told_once(client: Client, plan: Plan) -> None:
    sent = {"first": day(DAY + 1), "last": day(DAY + 3), "kind": "ill"}
    with on_day(DAY):
        assert client.post("/away/", sent).status_code == 302
        assert "already" in beside(client.post("/away/", sent), "first")
    assert plan.absences.count() == 1
