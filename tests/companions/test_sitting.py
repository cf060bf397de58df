"""Sitting less: the rules for any history, and the pages."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.days import START, moment, on_day
from tests.people import make_plan, signed_in
from tests.responses import at_most, words
from walking.care.plan.companions import add_companion
from walking.care.refusal import Refused
from walking.companions.sitting import rules
from walking.companions.sitting.care import tell_usual, write_day
from walking.companions.sitting.rules import FIRST_TARGET, GOAL, Step
from walking.models import CompanionProgramme, Plan, SittingDay

# The rules ------------------------------------------------------------------------------------------

days = st.lists(st.integers(0, 180), max_size=7)
goals = st.integers(2, 12).map(lambda n: n * 5)
histories = st.dictionaries(st.integers(0, 181), st.integers(0, 180), max_size=182).map(
    lambda by_number: {START + dt.timedelta(days=n): less for n, less in by_number.items()}
)


@given(goals, days, st.data())
def test_a_step_is_never_more_than_fifteen_minutes_nor_past_the_goal(goal, written, data) -> None:
    target = data.draw(st.integers(FIRST_TARGET, goal))
    minutes, step = rules.next_target(target, written, goal)
    assert FIRST_TARGET <= minutes <= goal
    assert -rules.SMALL_STEP <= minutes - target <= rules.STEP
    assert (minutes > target) == (step == Step.UP)
    assert (minutes < target) == (step == Step.BACK)


@given(goals, st.data())
def test_a_better_week_never_leads_to_a_lower_target(goal, data) -> None:
    target = data.draw(st.integers(FIRST_TARGET, goal))
    week = data.draw(st.lists(st.integers(0, 170), min_size=3, max_size=7))
    better = [minutes + data.draw(st.integers(0, 10)) for minutes in week]
    assert rules.next_target(target, better, goal)[0] >= rules.next_target(target, week, goal)[0]


@given(goals, st.lists(st.integers(0, 180), max_size=rules.DAYS_THAT_TELL - 1), st.data())
def test_a_week_that_tells_too_little_changes_nothing(goal, written, data) -> None:
    target = data.draw(st.integers(FIRST_TARGET, goal))
    assert rules.next_target(target, written, goal) == (target, Step.UNKNOWN)


@given(histories, st.integers(0, 400), goals)
def test_every_week_so_far_has_one_target_and_the_past_is_never_rewritten(less, on, goal) -> None:
    today = START + dt.timedelta(days=on)
    found = rules.targets(START, today, less, goal)
    assert [each.week for each in found] == list(range(1, min(26, on // 7 + 1) + 1))
    earlier = {day: minutes for day, minutes in less.items() if day < START + dt.timedelta(days=7)}
    assert rules.targets(START, START + dt.timedelta(days=7), earlier, goal) == found[:2] or on < 7


def test_whoever_does_it_every_day_reaches_the_hour_in_five_weeks() -> None:
    less = {START + dt.timedelta(days=n): 90 for n in range(60)}
    found = rules.targets(START, START + dt.timedelta(days=41), less, GOAL)
    assert [each.minutes for each in found] == [10, 25, 40, 55, 60, 60]
    assert found[-1].step == Step.REACHED


@given(st.lists(st.one_of(st.none(), st.integers(0, 1080)), max_size=2))
def test_the_goal_is_an_hour_or_a_quarter_of_what_is_usual(usual) -> None:
    goal = rules.goal(usual)
    assert FIRST_TARGET <= goal <= GOAL
    known = [minutes for minutes in usual if minutes is not None]
    if known and min(known) >= 240:
        assert goal == GOAL


# The pages ------------------------------------------------------------------------------------------


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


@pytest.fixture
def programme(plan: Plan) -> CompanionProgramme:
    return add_companion(plan, "sitting", by=plan.physiotherapist, at=moment(2))


def day_of(number: int) -> dt.date:
    return START + dt.timedelta(days=number - 1)


def write(programme: CompanionProgramme, number: int, less: int, **more: object) -> SittingDay:
    sent = {"client_id": uuid.uuid4(), "at": moment(number, 20)} | more
    return write_day(programme, day=day_of(number), less=less, **sent)


def test_it_asks_for_the_usual_hours_first_and_then_for_the_day(programme, plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        assert client.get("/companions/sitting/")["Location"] == "/companions/sitting/usual/"
        refused = client.post("/companions/sitting/usual/", {"free_day": "30", "break_after": "30"})
        kept = client.post(
            "/companions/sitting/usual/", {"work_day": "", "free_day": "6.5", "break_after": "45"}
        )
        page = client.get("/companions/sitting/")
    assert refused.status_code == 422
    assert kept["Location"] == "/companions/sitting/"
    assert programme.sitting_usual.get().free_day == 390
    assert "Sit 10 minutes less each day this week." in words(page)


def test_two_taps_write_the_day_down_and_today_says_so(programme, plan: Plan) -> None:
    tell_usual(programme, work_day=600, free_day=480, break_after=30, at=moment(2))
    client = signed_in(plan.patient)
    sent = {"less": "20", "day": day_of(3).isoformat(), "client_id": str(uuid.uuid4())}
    with on_day(3):
        assert client.post("/companions/sitting/", sent).status_code == 302
    with on_day(3):
        client.get("/companions/")
    with on_day(3), at_most(8):
        page = client.get("/today/")
    with on_day(3), at_most(8):
        client.get("/companions/sitting/")
    assert programme.sitting_days.get().less == 20
    assert "Done for today" in words(page)


@pytest.mark.database
def test_sending_again_changes_nothing_and_a_correction_counts(programme) -> None:
    same = uuid.uuid4()
    assert write(programme, 3, 20, client_id=same) == write(programme, 3, 50, client_id=same)
    write(programme, 3, 30)
    assert [row.less for row in programme.sitting_days.all()] == [20, 30]


@pytest.mark.parametrize("number", [1, 5])
def test_it_refuses_days_outside(programme, number: int) -> None:
    with pytest.raises(Refused):
        write(programme, number, 20, at=moment(4))


def test_a_good_week_raises_the_target(programme, plan: Plan) -> None:
    tell_usual(programme, work_day=600, free_day=480, break_after=30, at=moment(2))
    for number in range(2, 6):
        write(programme, number, 20)
    with on_day(9):
        page = signed_in(plan.patient).get("/companions/sitting/")
    assert "Sit 25 minutes less each day this week." in words(page)
