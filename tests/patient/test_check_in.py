"""The weekly check-in of somebody who is signed in."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from tests.days import START, local, on_day
from tests.people import make_plan, signed_in
from tests.responses import soup, text
from walking.care.diary.walks import log_walk
from walking.models import CheckIn, Mail, Plan
from walking.programme.red_flags import RED_FLAG_CODES

pytestmark = pytest.mark.django_db
PAGE = "/check-in/"
GOOD = {"no_red_flags": "on", "flare_up": "no", "pain": "1", "difficulty": "about_right"}


@pytest.fixture
def plan() -> Plan:
    """A plan whose first week was walked as prescribed."""
    plan = make_plan()
    for number in (1, 3, 5):
        day = START + dt.timedelta(days=number - 1)
        log_walk(plan, day=day, minutes=10, by=plan.patient, at=local(day, 18))
    return plan


@pytest.fixture
def client(plan: Plan) -> Client:
    return signed_in(plan.patient)


def answers(plan: Plan) -> list[CheckIn]:
    return list(plan.check_ins.order_by("pk"))


@on_day(7, 17)
def test_it_asks_warning_signs_first_and_prefers_no_answer(client: Client) -> None:
    page = soup(client.get(PAGE))
    signs = page.select("input[name=red_flags]")
    assert [sign["value"] for sign in signs] == list(RED_FLAG_CODES)
    first = page.select_one("form.q-form fieldset")
    assert first is not None
    assert first.select("input[name=red_flags]")
    assert not page.select("form.q-form input:checked"), "no answer may be chosen for the patient"
    labels = [label.get_text(" ", strip=True) for label in page.select("input[name=pain] ~ span")]
    assert "0" in labels
    assert "10" in labels
    assert len(page.select("input[name=pain]")) == 11
    for control in page.select("form.q-form input:not([type=hidden]), form.q-form textarea"):
        assert page.select_one(f"label[for={control['id']}]"), f"{control['name']} has no label"


@on_day(7, 17)
def test_it_says_next_weeks_dose_and_why(client: Client, plan: Plan) -> None:
    response = client.post(PAGE, GOOD | {"week": "1"}, follow=True)
    said = text(response)
    assert "You had a good week of walking. Well done!" in said
    assert "10 minutes on 4 days." in said
    assert "if you walk more today, it is counted too" in said
    assert "Change my answers" in said
    [given] = answers(plan)
    assert (given.pain, given.difficulty, given.via, given.by) == (
        1,
        "about_right",
        "app",
        plan.patient,
    )


@on_day(7, 17)
def test_it_can_be_answered_again(client: Client, plan: Plan) -> None:
    client.post(PAGE, GOOD | {"week": "1", "words": "All fine."})
    page = client.get(f"{PAGE}?change=1")
    assert "You have answered already" in text(page)
    assert soup(page).select_one("input[name=pain][value='1']").has_attr("checked")
    assert "All fine." in soup(page).select_one("textarea").get_text()
    said = text(client.post(PAGE, GOOD | {"week": "1", "pain": "5"}, follow=True))
    assert "Your pain was 4 or 5 out of 10 this week." in said
    assert [given.pain for given in answers(plan)] == [1, 5]


@on_day(3)
def test_it_says_when_it_opens(client: Client, plan: Plan) -> None:
    assert "opens on Sunday 8 March" in text(client.get(PAGE))
    refused = client.post(PAGE, GOOD | {"week": "1"})
    assert "opens on Sunday 8 March" in text(refused)
    assert answers(plan) == []


def test_it_takes_a_late_one_for_last_week(client: Client, plan: Plan) -> None:
    with on_day(9):
        assert "Check-in for week 1" in text(client.get(PAGE))
        said = text(client.post(PAGE, GOOD | {"week": "1", "pain": "7"}, follow=True))
        assert "Your pain was 6 or more out of 10" in said
        assert "if you walk more today" not in said
    with on_day(16):
        said = text(client.post(PAGE, GOOD | {"week": "1"}))
        assert "It is too late for the check-in of that week" in said
    assert len(answers(plan)) == 1


def test_it_takes_a_form_that_was_open_when_the_week_rolled_over(
    client: Client, plan: Plan
) -> None:
    with on_day(7, 23):
        assert soup(client.get(PAGE)).select_one("input[name=week]")["value"] == "1"
    with on_day(8, 5):
        client.post(PAGE, GOOD | {"week": "1"})
    assert [given.week_number for given in answers(plan)] == [1]


@on_day(7, 17)
def test_without_an_answer_on_warning_signs_it_asks_again_and_keeps_the_rest(
    client: Client, plan: Plan
) -> None:
    for given in ({}, {"pain": "2", "away": "no", "words": "The dog came along."}):
        response = client.post(PAGE, {"week": "1"} | given)
        assert response.status_code == 422
        assert (
            "Tick each warning sign that applies, or “None of these”."
            in soup(response).select_one("#field_red_flags .error").get_text()
        )
    page = soup(response)
    assert page.select_one(".errors a")["href"] == "#field_red_flags"
    assert page.select_one("input[name=pain][value='2']").has_attr("checked")
    assert page.select_one("input[name=away][value=no]").has_attr("checked")
    assert "The dog came along." in page.select_one("textarea").get_text()
    assert not page.select("#field_red_flags input:checked"), "no answer is made up"
    assert answers(plan) == []
    plan.refresh_from_db()
    assert plan.unchecked_raises == 0


@on_day(7, 17)
def test_the_warning_signs_alone_are_enough(client: Client, plan: Plan) -> None:
    client.post(PAGE, {"week": "1", "no_red_flags": "on"})
    [given] = answers(plan)
    assert (given.red_flags, given.signs_answered) == ([], True)
    page = soup(client.get(f"{PAGE}?week=1&change=1"))
    assert page.select_one("input[name=no_red_flags]").has_attr("checked")


@on_day(7, 17)
def test_an_older_check_in_is_not_shown_as_answered_with_none_of_these(
    client: Client, plan: Plan
) -> None:
    CheckIn(plan=plan, week_number=1, at=local(START, 9), by=plan.patient, via="app", pain=2).save()
    page = soup(client.get(f"{PAGE}?week=1&change=1"))
    assert page.select_one("input[name=pain][value='2']").has_attr("checked")
    assert not page.select("#field_red_flags input:checked")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pain": "11"}, "Please choose a number from 0 to 10."),
        ({"pain": "-1"}, "Please choose a number from 0 to 10."),
        ({"pain": "much"}, "Please choose a number from 0 to 10."),
        ({"confidence": "99"}, "Please choose a number from 0 to 10."),
        ({"difficulty": "impossible"}, "Please choose one of the three answers."),
        ({"flare_up": "perhaps"}, "Please choose yes or no."),
        ({"red_flags": "green_hair", "no_red_flags": ""}, "We do not know one of these signs."),
        ({"red_flags": "faint"}, "You ticked a warning sign and “None of these”. Untick"),
        ({"words": "x" * 2001}, "please keep it under 2,000 characters"),
    ],
)
@on_day(7, 17)
def test_it_says_beside_the_field_what_is_wrong(
    client: Client, plan: Plan, wrong: dict[str, str], words: str
) -> None:
    response = client.post(PAGE, GOOD | {"week": "1", "away": "yes"} | wrong)
    page = soup(response)
    field = next(iter(wrong))
    assert words in page.select_one(f"#field_{field} .error").get_text()
    assert page.select_one("input[name=away][value=yes]").has_attr("checked"), (
        "what was typed is kept"
    )
    assert answers(plan) == []


@on_day(7, 17)
def test_it_shows_words_as_words(client: Client, plan: Plan) -> None:
    evil = "</textarea><script>alert(1)</script>"
    response = client.post(PAGE, {"week": "1", "pain": "11", "words": evil})
    assert b"<script>alert" not in response.content
    client.post(PAGE, {"week": "1", "no_red_flags": "on", "words": evil})
    assert b"<script>alert" not in client.get(f"{PAGE}?change=1").content
    assert answers(plan)[0].words == evil


@on_day(7, 17)
def test_a_warning_sign_stops_the_plan_and_says_what_to_do(client: Client, plan: Plan) -> None:
    said = text(client.post(PAGE, {"week": "1", "red_flags": ["chest_pain"]}, follow=True))
    assert "Call 000 or go to an emergency department now." in said
    assert "Call 000" in said
    assert "02 5550 0100" in said
    assert "Your physiotherapist has been told." in said
    plan.refresh_from_db()
    assert (plan.status, plan.paused_for) == ("paused", "red_flag")
    assert Mail.objects.filter(kind="urgent").count() == 1
    assert "Call 000" in text(client.get(PAGE)), "the page goes on saying what to do"


@pytest.mark.parametrize("week", ["2", "0", "-1", "x", "999999999999999999999", ""])
@on_day(7, 17)
def test_it_knows_only_weeks_of_the_plan(client: Client, plan: Plan, week: str) -> None:
    assert client.post(PAGE, GOOD | {"week": week}).status_code == 409
    assert client.get(f"{PAGE}?week={week}").status_code == 200
    assert answers(plan) == []


@on_day(7, 17)
def test_it_is_for_the_signed_in_only(plan: Plan) -> None:
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
    assert Client().post(PAGE, GOOD | {"week": "1"}).status_code == 302
    strict = signed_in(plan.patient, enforce_csrf_checks=True)
    assert strict.post(PAGE, GOOD | {"week": "1"}).status_code == 403
    assert answers(plan) == []


@on_day(7, 17)
def test_it_asks_the_same_of_the_database_whatever_the_history(
    plan: Plan, django_assert_max_num_queries
) -> None:
    client = signed_in(plan.patient)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(PAGE)
