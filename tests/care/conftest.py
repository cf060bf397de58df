"""A clinic whose plans are made by the use cases themselves, at moments that the test chooses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from accounts.models import Clinic, User
from tests.days import START, ZONE, day, local
from tests.people import make_clinic, make_physio, make_plan
from walking.care.diary.walks import log_walk
from walking.care.tick import catch_up_all
from walking.models import Plan, Review, Week


@pytest.fixture
def clinic(db: None) -> Clinic:
    return make_clinic()


@pytest.fixture
def physio(clinic: Clinic) -> User:
    return make_physio(clinic, email="ruth@riverbend.example")


@pytest.fixture
def start_plan(physio: User) -> Callable[..., Plan]:
    """``start_plan(**options)``: the plan of another patient each time, with the options of ``make_plan``."""
    numbers = count()

    def make(*, start: dt.date = START, zone: str = ZONE, **options: Any) -> Plan:
        options.setdefault("at", local(start, 9, zone=zone))
        name = f"Patient {next(numbers)}"
        return make_plan(physio, name=name, password=None, start=start, zone=zone, **options)

    return make


@pytest.fixture
def plan(start_plan: Callable[..., Plan]) -> Plan:
    return start_plan()


def walk(plan: Plan, *days: int, minutes: int = 10, pain: int | None = None) -> None:
    """Log a walk on each of these days of the plan, each on its own evening."""
    for number in days:
        on = day(number, plan.start)
        log_walk(
            plan,
            day=on,
            minutes=minutes,
            pain=pain,
            by=plan.patient,
            at=local(on, 18, zone=plan.patient.timezone),
        )


def review_week(plan: Plan, number: int = 1) -> Review:
    """Move the clock to the review of week ``number`` and return it."""
    catch_up_all(local(day(7 * number + 1, plan.start), 4, zone=plan.patient.timezone))
    plan.refresh_from_db()
    return plan.reviews.filter(week_number=number).latest("revision")


def doses(plan: Plan) -> list[tuple[int, int]]:
    return [(week.minutes, week.days) for week in Week.objects.filter(plan=plan).order_by("number")]
