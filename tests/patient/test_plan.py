import datetime as dt

import pytest

from tests.days import START, moment, on_day
from tests.history import live, walk_on
from tests.people import make_plan, signed_in
from tests.responses import at_most, soup, words
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.adjust import set_next_dose
from walking.care.plan.pause import pause, resume
from walking.care.weeks.check_in import check_in
from walking.models import CheckIn, Plan, Week
from walking.programme import facts
from walking.programme.dose import Dose

pytestmark = pytest.mark.django_db


def week_card(response: object, number: int) -> str:
    card = soup(response).find(id=f"week-{number}").find_parent("article")
    return " ".join(card.get_text(" ").split())


def test_it_tells_each_week_with_its_reason() -> None:
    plan = live(make_plan(), 1)
    walk_on(plan, 8)
    with on_day(9):
        response = signed_in(plan.patient).get("/plan/")
    first = week_card(response, 1)
    assert "2 March – 8 March 2026" in first
    assert "Planned: 10 minutes on 3 days" in first
    assert "Walked: 30 minutes in all, on 3 days (100% of the plan)" in first
    assert "You had a good week of walking. Well done!" in first
    assert "Walked: 10 minutes in all, on 1 day" in week_card(response, 2)


def test_it_shows_the_latest_review_of_a_week() -> None:
    plan = make_plan()
    for day in (1, 2, 3):
        walk_on(plan, day)
    client = signed_in(plan.patient)
    with on_day(8):
        client.get("/plan/")  # reviews the week, without a check-in
    check_in(
        plan,
        week_number=1,
        answers=facts.CheckIn(pain=7, red_flags=()),
        via=CheckIn.Via.APP,
        by=plan.patient,
        at=moment(9),
    )
    with on_day(9):
        response = client.get("/plan/")
    assert "Your pain was 6 or more out of 10 this week" in week_card(response, 1)
    assert "Well done" not in week_card(response, 1)


def test_it_shows_where_i_am_and_the_way_to_the_goal() -> None:
    plan = live(make_plan(), 2)
    with on_day(15):
        response = signed_in(plan.patient).get("/plan/")
    assert "Week 3 of 26: 10 minutes on 5 days ." in words(response)
    assert "Step 3 of 13" in words(response)
    steps = [" ".join(li.get_text(" ").split()) for li in soup(response).select(".steps li")]
    assert steps[0] == "Now: 10 minutes on 5 days"
    assert steps[1] == "12 minutes on 5 days Week 4, from 23 March at the earliest"
    assert steps[-1].startswith("30 minutes on 5 days Your goal Week 13")
    assert len(steps) == 11


def test_it_shows_the_dose_that_the_physiotherapist_set_for_next_week() -> None:
    plan = make_plan()
    set_next_dose(
        plan,
        dose=Dose(20, 4),
        reason="fit",
        by=plan.physiotherapist,
        at=moment(2),
        version=plan.version,
    )
    with on_day(3):
        response = signed_in(plan.patient).get("/plan/")
    step = soup(response).select(".steps li")[1].get_text(" ", strip=True)
    assert "20 minutes on 4 days" in step
    assert "Set by your physiotherapist, from 9 March" in step


def test_it_draws_what_its_table_says() -> None:
    plan = live(make_plan(), 2)
    with on_day(16):
        page = soup(signed_in(plan.patient).get("/plan/"))
    rows = [
        [cell.get_text() for cell in row.find_all(["th", "td"])]
        for row in page.select("section[aria-labelledby=minutes] tbody tr")
    ]
    assert rows == [
        ["3", "16 Mar", "50", "0"],
        ["2", "9 Mar", "40", "40"],
        ["1", "2 Mar", "30", "30"],
    ]
    chart = page.select_one("section[aria-labelledby=minutes] svg.chart[role=img]")
    heights = [float(bar["height"]) for bar in chart.select("rect.chart__bar")]
    assert heights[0] / heights[1] == pytest.approx(30 / 40, abs=0.01)
    assert heights[2] == 0
    assert chart.find("title").get_text()


@pytest.mark.database
def test_it_tells_of_a_week_that_a_pause_cut_short() -> None:
    plan = make_plan()
    plan = pause(plan, note="", by=plan.physiotherapist, at=moment(3), version=plan.version)
    resume(
        plan,
        dose=Dose(10, 3),
        note="",
        by=plan.physiotherapist,
        at=moment(5),
        version=plan.version,
    )
    with on_day(5):
        response = signed_in(plan.patient).get("/plan/")
    assert "This week was cut short by a pause." in words(response)


