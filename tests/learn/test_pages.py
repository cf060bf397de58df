"""The patient's pages of the lessons, from the outside."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import Tag
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.days import moment, on_day
from tests.history import live
from tests.people import make_plan, signed_in
from tests.responses import at_most, soup, words
from walking.care.learning.lessons import library
from walking.care.learning.progress import give_lesson, intention
from walking.care.pain.flare_up import report_flare_up
from walking.learn.shipped import shipped
from walking.models import LessonReading, Plan

pytestmark = pytest.mark.django_db

LIGHTS = "/learn/pain-traffic-lights/"
FIRST = "what-back-pain-is"


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


def right_answers(slug: str) -> dict[str, int]:
    questions = shipped()["en", slug].questions
    return {
        f"question_{number}": [answer.right for answer in question.answers].index(True)
        for number, question in enumerate(questions, 1)
    }


def wrong_answers(slug: str) -> dict[str, int]:
    questions = shipped()["en", slug].questions
    return {
        f"question_{number}": [answer.right for answer in question.answers].index(False)
        for number, question in enumerate(questions, 1)
    }


def answer(client: Client, slug: str, answers: dict[str, int], **more):
    return client.post(f"/learn/{slug}/", answers, **more)


def lesson_line(response) -> Tag | None:
    """The line of the lesson on the page of today."""
    return soup(response).select_one("main a[href^='/learn/']")


def test_the_list_has_every_lesson_and_the_one_for_now_on_top(plan: Plan) -> None:
    with on_day(2):
        page = soup(signed_in(plan.patient).get("/learn/"))
    links = {a["href"] for a in page.select("main a") if a["href"].startswith("/learn/")}
    assert {f"/learn/{slug}/" for _, slug in shipped()} | {"/learn/questions/"} == links
    assert page.select_one("#now").get_text() == shipped()["en", FIRST].title
    assert "You have read 0 of 15" in words(signed_in(plan.patient).get("/learn/"))


@pytest.mark.database
def test_a_lesson_shows_its_text_its_picture_and_where_it_is_from(plan: Plan) -> None:
    with on_day(2):
        page = soup(signed_in(plan.patient).get(LIGHTS))
    assert page.h1.get_text() == "Pain as a traffic light"
    picture = page.select_one("svg.lesson__picture[role=img]")
    assert "Three lights" in picture.select_one("desc").get_text()
    assert picture.select("circle")
    marks = {a["href"] for a in page.select(".lesson a[href^='#source-']")}
    assert marks
    assert all(page.select_one(mark) for mark in marks)
    assert "[@" not in page.get_text()
    assert "**" not in page.get_text()


@pytest.mark.parametrize("slug", [slug for _, slug in shipped()])
def test_each_lesson_opens_and_takes_its_answers(plan: Plan, slug: str) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        assert client.get(f"/learn/{slug}/").status_code == 200
        response = answer(client, slug, right_answers(slug), follow=True)
    assert "3 of 3 right" in words(response)
    assert "[@" not in soup(response).get_text()


def test_every_answer_right_or_wrong_is_explained(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        response = answer(client, FIRST, wrong_answers(FIRST), follow=True)
    page = soup(response)
    assert "0 of 3 right" in page.get_text()
    lesson = shipped()["en", FIRST]
    answers = page.select(".asked__answer")
    assert len(answers) == sum(len(question.answers) for question in lesson.questions)
    # Each says in words, and not only by colour, what it is, and why.
    marks = [each.select_one(".asked__mark").get_text(strip=True) for each in answers]
    assert marks.count("The right answer") == 3
    assert marks.count("Your answer") == 3
    assert all(len(each.find_all("p")[-1].get_text()) > 15 for each in answers)
    kept = plan.lesson_readings.get()
    assert (kept.slug, kept.number, kept.right, kept.version) == (FIRST, 1, 0, 1)


def test_a_right_answer_that_was_chosen_says_so(plan: Plan) -> None:
    with on_day(2):
        response = answer(signed_in(plan.patient), FIRST, right_answers(FIRST), follow=True)
    marks = [each.get_text(strip=True) for each in soup(response).select(".asked__mark")]
    assert marks.count("Your answer, and it is right") == 3


def test_an_open_question_is_asked_for_beside_it_and_the_others_are_kept(plan: Plan) -> None:
    answers = right_answers(FIRST)
    missing = answers.pop("question_2")
    with on_day(2):
        response = answer(signed_in(plan.patient), FIRST, answers)
    assert response.status_code == 422
    page = soup(response)
    assert page.select_one("#field_question_2 .error")
    assert not page.select("#field_question_1 .error")
    assert page.select_one(f"#field_question_1 input[checked][value='{answers['question_1']}']")
    assert not page.select("#field_question_2 input[checked]")
    assert not plan.lesson_readings.exists()
    assert missing is not None


@pytest.mark.parametrize("bad", ["9", "-1", "x", "", "1.5", "99999999999999999999"])
def test_an_answer_that_is_none_is_refused(plan: Plan, bad: str) -> None:
    with on_day(2):
        response = answer(
            signed_in(plan.patient), FIRST, right_answers(FIRST) | {"question_1": bad}
        )
    assert response.status_code == 422
    assert not plan.lesson_readings.exists()


def test_it_can_be_read_without_the_questions(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        response = client.post(LIGHTS, {"only_read": "1"}, follow=True)
        assert response.redirect_chain == [("/learn/", 302)]
        assert "you have read" in words(response)
        # The questions stay open.
        assert soup(client.get(LIGHTS)).select("input[name=question_1]")
    assert plan.lesson_readings.get().right is None


def test_it_can_be_answered_again(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        answer(client, FIRST, wrong_answers(FIRST))
        assert not soup(client.get(f"/learn/{FIRST}/")).select("input[name=question_1]")
        assert soup(client.get(f"/learn/{FIRST}/?again=1")).select("input[name=question_1]")
        response = answer(client, FIRST, right_answers(FIRST), follow=True)
    assert "3 of 3 right" in words(response)
    assert [each.number for each in plan.lesson_readings.order_by("number")] == [1, 2]


def test_what_i_will_try_is_kept_changed_and_taken_back(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        response = client.post(LIGHTS, {"words": "  Slow down at the hill  "}, follow=True)
        assert soup(response).find("textarea").get_text(strip=True) == "Slow down at the hill"
        client.post(LIGHTS, {"words": "Slow down at the hill"})
        client.post(LIGHTS, {"words": ""})
        assert not soup(client.get(LIGHTS)).find("textarea").get_text(strip=True)
    assert intention(plan, "pain-traffic-lights").revision == 2


def test_what_i_will_try_is_not_too_long_and_never_markup(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        response = client.post(LIGHTS, {"words": "x" * 501})
        assert response.status_code == 422
        assert "at most 500" in words(response)
        assert soup(response).find("textarea").get_text(strip=True) == "x" * 501
        response = client.post(LIGHTS, {"words": "</textarea><script>x</script>"}, follow=True)
    assert not soup(response).select("textarea script, main script")


def test_today_has_one_line_with_the_lesson_of_the_week(plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        assert lesson_line(client.get("/today/"))["href"] == f"/learn/{FIRST}/"
        assert len(soup(client.get("/today/")).select("main a[href^='/learn/']")) == 1
        client.post(f"/learn/{FIRST}/", {"only_read": "1"})
        assert lesson_line(client.get("/today/")) is None
    plan = live(plan, 1)
    with on_day(9):
        assert lesson_line(client.get("/today/"))["href"] == LIGHTS


def test_a_flare_up_brings_its_lesson_until_it_is_read(plan: Plan) -> None:
    client = signed_in(plan.patient)
    report_flare_up(plan, by=plan.patient, at=moment(2))
    with on_day(3):
        assert lesson_line(client.get("/today/"))["href"] == "/learn/flare-ups/"
        assert "Good to know just now" in words(client.get("/learn/"))
        client.post("/learn/flare-ups/", {"only_read": "1"})
        assert lesson_line(client.get("/today/"))["href"] == f"/learn/{FIRST}/"


def test_a_check_in_comes_before_a_lesson(plan: Plan) -> None:
    with on_day(7):
        response = signed_in(plan.patient).get("/today/")
    assert soup(response).select("a[href='/check-in/']")
    assert lesson_line(response) is None


def test_a_lesson_that_was_given_comes_first_and_says_who_gave_it(plan: Plan) -> None:
    client = signed_in(plan.patient)
    lesson = library(plan.clinic, "en")["sitting-less"]
    give_lesson(plan, lesson, message="For your <b>desk</b>", by=plan.physiotherapist, at=moment(2))
    with on_day(3):
        line = lesson_line(client.get("/today/"))
        assert line["href"] == "/learn/sitting-less/"
        assert "from your physiotherapist" in line.get_text()
        page = words(client.get("/learn/sitting-less/"))
        assert f"{plan.physiotherapist.name} gave you this lesson" in page
        assert "For your <b>desk</b>" in page
        client.post("/learn/sitting-less/", {"only_read": "1"})
        assert lesson_line(client.get("/today/"))["href"] == f"/learn/{FIRST}/"
        assert "gave you" not in words(client.get("/learn/sitting-less/"))


def test_pages_ask_the_database_little_however_much_was_read(plan: Plan) -> None:
    client = signed_in(plan.patient)
    report_flare_up(plan, by=plan.patient, at=moment(2))
    with on_day(3):
        for path in ("/learn/", f"/learn/{FIRST}/", "/learn/questions/", "/today/"):
            with at_most(8):
                client.get(path)
        for _, slug in shipped():
            for _time in range(3):
                answer(client, slug, right_answers(slug))
        for path in ("/learn/", f"/learn/{FIRST}/", "/today/"):
            with at_most(8):
                client.get(path)


def test_what_patients_ask_is_answered(plan: Plan) -> None:
    with on_day(2):
        page = soup(signed_in(plan.patient).get("/learn/questions/"))
    asked = [each.get_text() for each in page.select("details h2")]
    for words_of in ("retraining", "walking so strong", "sitting less", "can I do today"):
        assert any(words_of in question for question in asked)
    assert "[@" not in page.get_text()


@pytest.mark.parametrize("path", ["/learn/nothing/", "/learn/Sitting-Less/", "/learn/%00/"])
def test_a_lesson_that_is_not_there_is_not_found(plan: Plan, path: str) -> None:
    assert signed_in(plan.patient).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/learn/", "/learn/questions/", LIGHTS])
def test_strangers_and_staff_are_sent_elsewhere(plan: Plan, path: str) -> None:
    assert Client().get(path)["location"].startswith("/accounts/login/")
    client = Client()
    client.force_login(plan.physiotherapist)
    assert client.get(path)["location"] == "/admin/"


@pytest.mark.parametrize("path", ["/learn/", "/learn/questions/", LIGHTS])
def test_the_pages_can_be_kept_for_reading_without_a_connection(plan: Plan, path: str) -> None:
    with on_day(2):
        assert signed_in(plan.patient).get(path)["Waymark-Keep"] == "yes"


def test_the_database_refuses_what_no_reading_can_be(plan: Plan) -> None:
    row = {
        "plan": plan, "slug": FIRST, "number": 1, "title": "A", "language": "en", "version": 1,
        "at": moment(2),
    }  # fmt: skip
    LessonReading(**row).save()
    for wrong in (
        {},
        {"number": 2, "first": 1},
        {"number": 2, "first": 1, "second": 1, "third": 1},
        {"number": 2, "first": 1, "second": 1, "third": 1, "right": 4},
        {"number": 2, "first": 9, "second": 1, "third": 1, "right": 1},
        {"number": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            LessonReading(**row | wrong).save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE walking_lessonreading SET number = 3")


@pytest.mark.slow
def test_a_lesson_can_be_read_whatever_becomes_of_the_plan(plan: Plan) -> None:
    client = signed_in(plan.patient)
    plan = live(plan, 26)
    day = (plan.weeks.latest("number").ends - plan.start + dt.timedelta(days=3)).days
    with on_day(day):
        assert "You have read 0 of 15" in words(client.get("/learn/"))
        assert client.get(LIGHTS).status_code == 200
