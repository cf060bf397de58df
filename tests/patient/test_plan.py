import datetime as dt

import pytest

from tests.patient.people import START, on_day
from tests.patient.walking_plan import (
    at_most,
    live,
    make_plan,
    moment,
    signed_in,
    soup,
    walk_on,
    words,
)
from walking.care.adjust import set_next_dose
from walking.care.check_in import check_in
from walking.care.pausing import pause, resume
from walking.models import CheckIn
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
        response = signed_in(plan).get("/plan/")
    first = week_card(response, 1)
    assert "2 March – 8 March 2026" in first
    assert "Planned 10 minutes on 3 days" in first
    assert "Walked 30 minutes on 3 days" in first
    assert "100%" in first
    assert "You had a good week of walking. Well done!" in first
    assert "Walked 10 minutes on 1 day" in week_card(response, 2)


def test_it_shows_the_latest_review_of_a_week() -> None:
    plan = make_plan()
    for day in (1, 2, 3):
        walk_on(plan, day)
    client = signed_in(plan)
    with on_day(8):
        client.get("/plan/")  # reviews the week, without a check-in
    check_in(
        plan,
        week_number=1,
        answers=facts.CheckIn(pain=7),
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
        response = signed_in(plan).get("/plan/")
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
        response = signed_in(plan).get("/plan/")
    step = soup(response).select(".steps li")[1].get_text(" ", strip=True)
    assert "20 minutes on 4 days" in step
    assert "Set by your physiotherapist, from 9 March" in step


def test_it_draws_what_its_table_says() -> None:
    plan = live(make_plan(), 2)
    with on_day(16):
        page = soup(signed_in(plan).get("/plan/"))
    rows = [
        [cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.select("tbody tr")
    ]
    assert rows == [
        ["3", "16 Mar", "50", "0"],
        ["2", "9 Mar", "40", "40"],
        ["1", "2 Mar", "30", "30"],
    ]
    chart = page.select_one("svg.chart[role=img]")
    heights = [float(bar["height"]) for bar in chart.select("rect.bar")]
    assert heights[0] / heights[1] == pytest.approx(30 / 40, abs=0.01)
    assert heights[2] == 0
    assert chart.find("title").get_text()


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
        response = signed_in(plan).get("/plan/")
    assert "This week was cut short by a pause." in words(response)


def test_it_works_before_the_first_day() -> None:
    plan = make_plan(start=START + dt.timedelta(days=3))
    with on_day(1):
        assert "Your plan starts on Thursday 5 March." in words(signed_in(plan).get("/plan/"))


def test_it_asks_no_more_of_the_database_after_many_weeks() -> None:
    plan = make_plan()
    client = signed_in(plan)
    with on_day(2), at_most(8):
        client.get("/plan/")
    live(plan, 14)
    with on_day(14 * 7 + 2), at_most(8):
        assert "You are at the goal of your plan." in words(client.get("/plan/"))
