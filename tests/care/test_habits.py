"""Which days of a week the walks are planned on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import Error, transaction

from tests.days import START, local
from walking.care.diary.habits import choose, habit_of, walk_days
from walking.care.refusal import Refused
from walking.models import Habit


def names(starts: dt.date, count: int, weekdays=()) -> str:
    return " ".join(f"{day:%a}" for day in walk_days(starts, count, weekdays))


@pytest.mark.parametrize(
    ("count", "days"),
    [
        (1, "Mon"),
        (2, "Mon Thu"),
        (3, "Mon Wed Fri"),
        (4, "Mon Tue Thu Sat"),
        (5, "Mon Tue Wed Fri Sat"),
        (7, "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_it_spreads_the_walks_over_the_week(count, days):
    assert names(START, count) == days


def test_it_takes_the_chosen_days_in_the_order_of_the_plans_week():
    thursday = START + dt.timedelta(days=3)
    assert names(START, 3, (6, 1, 3)) == "Tue Thu Sun"
    assert names(thursday, 3, (6, 1, 3)) == "Thu Sun Tue"


def test_it_spreads_over_more_days_than_it_needs():
    assert names(START, 2, (0, 1, 2, 3)) == "Mon Wed"


def test_it_adds_days_far_from_the_chosen_ones():
    assert names(START, 2, (0,)) == "Mon Thu"
    assert names(START, 3, (5, 6)) == "Wed Sat Sun"
    assert names(START, 7, (0,)) == "Mon Tue Wed Thu Fri Sat Sun"


@pytest.mark.parametrize("count", range(1, 8))
def test_it_always_plans_as_many_different_days_as_the_dose_asks_for(count):
    for bits in range(128):
        weekdays = tuple(day for day in range(7) if bits & 1 << day)
        days = walk_days(START, count, weekdays)
        assert len(set(days)) == count
        assert days == sorted(days)
        assert all(START <= day < START + dt.timedelta(days=7) for day in days)
        # Every chosen day is used before any other, and no other while there are enough.
        used = {day.weekday() for day in days} & set(weekdays)
        assert len(used) == min(count, len(weekdays))


@pytest.mark.django_db
def test_it_keeps_what_was_chosen(plan):
    assert habit_of(plan).weekdays == ()
    choose(plan, weekdays=[4, 0], hour=dt.time(8, 30), at=local(START, 9))
    assert (habit_of(plan).weekdays, habit_of(plan).hour) == ((0, 4), dt.time(8, 30))
    choose(plan, weekdays=[6], hour=dt.time(17), at=local(START, 10))
    assert habit_of(plan).weekdays == (6,)
    assert Habit.objects.count() == 1
    with pytest.raises(Refused):
        choose(plan, weekdays=[7], hour=dt.time(8), at=local(START, 9))
    with pytest.raises(Error), transaction.atomic():
        Habit.objects.update(weekday_bits=128)
