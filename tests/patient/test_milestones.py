"""Milestones on the pages: once on the day, and all of them beside the plan."""

from __future__ import annotations

import pytest
import time_machine

from tests.days import moment
from tests.history import live, walk_on
from tests.people import make_plan, signed_in
from tests.responses import text
from walking.care.diary.walks import log_walk, remove_walk
from walking.patient.today.top_message import foremost

pytestmark = pytest.mark.django_db


def page(plan, address: str, number: int) -> str:
    with time_machine.travel(moment(number, 20), tick=False):
        return text(signed_in(plan.patient).get(address))


def test_it_is_told_on_the_day_and_not_on_the_next() -> None:
    plan = make_plan()
    for number in range(1, 10):
        log_walk(plan, day=plan.start, minutes=10, by=plan.patient, at=moment(1, 12 + number // 9))
    assert "Reached today" not in page(plan, "/today/", 1)
    tenth = walk_on(plan, 2)
    assert "Reached today: 10 walks" in page(plan, "/today/", 2)
    assert "Reached today" not in page(plan, "/today/", 3)
    assert "10 walks" in page(plan, "/plan/", 3)
    remove_walk(tenth, by=plan.patient, at=moment(3))
    assert "10 walks" not in page(plan, "/plan/", 3)


def test_a_good_week_is_one_and_a_week_without_walks_takes_nothing() -> None:
    plan = live(make_plan(), 1)
    assert "Your first good week" in page(plan, "/today/", 8)
    assert "Your first good week" in page(plan, "/plan/", 20)


def test_one_message_stands_first() -> None:
    assert foremost(flare_up=True, check_in=True, away=True) == "flare_up"
    assert foremost(flare_up=False, check_in=True, away=True) == "check_in"
    assert foremost(flare_up=False, check_in=False, away=True) == "away"
    assert foremost(flare_up=False, check_in=False, away=False) == ""
