"""Which version of a pattern comes next: the table of the rules, and what holds whatever was done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking.companions.movement.rules import (
    COMFORTABLE_SESSIONS,
    LONG_AGO,
    PER_DAY,
    WEEKS,
    Confidence,
    Next,
    Pattern,
    Session,
    Version,
    Why,
    comfortable_in_a_row,
    confidence,
    first_week,
    for_today,
    next_session,
    open_patterns,
    stage,
    stage_of,
    week_of,
)

MONDAY = date(2026, 3, 2)
EASIER, USUAL, HARDER = Version


def done(*sessions: tuple[Version, int, int]) -> list[Session]:
    """Sessions of (version, safe, pain), every second day."""
    return [
        Session(MONDAY + timedelta(days=2 * place), *each) for place, each in enumerate(sessions)
    ]


def after(sessions: list[Session], days: int = 2) -> date:
    return (sessions[-1].day if sessions else MONDAY) + timedelta(days=days)


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        # The first time: the easier one is proposed, the usual one may be taken.
        ([], Next(EASIER, Why.FIRST, USUAL)),
        # Pain of 6 and more: one easier; on the easiest it stays.
        ([(USUAL, 9, 6)], Next(EASIER, Why.PAIN)),
        ([(HARDER, 9, 10)], Next(USUAL, Why.PAIN)),
        ([(EASIER, 9, 7)], Next(EASIER, Why.PAIN)),
        # ... also where it felt unsafe as well.
        ([(USUAL, 0, 6)], Next(EASIER, Why.PAIN)),
        # Unsafe: it stays, whatever came before.
        ([(USUAL, 4, 0)], Next(USUAL, Why.UNSAFE)),
        ([(USUAL, 9, 0)] * 3 + [(USUAL, 4, 0)], Next(USUAL, Why.UNSAFE)),
        # Pain of 4 and 5: it stays.
        ([(USUAL, 9, 4)], Next(USUAL, Why.WATCH)),
        ([(USUAL, 9, 0)] * 3 + [(USUAL, 9, 5)], Next(USUAL, Why.WATCH)),
        # Two comfortable sessions are not three.
        ([(EASIER, 7, 3)] * 2, Next(EASIER, Why.GO_ON)),
        ([(EASIER, 7, 3)] * 3, Next(EASIER, Why.READY, USUAL)),
        ([(USUAL, 10, 0)] * 3, Next(USUAL, Why.READY, HARDER)),
        # Whoever does not take it is offered it again.
        ([(EASIER, 8, 1)] * 5, Next(EASIER, Why.READY, USUAL)),
        # Neither safe (5 or 6) nor unsafe: it stays and does not count.
        ([(EASIER, 8, 1), (EASIER, 6, 1), (EASIER, 8, 1)], Next(EASIER, Why.GO_ON)),
        # A row is of one version.
        ([(EASIER, 8, 1)] * 2 + [(USUAL, 8, 1)], Next(USUAL, Why.GO_ON)),
        # After an easier one was chosen, the rules go on from there.
        ([(HARDER, 8, 1), (EASIER, 8, 1)], Next(EASIER, Why.GO_ON)),
        # There is nothing above the hardest.
        ([(HARDER, 9, 0)] * 3, Next(HARDER, Why.HARDEST)),
    ],
)
def test_what_comes_next(sessions: list[tuple[Version, int, int]], expected: Next) -> None:
    facts = done(*sessions)
    assert next_session(facts, after(facts)) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (LONG_AGO - 1, Next(USUAL, Why.READY, HARDER)),
        (LONG_AGO, Next(EASIER, Why.LONG_AGO, USUAL)),
        (90, Next(EASIER, Why.LONG_AGO, USUAL)),
    ],
)
def test_after_a_long_time_it_begins_easier(days: int, expected: Next) -> None:
    facts = done(*[(USUAL, 9, 0)] * 3)
    assert next_session(facts, after(facts, days)) == expected


def test_three_sessions_on_one_day_are_not_three() -> None:
    facts = [Session(MONDAY, EASIER, 9, 0)] * 3
    assert next_session(facts, MONDAY) == Next(EASIER, Why.GO_ON)
    facts += [Session(MONDAY + timedelta(days=n), EASIER, 9, 0) for n in (1, 2)]
    assert next_session(facts, facts[-1].day) == Next(EASIER, Why.READY, USUAL)


def test_after_a_long_time_on_the_easiest_there_is_only_that() -> None:
    facts = done((EASIER, 9, 0))
    assert next_session(facts, after(facts, 30)) == Next(EASIER, Why.LONG_AGO)


def test_an_easier_version_can_always_be_chosen() -> None:
    assert Next(EASIER, Why.FIRST, USUAL).choices == (EASIER, USUAL)
    assert Next(HARDER, Why.HARDEST).choices == (EASIER, USUAL, HARDER)
    assert Next(EASIER, Why.PAIN).choices == (EASIER,)


ratings = st.integers(0, 10)
sessions_of_a_pattern = st.lists(
    st.tuples(st.sampled_from(Version), ratings, ratings), max_size=12
).map(lambda each: done(*each))
gaps = st.integers(0, 60)


@given(sessions_of_a_pattern, gaps)
def test_it_never_forces_anybody_upwards(sessions: list[Session], gap: int) -> None:
    found = next_session(sessions, after(sessions, gap))
    if sessions:
        assert found.version <= sessions[-1].version
    else:
        assert found.version is EASIER
    assert found.version in found.choices
    assert EASIER in found.choices


@given(sessions_of_a_pattern.filter(bool), gaps)
def test_after_too_much_pain_it_is_easier_and_nothing_harder_is_offered(
    sessions: list[Session], gap: int
) -> None:
    found = next_session(sessions, after(sessions, gap))
    last = sessions[-1]
    if last.pain >= 6:
        assert found.version == max(EASIER, last.version - 1)
        assert found.offered is None
    elif last.safe <= 4:
        assert (found.version, found.offered) == (last.version, None)


@given(sessions_of_a_pattern.filter(bool), gaps)
def test_harder_is_offered_by_one_step_and_after_three_comfortable_sessions_only(
    sessions: list[Session], gap: int
) -> None:
    found = next_session(sessions, after(sessions, gap))
    last = sessions[-1]
    if found.offered is not None and found.offered > last.version:
        assert found.offered == last.version + 1
        lately = sessions[-COMFORTABLE_SESSIONS:]
        assert len(lately) == COMFORTABLE_SESSIONS
        assert all(s.version == last.version and s.pain <= 3 and s.safe >= 7 for s in lately)
        assert gap < LONG_AGO


@given(sessions_of_a_pattern.filter(bool), gaps, st.integers(1, 10))
def test_more_pain_never_brings_a_harder_next_session(
    sessions: list[Session], gap: int, more: int
) -> None:
    last = sessions[-1]
    worse = [
        *sessions[:-1],
        Session(last.day, last.version, last.safe, min(10, last.pain + more)),
    ]
    today = after(sessions, gap)
    before, then = next_session(sessions, today), next_session(worse, today)
    assert then.choices[-1] <= before.choices[-1]


@given(sessions_of_a_pattern)
def test_a_row_is_never_longer_than_what_was_done(sessions: list[Session]) -> None:
    assert 0 <= comfortable_in_a_row(sessions) <= len(sessions)


def test_patterns_come_in_three_stages_of_four_weeks() -> None:
    assert [stage(week) for week in (1, 4, 5, 8, 9, 12, 13, 40)] == [1, 1, 2, 2, 3, 3, 3, 3]
    by_week = {week: [p.value for p in Pattern if first_week(p) == week] for week in (1, 5, 9)}
    assert by_week == {
        1: ["rolling", "crawling", "kneeling"],
        5: ["squatting", "half_kneeling", "getting_up"],
        9: ["lifting", "carrying", "stepping", "turning"],
    }
    assert sum(map(len, by_week.values())) == len(Pattern)


def test_a_week_has_seven_days() -> None:
    weeks = [week_of(MONDAY, MONDAY + timedelta(days=days)) for days in (-3, 0, 6, 7, 83, 84)]
    assert weeks == [1, 1, 1, 2, 12, 13]


picks = st.sets(st.sampled_from(Pattern))


@given(picks, st.integers(1, WEEKS + 4))
def test_what_was_picked_opens_week_by_week_and_stays_open(picked: set[Pattern], week: int) -> None:
    now, later = open_patterns(picked, week), open_patterns(picked, week + 1)
    assert set(now) <= set(later) <= picked
    assert bool(now) == bool(picked)
    if week >= 9:
        assert set(now) == picked


@given(picks, st.integers(1, WEEKS), st.dictionaries(st.sampled_from(Pattern), st.dates()))
def test_today_has_three_at_most_of_what_is_open_the_newest_first(
    picked: set[Pattern], week: int, last_done: dict[Pattern, date]
) -> None:
    today = for_today(picked, week, last_done)
    open_now = open_patterns(picked, week)
    assert len(today) == min(PER_DAY, len(open_now))
    assert set(today) <= set(open_now)
    stages = [stage_of(pattern) for pattern in today]
    assert stages == sorted(stages, reverse=True)


def test_today_turns_through_the_patterns() -> None:
    """Of four new ones, that which was done last waits."""
    last_done = {
        Pattern.LIFTING: MONDAY,
        Pattern.CARRYING: MONDAY - timedelta(days=2),
        Pattern.STEPPING: MONDAY - timedelta(days=4),
    }
    assert for_today(list(Pattern), 9, last_done) == (
        Pattern.TURNING, Pattern.STEPPING, Pattern.CARRYING,
    )  # fmt: skip


def test_confidence_is_told_from_four_sessions_on() -> None:
    assert confidence([3, 4, 5]) is None
    assert confidence([3, 4, 5, 9]) == Confidence(4.0, 6.0)
    found = confidence([9, 9, 9, 2, 2, 2])
    assert found is not None
    assert not found.grew