def test_it_works_before_the_first_day() -> None:
    plan = make_plan(start=START + dt.timedelta(days=3))
    with on_day(1):
        assert "Your plan starts on Thursday 5 March." in words(
            signed_in(plan.patient).get("/plan/")
        )


def test_it_asks_no_more_of_the_database_after_many_weeks() -> None:
    plan = make_plan()
    client = signed_in(plan.patient)
    with on_day(2), at_most(8):
        client.get("/plan/")
    live(plan, 14)
    with on_day(14 * 7 + 2), at_most(8):
        assert "You are at the goal of your plan." in words(client.get("/plan/"))


def test_it_draws_the_pain_and_says_it_in_a_table() -> None:
    plan = live(make_plan(), 1)
    walk_on(plan, 8, pain=5)
    walk_on(plan, 9, pain=1)
    walk_on(plan, 10)
    with on_day(10):
        page = soup(signed_in(plan.patient).get("/plan/"))
    part = page.select_one("section[aria-labelledby=pain]")
    rows = [
        [cell.get_text() for cell in row.find_all(["th", "td"])] for row in part.select("tbody tr")
    ]
    assert rows == [["2", "5", "5, 1"], ["1", "2", "2, 2, 2"]]
    assert len(part.select("figure > svg path.chart__most")) == 2
    assert part.select_one("path.chart__dots")["d"].count("M") == 5
    assert "6 or more is too much" in part.get_text()


def test_it_draws_no_pain_where_none_was_given() -> None:
    with on_day(2):
        page = soup(signed_in(make_plan().patient).get("/plan/"))
    assert not page.select("section[aria-labelledby=pain]")


def test_the_picture_says_where_i_am() -> None:
    plan = live(make_plan(), 2)
    with on_day(15):
        page = soup(signed_in(plan.patient).get("/plan/"))
    picture = page.select_one("svg.journey[role=img]")
    assert "You are at step 3: 10 minutes on 5 days." in picture["aria-label"]
    assert len(picture.select(".scene__post")) == 13
    assert len(picture.select(".scene__post--done")) == 3
    start, goal, here = (
        float(x) for x in (20, 278, picture.select_one(".journey__here circle")["cx"])
    )
    assert (here - start) / (goal - start) == pytest.approx(2 / 12, abs=0.01)


def test_the_way_ahead_is_that_of_the_rules() -> None:
    """After a flare-up comes one good week at the same dose before the next step, as the rules have it."""
    plan = live(make_plan(), 4)
    with on_day(30):
        before = (
            soup(signed_in(plan.patient).get("/plan/"))
            .select(".steps li")[1]
            .get_text(" ", strip=True)
        )
        report_flare_up(plan, by=plan.patient, at=moment(30))
        after = (
            soup(signed_in(plan.patient).get("/plan/"))
            .select(".steps li")[1]
            .get_text(" ", strip=True)
        )
    assert "Week 6, from 6 April" in before
    assert "Week 7, from 13 April" in after


def test_it_lists_when_the_back_was_worse() -> None:
    plan = live(make_plan(), 1)
    report_flare_up(plan, by=plan.patient, at=moment(9))
    with on_day(10):
        part = soup(signed_in(plan.patient).get("/plan/")).select_one(
            "section[aria-labelledby=flare-ups]"
        )
    assert "10 March 2026" in part.get_text()
    assert "not over yet" in part.get_text()
    assert part.select_one("a")["href"] == "/flare-up/1/"


@pytest.mark.parametrize("weeks", [26, 52])
def test_a_long_way_tells_the_last_weeks_first(weeks: int) -> None:
    plan = make_plan()
    for number in range(2, weeks + 1):
        Week.objects.create(
            plan=plan,
            number=number,
            starts=START + dt.timedelta(weeks=number - 1),
            ends=START + dt.timedelta(weeks=number - 1, days=6),
            minutes=12,
            days=5,
        )
    Plan.objects.filter(pk=plan.pk).update(
        week_number=weeks, length_weeks=52, next_review_at=moment(7 * weeks + 1, 4)
    )
    with on_day(7 * weeks - 3):
        client = signed_in(plan.patient)
        with at_most(8):
            page = soup(client.get("/plan/"))
    shown = [article.h3["id"] for article in page.select("section > article")]
    assert shown == [f"week-{weeks - each}" for each in range(4)]
    assert len(page.select("details.older article")) == weeks - 4
    assert len(page.select("section[aria-labelledby=minutes] rect.chart__planned")) == weeks + 1
    assert len(page.select("section[aria-labelledby=minutes] figure > svg > text")) < 20
