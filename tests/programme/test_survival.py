"""Days to the first recurrence: what is known, and not a day more."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking.programme.survival import Definition, Ending, Episode, known_until, observe
from walking.programme.weeks import month_day

START = dt.date(2026, 3, 2)
LATE = dt.date(2028, 3, 2)


def on(days: int) -> dt.date:
    return START + dt.timedelta(days=days)


def seen(*episodes: Episode, answered=range(1, 13), today=LATE, months=12, stopped=None):
    return {
        definition: (found.days, found.ending)
        for definition in Definition
        for found in [
            observe(
                START, episodes, answered, definition, today=today, months=months, stopped=stopped
            )
        ]
    }


def test_a_year_without_any_is_the_whole_year() -> None:
    assert set(seen().values()) == {(365, Ending.COMPLETE)}


def test_each_definition_has_its_own_first_day() -> None:
    sore = Episode(on(20), limiting=False, care=False)
    limited = Episode(on(90), limiting=True, care=False)
    treated = Episode(on(200), limiting=False, care=True)
    assert seen(treated, sore, limited) == {
        Definition.ANY: (20, Ending.RECURRENCE),
        Definition.LIMITING: (90, Ending.RECURRENCE),
        Definition.CARE: (200, Ending.RECURRENCE),
    }


def test_a_month_without_an_answer_ends_what_is_known() -> None:
    later = Episode(on(150), limiting=True, care=True)
    found = seen(later, answered=[1, 2, 4, 5, 6])
    assert set(found.values()) == {((month_day(START, 2) - START).days, Ending.LOST)}


def test_an_answer_for_the_missing_month_brings_it_back() -> None:
    later = Episode(on(150), limiting=True, care=True)
    assert set(seen(later, answered=range(1, 7)).values()) == {(150, Ending.RECURRENCE)}


def test_what_is_told_at_once_counts_once_its_month_is_answered() -> None:
    told = Episode(on(40), limiting=True, care=None)
    assert set(seen(told, answered=[1], today=on(41)).values()) == {(31, Ending.RUNNING)}
    assert seen(told, answered=[1, 2], today=on(62)) == {
        Definition.ANY: (40, Ending.RECURRENCE),
        Definition.LIMITING: (40, Ending.RECURRENCE),
        Definition.CARE: (40, Ending.UNSAID),
    }


@pytest.mark.parametrize(
    ("today", "ending"),
    [(on(70), Ending.RUNNING), (on(121), Ending.RUNNING), (on(130), Ending.LOST)],
)
def test_who_has_not_answered_yet_is_not_lost_at_once(today: dt.date, ending: Ending) -> None:
    assert seen(answered=[1], today=today)[Definition.ANY] == (31, ending)


def test_a_follow_up_that_was_ended_counts_to_its_last_answer() -> None:
    found = seen(Episode(on(80), limiting=True), answered=[1, 2], stopped=on(75))
    assert found[Definition.ANY] == ((month_day(START, 2) - START).days, Ending.STOPPED)


def test_ended_after_all_was_answered_is_complete() -> None:
    assert seen(stopped=on(500))[Definition.ANY] == (365, Ending.COMPLETE)


def test_nobody_who_never_answered_counts_for_a_day() -> None:
    assert seen(answered=[])[Definition.ANY] == (0, Ending.LOST)


@st.composite
def lives(draw: st.DrawFn):
    whether = st.sampled_from([True, False, None])
    episodes = draw(
        st.lists(st.builds(Episode, st.integers(0, 1200).map(on), whether, whether), max_size=6)
    )
    return {
        "episodes": episodes,
        "answered": draw(st.sets(st.integers(1, 36))),
        "today": on(draw(st.integers(0, 1300))),
        "months": draw(st.integers(12, 36)),
        "stopped": draw(st.none() | st.integers(0, 1200).map(on)),
    }


@given(lives(), st.sampled_from(Definition))
def test_it_never_counts_beyond_what_is_known(life, definition: Definition) -> None:
    episodes, answered = life.pop("episodes"), life.pop("answered")
    found = observe(START, episodes, answered, definition, **life)
    _row, until = known_until(START, answered, life["months"])
    assert 0 <= found.days <= (month_day(START, life["months"]) - START).days
    if not found.happened and found.ending is not Ending.UNSAID:
        assert on(found.days) <= until
    if found.happened:
        first = min(e.began for e in episodes if e.is_one(definition))
        assert on(found.days) == first <= until


@given(lives())
def test_a_part_never_comes_before_the_whole(life) -> None:
    episodes, answered = life.pop("episodes"), life.pop("answered")
    days = {
        each: observe(START, episodes, answered, each, **life).days
        for each in Definition
        if observe(START, episodes, answered, each, **life).happened
    }
    for part in (Definition.LIMITING, Definition.CARE):
        if part in days:
            assert days[Definition.ANY] <= days[part]


@given(lives(), st.sampled_from(Definition), st.integers(1, 36))
def test_one_more_answer_never_shortens_what_is_known(life, definition, month: int) -> None:
    episodes, answered = life.pop("episodes"), life.pop("answered")
    before = observe(START, episodes, answered, definition, **life)
    after = observe(START, episodes, answered | {month}, definition, **life)
    assert after.days >= before.days
    if before.happened:
        assert after == before


@given(lives(), st.sampled_from(Definition), st.randoms())
def test_the_order_of_what_was_told_does_not_matter(life, definition, random) -> None:
    episodes, answered = life.pop("episodes"), life.pop("answered")
    shuffled = random.sample(episodes, len(episodes))
    assert observe(START, episodes, answered, definition, **life).days == (
        observe(START, shuffled, answered, definition, **life).days
    )
