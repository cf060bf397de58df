"""The questions over time as a patient answers them: signed in, and by the link in a mail."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.days import on_day
from tests.people import make_plan, signed_in
from tests.responses import assert_private, path_of, soup, text
from walking.mail.links import recurrence_url
from walking.models import OutcomeAnswer, Plan
from walking.questions.roland_morris import STATEMENTS

pytestmark = pytest.mark.django_db
ANSWERS = {
    "pain": "4",
    "statements": ["3", "17"],
    "activity_1": "Walk to the shops",
    "score_1": "6",
}


@pytest.fixture
def plan() -> Plan:
    return make_plan()


def test_today_says_that_questions_wait_and_stops_when_they_are_answered(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(1):
        assert "Answer the questions" in text(client.get("/today/"))
        client.post("/questions/0/more/", ANSWERS)
        assert "Answer the questions" not in text(client.get("/today/"))


def test_all_24_statements_are_asked_with_their_source(plan: Plan) -> None:
    with on_day(1):
        page = signed_in(plan.patient).get("/questions/0/more/")
    assert len(soup(page).select("input[name=statements]")) == 24
    for words in STATEMENTS:
        assert str(words) in text(page)
    assert "Roland and Morris, Spine 1983; 8: 141-144" in text(page)


def test_answers_are_kept_and_shown_again(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(1):
        saved = client.post("/questions/0/more/", ANSWERS, follow=True)
        page = soup(client.get("/questions/0/more/"))
    assert "Your answers are saved" in text(saved)
    kept = OutcomeAnswer.objects.get()
    assert (kept.pain, kept.statements, kept.disability, kept.by) == (4, [3, 17], 2, plan.patient)
    checked = [each["value"] for each in page.select("input[name=statements]:checked")]
    assert checked == ["3", "17"]


def test_activities_named_at_the_start_are_asked_again_in_the_same_words(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(1):
        client.post("/questions/0/more/", ANSWERS)
    with on_day(95):
        page = soup(client.get("/questions/3/more/"))
    assert page.select_one("input[name=activity_1]")["value"] == "Walk to the shops"
    assert not page.select("input[name=score_1]:checked")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, "Please answer at least one question."),
        ({"statements": ["1"], "no_statements": "on"}, "Please untick one or the other."),
        ({"score_2": "4"}, "Please say which activity you mean."),
        ({"statements": ["25"]}, "We do not know one of these."),
        ({"pain": "11"}, "Please choose a number from 0 to 10."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(plan: Plan, answers, words: str) -> None:
    with on_day(1):
        page = signed_in(plan.patient).post("/questions/0/more/", answers)
    assert page.status_code == 422
    assert words in text(page)
    assert not OutcomeAnswer.objects.exists()


def test_a_past_month_is_answered_in_the_app(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(160):
        assert text(client.get("/questions/")).count("not answered") == 5
        said = {"happened": "yes", "started": "2026-03-10", "limited_activity": "no"}
        client.post("/questions/1/", said | {"sought_care": "yes"})
        assert text(client.get("/questions/")).count("not answered") == 4
    kept = plan.recurrences.get()
    assert (kept.month, kept.by, kept.sought_care) == (1, plan.patient, True)


@pytest.mark.parametrize("month", [0, 2, 13, 99])
def test_months_that_are_not_over_are_not_there(plan: Plan, month: int) -> None:
    with on_day(40):
        assert signed_in(plan.patient).get(f"/questions/{month}/").status_code == 404


def test_a_closed_list_leads_to_what_is_open(plan: Plan) -> None:
    with on_day(40):
        assert signed_in(plan.patient).get("/questions/3/more/").url == "/questions/"


def test_the_link_of_a_mail_leads_through_both(client: Client, plan: Plan) -> None:
    link = path_of(recurrence_url(plan, 3))
    with on_day(93):
        saved = client.post(link, {"happened": "no"}, follow=True)
        more = soup(saved).find("a", string="Go on to them")["href"]
        page = client.get(more)
        assert_private(page)
        client.post(more, ANSWERS)
    kept = OutcomeAnswer.objects.get()
    assert (kept.month, kept.by) == (3, None)


def test_the_link_of_the_start_leads_to_its_list_and_ends(client: Client, plan: Plan) -> None:
    link = path_of(recurrence_url(plan, 0))
    with on_day(3):
        assert "How you are at the start" in text(client.get(link, follow=True))
    with on_day(16):
        assert client.get(link).status_code == 410


def test_a_page_asks_the_database_no_more_for_many_months(
    plan: Plan, django_assert_max_num_queries
) -> None:
    client = signed_in(plan.patient)
    with on_day(360), django_assert_max_num_queries(8):
        client.get("/questions/")
