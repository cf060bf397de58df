"""Everyday loads: the rules for any history, and the pages."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.days import START, moment, on_day
from tests.people import make_plan, signed_in
from tests.responses import at_most, words
from walking.care.plan.companions import add_companion
from walking.care.refusal import Refused
from walking.companions.loads import rules
from walking.companions.loads.care import choose_tasks, say_how_sure, try_task
from walking.companions.loads.rules import Next, Try
from walking.companions.loads.sending import send
from walking.companions.loads.tasks import TASKS
from walking.models import CompanionProgramme, LoadTry, Plan

# The rules ------------------------------------------------------------------------------------------

tries = st.builds(
    Try,
    day=st.integers(0, 83).map(lambda n: START + dt.timedelta(days=n)),
    level=st.sampled_from(rules.LEVELS),
    pain=st.sampled_from(rules.SCALE),
)
histories = st.lists(tries, max_size=20).map(lambda found: sorted(found, key=lambda t: t.day))
sure = st.one_of(st.none(), st.sampled_from(rules.SCALE))


def on(number: int, level: int, pain: int) -> Try:
    return Try(START + dt.timedelta(days=number), level, pain)


@given(histories, sure)
def test_what_is_advised_is_one_of_the_three_and_never_more_than_one_step_away(found, how) -> None:
    advice = rules.advice(found, how)
    assert advice.level in rules.LEVELS
    assert advice.offered in rules.LEVELS
    last = found[-1].level if found else 1
    assert last - 1 <= advice.level <= last
    assert advice.offered <= last + 1


@given(histories, sure, st.integers(rules.TOO_MUCH, 10), st.sampled_from(rules.LEVELS))
def test_a_try_that_hurt_too_much_is_always_followed_by_a_lighter_one(
    found, how, pain, level
) -> None:
    after = [*found, Try(START + dt.timedelta(days=90), level, pain)]
    advice = rules.advice(after, how)
    assert advice.next == Next.EASIER
    assert advice.offered == max(1, level - 1)


@given(histories, sure)
def test_more_is_offered_only_after_three_comfortable_days_and_never_to_the_unsure(
    found, how
) -> None:
    advice = rules.advice(found, how)
    if advice.next == Next.HARDER:
        level = found[-1].level
        good = [each for each in found if each.level == level and each.pain <= rules.COMFORTABLE]
        assert len({each.day for each in good}) >= rules.GOOD_TRIES
        assert how is None or how >= rules.SURE_ENOUGH
        assert level < 3


@given(histories, st.sampled_from(rules.SCALE), st.sampled_from(rules.SCALE))
def test_feeling_surer_never_takes_a_load_away(found, one, other) -> None:
    less, more = sorted((one, other))
    assert rules.advice(found, less).offered <= rules.advice(found, more).offered


def test_three_good_days_lead_on_and_three_tries_of_one_day_do_not() -> None:
    days = [on(1, 1, 2), on(3, 1, 0), on(5, 1, 3)]
    assert rules.advice(days, 6).next == Next.HARDER
    assert rules.advice(days, 4).next == Next.SAME
    assert rules.advice([on(1, 1, 2)] * 3, 6).next == Next.SAME
    assert rules.advice([on(n, 3, 1) for n in range(3)], 8).next == Next.AT_EASE
    assert rules.advice([on(n, 3, 1) for n in range(3)], 7).next == Next.SAME


@given(
    st.dictionaries(st.dates(START, START + dt.timedelta(days=80)), st.sampled_from(rules.SCALE))
)
def test_it_asks_how_sure_once_a_week(rated) -> None:
    today = START + dt.timedelta(days=80)
    asks = rules.asks_how_sure(rated, today)
    assert asks == all(today - day >= dt.timedelta(days=7) for day in rated)


# The pages ------------------------------------------------------------------------------------------


@pytest.fixture
def plan(db: None) -> Plan:
    return make_plan()


@pytest.fixture
def programme(plan: Plan) -> CompanionProgramme:
    return add_companion(plan, "loads", by=plan.physiotherapist, at=moment(2))


def tried(programme: CompanionProgramme, number: int, level: int, pain: int) -> LoadTry:
    day = START + dt.timedelta(days=number - 1)
    return try_task(
        programme, "bed", day=day, level=level, pain=pain, client_id=uuid.uuid4(),
        at=moment(number, 20),
    )  # fmt: skip


@pytest.mark.database
def test_two_tasks_are_chosen_and_then_shown(programme, plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(2):
        assert client.get("/companions/loads/")["Location"] == "/companions/loads/choose/"
        same = client.post("/companions/loads/choose/", {"first": "bed", "second": "bed"})
        kept = client.post("/companions/loads/choose/", {"first": "bed", "second": "shopping"})
        page = client.get("/companions/loads/")
    assert same.status_code == 422
    assert "Choose another task than the first." in words(same)
    assert kept.status_code == 302
    assert "Get out of bed" in words(page)
    assert "A light bag" in words(page)


def test_a_try_is_kept_and_answered_by_the_rules(programme, plan: Plan) -> None:
    choose_tasks(programme, first="bed", second="shopping", at=moment(2))
    client = signed_in(plan.patient)
    sent = {"level": "2", "pain": "7", "day": "2026-03-04", "client_id": str(uuid.uuid4())}
    with on_day(3):
        answer = client.post("/companions/loads/bed/", sent, follow=True)
        today = client.get("/today/")
    assert "That was too much for now." in words(answer)
    assert LoadTry.objects.get().pain == 7
    assert "Done for today" in words(today)
    with on_day(3), at_most(8):
        client.get("/companions/loads/bed/")
    with on_day(3):
        missing = client.post("/companions/loads/bed/", sent | {"pain": ""})
    assert missing.status_code == 422
    assert LoadTry.objects.count() == 1


def test_confidence_is_asked_once_a_week(programme, plan: Plan) -> None:
    client = signed_in(plan.patient)
    with on_day(3):
        assert "How sure do you feel?" in words(client.get("/companions/loads/bed/"))
        client.post("/companions/loads/bed/", {"sure": "4"})
        assert "How sure do you feel?" not in words(client.get("/companions/loads/bed/"))
    with on_day(10):
        assert "How sure do you feel?" in words(client.get("/companions/loads/bed/"))
    assert programme.load_ratings.get().sure == 4


def test_confidence_of_a_day_without_a_connection_keeps_its_day(programme, plan: Plan) -> None:
    told = {"task": "bed", "sure": "5", "day": "2026-03-04"}
    for _again in range(2):
        with on_day(5):
            send(programme, told, timezone.now())
    rating = programme.load_ratings.get()
    assert (rating.day, rating.sure) == (dt.date(2026, 3, 4), 5)
    for day in ("2026-03-02", "2026-03-08", "soon"):
        with on_day(5), pytest.raises(Refused):
            send(programme, told | {"day": day}, timezone.now())


@pytest.mark.database
def test_the_desk_sees_confidence_grow(programme, plan: Plan) -> None:
    say_how_sure(programme, "bed", sure=3, at=moment(2))
    tried(programme, 3, 1, 2)
    say_how_sure(programme, "bed", sure=6, at=moment(9))
    client = signed_in(plan.patient)
    client.force_login(plan.physiotherapist)
    with on_day(10):
        page = client.get(f"/admin/walking/plan/{plan.pk}/companions/")
    assert "Get out of bed: 1 try" in words(page)
    assert "confidence 3 → 6" in words(page)


@pytest.mark.parametrize(
    "wrong", [{"level": 4}, {"pain": 11}, {"day": START}, {"day": START + dt.timedelta(days=9)}]
)
def test_it_refuses_what_cannot_be(programme, wrong: dict) -> None:
    right = {"day": START + dt.timedelta(days=2), "level": 1, "pain": 0, "client_id": uuid.uuid4()}
    with pytest.raises(Refused):
        try_task(programme, "bed", **(right | wrong), at=moment(3))


def test_every_task_has_its_way_and_three_loads() -> None:
    for task in TASKS.values():
        assert len(task.way) >= 3
        assert len({str(load) for load in task.loads}) == 3
