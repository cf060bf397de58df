import datetime as dt

import pytest
from django.test import Client

from tests.days import START, moment, on_day
from tests.history import live, walk_on
from tests.people import make_plan, signed_in
from tests.responses import at_most, form_of, new_id, soup, words
from walking.care.diary.habits import choose
from walking.care.plan.adjust import set_next_dose
from walking.care.plan.away import say_away
from walking.care.plan.pause import pause, resume
from walking.care.weeks.check_in import report_red_flags
from walking.care.weeks.reviews import review_due_plans
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag

pytestmark = pytest.mark.django_db


def log(client: Client, **changed: str) -> object:
    """Send the page's form as it stands, but for what is changed."""
    data = form_of(client.get("/today/"), "/today/") | changed
    return client.post("/today/", data)


# Who ---------------------------------------------------------------------------------------------


def test_it_asks_strangers_to_sign_in_and_brings_them_back(client: Client) -> None:
    response = client.get("/today/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/today/"


def test_it_sends_staff_to_their_desk(client: Client) -> None:
    client.force_login(make_plan().physiotherapist)
    assert client.get("/today/")["Location"] == "/admin/"


# What it says ------------------------------------------------------------------------------------


def test_it_says_the_dose_and_what_is_done_in_words() -> None:
    plan = live(make_plan(), 2)  # 10x3, 10x4, and now 10x5
    for day in (15, 16, 17):
        walk_on(plan, day)
    with on_day(18):
        page = words(signed_in(plan.patient).get("/today/"))
    assert "Week 3 of 26" in page
    assert "Walk 10 minutes, 5 days this week." in page
    assert "3 done, 2 to go." in page


def test_it_tells_each_day_of_the_week_as_text() -> None:
    plan = make_plan()
    walk_on(plan, 1, 10)
    walk_on(plan, 1, 5)
    with on_day(3):
        page = soup(signed_in(plan.patient).get("/today/"))
    days = [item.find(class_="vh").get_text() for item in page.find(class_="week").find_all("li")]
    assert days == [
        "Monday 2 March: walked 15 minutes",
        "Tuesday 3 March: no walk",
        "Wednesday 4 March, today: no walk yet",
        "Thursday 5 March: still to come",
        "Friday 6 March: still to come",
        "Saturday 7 March: still to come",
        "Sunday 8 March: still to come",
    ]


def test_it_goes_by_the_patients_own_day() -> None:
    plan = make_plan()
    with on_day(2, hour=0, minute=30):  # still Monday in UTC
        page = words(signed_in(plan.patient).get("/today/"))
    assert "Tuesday 3 March, today" in page


def test_it_says_why_the_dose_is_what_it_is() -> None:
    plan = live(make_plan(), 1)
    with on_day(8):
        page = words(signed_in(plan.patient).get("/today/"))
    assert "After week 1 we wrote to you" in page
    assert "You had a good week of walking. Well done! Next week has more walks" in page


def test_it_says_no_more_that_the_plan_is_paused_once_it_goes_on() -> None:
    plan = live(make_plan(), 1)
    report_red_flags(plan, red_flags=[RedFlag.TRAUMA], by=plan.patient, at=moment(9))
    plan.refresh_from_db()
    resume(
        plan, dose=Dose(10, 3), note="X-ray clear", by=plan.physiotherapist,
        at=moment(11), version=plan.version,
    )  # fmt: skip
    with on_day(12):
        page = words(signed_in(plan.patient).get("/today/"))
    assert "Walk 10 minutes, 3 days this week." in page
    assert "paused" not in page
    assert "Your physiotherapist has started your plan again" in page


def test_it_shows_the_message_that_came_with_the_physiotherapists_dose() -> None:
    plan = make_plan()
    set_next_dose(
        plan,
        dose=Dose(12, 4),
        reason="for colleagues only",
        message="Try the river path.",
        by=plan.physiotherapist,
        at=moment(3),
        version=plan.version,
    )
    with on_day(4):
        assert "Try the river path." not in words(signed_in(plan.patient).get("/today/"))
    review_due_plans(moment(8, 5))
    with on_day(8):
        page = words(signed_in(plan.patient).get("/today/"))
    assert "A message from Ruth Adler" in page
    assert "Try the river path." in page
    assert "for colleagues only" not in page


def test_it_offers_the_check_in_from_the_last_day_of_the_week() -> None:
    plan = make_plan()
    with on_day(6):
        assert "Answer the check-in" not in words(signed_in(plan.patient).get("/today/"))
    with on_day(7):
        assert "Answer the check-in" in words(signed_in(plan.patient).get("/today/"))
    with on_day(9):  # the week is over, and can still be answered
        page = words(signed_in(plan.patient).get("/today/"))
    assert "How was week 1?" in page


def test_it_reviews_an_overdue_week_by_itself() -> None:
    plan = make_plan()
    for day in (1, 2, 3):
        walk_on(plan, day)
    with on_day(8):  # no worker has run
        page = words(signed_in(plan.patient).get("/today/"))
    assert "Week 2 of 26" in page
    assert "Walk 10 minutes, 4 days this week." in page


def test_it_names_the_next_talk() -> None:
    with on_day(2):
        page = words(signed_in(make_plan().patient).get("/today/"))
    assert "Next talk with your physiotherapist Monday 9 March , by telephone" in page


def test_it_says_when_a_plan_starts_and_offers_nothing_to_log_before() -> None:
    plan = make_plan(start=START + dt.timedelta(days=5))
    with on_day(2):
        response = signed_in(plan.patient).get("/today/")
    page = words(response)
    assert "Starts on Saturday 7 March" in page
    assert "Log today" not in page


@pytest.mark.database
def test_it_says_what_to_do_when_a_red_flag_paused_the_plan() -> None:
    plan = make_plan(red_flags=[RedFlag.CHEST_PAIN])
    with on_day(1):
        response = signed_in(plan.patient).get("/today/")
    page = words(response)
    assert "Your plan is paused" in page
    assert "Call 000 or go to an emergency department now." in page
    assert soup(response).find("a", href="tel:000")
    assert soup(response).find("a", href="tel:0255500100")
    assert "Log today" not in page


def test_it_says_that_the_physiotherapist_paused_the_plan() -> None:
    plan = make_plan()
    pause(plan, note="private", by=plan.physiotherapist, at=moment(2), version=plan.version)
    with on_day(3):
        page = words(signed_in(plan.patient).get("/today/"))
    assert "Your physiotherapist has paused your plan." in page
    assert "private" not in page


def test_it_congratulates_at_the_end_and_keeps_the_diary_open() -> None:
    plan = make_plan()
    Plan.objects.filter(pk=plan.pk).update(length_weeks=1)
    plan.refresh_from_db()
    live(plan, 1)
    client = signed_in(plan.patient)
    with on_day(9):
        assert "You have completed your plan" in words(client.get("/today/"))
        assert log(client).status_code == 302
    assert plan.walks.filter(day=START + dt.timedelta(days=8)).count() == 1


# Logging -----------------------------------------------------------------------------------------


def test_it_logs_a_walk_of_the_doses_minutes_with_one_button() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(2):
        response = log(client)
        assert response.status_code == 302
        page = words(client.get(response["Location"]))
    walk = plan.walks.get()
    assert (walk.day, walk.minutes, walk.entered_by) == (dt.date(2026, 3, 3), 10, plan.patient)
    assert "Saved: 10 minutes." in page
    assert "1 done, 2 to go." in page


def test_it_keeps_pain_and_effort_when_they_are_given() -> None:
    plan = make_plan()
    with on_day(1):
        log(signed_in(plan.patient), minutes="14", pain="3", effort="easy")
    walk = plan.walks.get()
    assert (walk.minutes, walk.pain, walk.effort) == (14, 3, "easy")


def test_it_stores_the_same_form_sent_twice_once() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(1):
        data = form_of(client.get("/today/"), "/today/")
        client.post("/today/", data)
        assert client.post("/today/", data).status_code == 302
    assert plan.walks.count() == 1


def test_it_takes_a_second_walk_on_the_same_day() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(1):
        log(client)
        log(client)
    assert plan.walks.count() == 2


@pytest.mark.database
def test_it_undoes_a_walk_and_brings_it_back() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(1):
        page = client.get(log(client)["Location"])
        undo = soup(page).find("button", string="Undo").find_parent("form")
        response = client.post(undo["action"], {"next": "today"})
        assert plan.walks.kept().count() == 0
        page = client.get(response["Location"])
        again = soup(page).find("button", string="Bring it back").find_parent("form")
        response = client.post(again["action"], {"next": "today"})
        assert "Saved: 10 minutes." in words(client.get(response["Location"]))
    assert plan.walks.kept().count() == 1


@pytest.mark.parametrize("minutes", ["0", "1000", "-5", "twelve", "", "10.5", "9" * 30])
def test_it_says_beside_the_field_what_is_wrong_with_the_minutes(minutes: str) -> None:
    plan = make_plan()
    with on_day(1):
        response = log(signed_in(plan.patient), minutes=minutes)
    assert response.status_code == 422
    page = soup(response)
    box = page.find(id="id_minutes")
    assert box.get("value", "") == minutes
    assert box["aria-invalid"] == "true"
    said = " ".join(page.find(id=each).get_text() for each in box["aria-describedby"].split())
    assert "from 1 to 600" in said
    assert page.find(class_="errors").find("a", href="#id_minutes")
    assert plan.walks.count() == 0


def test_it_asks_which_day_when_the_page_lay_open_overnight() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(1, hour=21):
        data = form_of(client.get("/today/"), "/today/") | {"minutes": "17"}
    with on_day(2, hour=9):
        response = client.post("/today/", data)
        assert response.status_code == 422
        assert "That page was from Monday 2 March. Which day did you walk?" in words(response)
        assert plan.walks.count() == 0
        sent = form_of(response, "/diary/add/")
        assert (sent["day"], sent["minutes"]) == ("2026-03-02", "17")
        client.post("/diary/add/", sent)
    assert [(walk.day.day, walk.minutes) for walk in plan.walks.all()] == [(2, 17)]


def test_it_asks_again_when_the_week_of_the_page_is_closed() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(1):
        data = form_of(client.get("/today/"), "/today/")
    with on_day(16):
        response = client.post("/today/", data)
    assert response.status_code == 422
    assert plan.walks.count() == 0


def test_it_refuses_to_log_for_a_paused_plan() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(1):
        data = form_of(client.get("/today/"), "/today/")
    pause(plan, note="", by=plan.physiotherapist, at=moment(1, 13), version=plan.version)
    with on_day(1, hour=14):
        response = client.post("/today/", data | {"client_id": new_id()})
    assert response.status_code == 422
    assert "Your plan is paused" in words(response) or "Which day" in words(response)
    assert plan.walks.count() == 0


def test_it_refuses_broken_input_with_words() -> None:
    plan = make_plan()
    with on_day(1):
        response = log(signed_in(plan.patient), day="31 February", pain="99", client_id="no id")
    assert response.status_code == 422
    assert plan.walks.count() == 0


# Cost --------------------------------------------------------------------------------------------


def test_it_asks_no_more_of_the_database_after_many_weeks() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(2), at_most(8):
        assert client.get("/today/").status_code == 200
    live(plan, 12)
    with on_day(12 * 7 + 2), at_most(8):
        assert "Week 13 of 26" in words(client.get("/today/"))


def test_it_stays_cheap_with_a_check_in_left_open() -> None:
    plan = make_plan()
    review_due_plans(moment(8, 5))
    client = signed_in(plan.patient)
    with on_day(9), at_most(8):
        assert "How was week 1?" in words(client.get("/today/"))


@pytest.mark.database
def test_its_strip_knows_chosen_days_and_days_away() -> None:
    plan = make_plan()
    choose(plan, weekdays=[0, 2, 4], hour=dt.time(9), at=moment(1))
    say_away(
        plan, first=plan.start + dt.timedelta(days=4), last=plan.start + dt.timedelta(days=5),
        kind="travelling", words="", by=plan.patient, at=moment(1),
    )  # fmt: skip
    client = signed_in(plan.patient)
    with on_day(2), at_most(8):
        response = client.get("/today/")
    days = [item.text for item in soup(response).select(".week .vh")]
    assert [day.partition(": ")[2] for day in days] == [
        "no walk", "no walk yet", "a walk is planned", "no walk planned", "away", "away", "no walk planned",
    ]  # fmt: skip
