"""Stories played through the use cases: the same seed, the same history; at any hour, everywhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.people import make_clinic, make_physio
from walking.demo.history import play
from walking.demo.people import PATIENTS
from walking.demo.story import Person, State
from walking.models import CheckIn, Mail, Plan, Review, Walk

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 6, 11, 10, 30, tzinfo=dt.UTC)


def some(*names: str) -> list[Person]:
    return [person for person in PATIENTS if person.name.split()[0] in names]


def played(people: list[Person], now: dt.datetime, seed: int, folder: Path) -> None:
    clinic = make_clinic(name="Riverbend")
    physiotherapist = make_physio(clinic, name="Priya Nair", email="priya@riverbend.example")
    play(
        people,
        [],
        physiotherapists=[physiotherapist, physiotherapist],
        password="!",
        now=now,
        seed=seed,
        mail_folder=folder,
    )


def picture() -> list[list[Any]]:
    """All that a history is, without keys and secrets."""
    who = "plan__patient__email"
    return [
        list(rows)
        for rows in (
            Walk.objects.order_by("client_id").values_list(
                who, "day", "minutes", "pain", "effort", "entered_at", "client_id"
            ),
            CheckIn.objects.order_by(who, "at").values_list(
                who, "week_number", "revision", "at", "via", "pain", "words"
            ),
            Review.objects.order_by(who, "week_number", "revision").values_list(
                who, "week_number", "revision", "line", "adherence", "at"
            ),
            Mail.objects.order_by("kind", "due_at", "recipient__email").values_list(
                "kind", "recipient__email", "about", "state", "due_at"
            ),
        )
    ]


def test_the_same_seed_makes_the_same_history_and_another_does_not(
    db: None, tmp_path: Path
) -> None:
    pictures = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            played(some("Margaret", "Grace", "Sione"), NOW, seed, tmp_path)
            pictures.append(picture())
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]
    assert all(pictures[0])


@pytest.mark.parametrize("hour", [0, 15])
def test_stories_are_where_they_should_be_at_any_hour(db: None, tmp_path: Path, hour: int) -> None:
    people = some("Joan", "Peter", "Dot", "Carmen", "Ray", "Grace")
    played(people, NOW.replace(hour=hour), 1, tmp_path)
    plans = {plan.patient.email: plan for plan in Plan.objects.select_related("patient")}
    for person in people:
        plan = plans[person.email]
        match person.state:
            case State.NEW:
                assert plan.week_number == 1
            case State.RED_FLAG:
                assert (plan.status, plan.paused_for) == ("paused", "red_flag")
            case State.WAITING:
                assert not plan.check_ins.filter(week_number=plan.week_number).exists()
                assert plan.weeks.get(number=plan.week_number).ends == plan.start + dt.timedelta(27)
            case State.FLARE_UP:
                assert plan.weeks.get(number=plan.week_number).eased_from == 4


@pytest.mark.database
def test_nobody_walks_while_a_plan_is_paused(db: None, tmp_path: Path) -> None:
    played(some("Kenji"), NOW, 1, tmp_path)
    events = dict(Plan.objects.get().events.values_list("kind", "at"))
    assert not Walk.objects.filter(
        entered_at__gt=events["paused"], entered_at__lt=events["resumed"]
    ).exists()
    assert Walk.objects.filter(entered_at__gt=events["resumed"]).exists()


@pytest.mark.database
def test_clocks_that_change_do_not_stop_the_story(db: None, tmp_path: Path) -> None:
    # London goes forward on 29 March 2026, Sydney back on 5 April.
    played(some("David", "Margaret"), dt.datetime(2026, 4, 20, 12, tzinfo=dt.UTC), 1, tmp_path)
    assert not Plan.objects.filter(
        next_review_at__lte=NOW.replace(month=4, day=20, hour=12)
    ).exists()
    assert Review.objects.count() > 10
