"""Each line of the table, and each note under it, by example."""

from dataclasses import replace
from typing import Any

import pytest

from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty, WeekFacts
from walking.programme.red_flags import RedFlag
from walking.programme.review import (
    TABLE,
    Decision,
    Flag,
    Outcome,
    Reason,
    ReviewState,
    review,
)
from walking.programme.settings import Programme

PROGRAMME = Programme()
DOSE = Dose(14, 5)  # 70 minutes; 12x5 below, 16x5 above
NEW = ReviewState()
GOOD = CheckIn(pain=1, difficulty=Difficulty.ABOUT_RIGHT, confidence=8)


def walked(days: int, minutes: int = 14) -> dict[int, int]:
    return dict.fromkeys(range(1, days + 1), minutes)


FULL = WeekFacts(walked(5), check_in=GOOD)
SILENT = WeekFacts({})
SILENT_ROW = ReviewState(empty_row=1, low_row=1)


def reviewed(
    facts: WeekFacts,
    state: ReviewState = NEW,
    *,
    programme: Programme = PROGRAMME,
    dose: Dose = DOSE,
    last_week: bool = False,
) -> Outcome:
    return review(programme, state, dose, facts, last_week=last_week)


def checked_in(days: int = 5, minutes: int = 14, **answers: Any) -> WeekFacts:
    return WeekFacts(walked(days, minutes), check_in=replace(GOOD, **answers))


@pytest.mark.parametrize(
    ("line", "facts", "state", "decision", "reason", "next_dose", "flags"),
    [
        (1, checked_in(red_flags=(RedFlag.TRAUMA,)), NEW, "stop", "red_flag", None, ["urgent"]),
        (2, replace(FULL, adjustment=Dose(9, 2)), NEW, "adjust", "physiotherapist", Dose(9, 2), []),
        (3, checked_in(flare_up=True), NEW, "ease", "flare_up", Dose(10, 3), ["flare_up"]),
        (4, checked_in(pain=6), NEW, "ease", "pain_high", Dose(12, 5), ["pain"]),
        (5, SILENT, SILENT_ROW, "ease", "layoff", Dose(10, 3), ["quiet"]),
        (6, checked_in(days=3, away=True), NEW, "hold", "away", DOSE, []),
        (7, SILENT, NEW, "hold", "no_data", DOSE, []),
        (8, checked_in(2), ReviewState(low_row=1), "ease", "low_twice", Dose(12, 5), ["struggling"]),
        (9, checked_in(days=2), NEW, "hold", "low", DOSE, []),
        (10, checked_in(pain=4), NEW, "hold", "pain_moderate", DOSE, []),
        (11, checked_in(days=3), NEW, "hold", "partly", DOSE, []),
        (12, checked_in(difficulty=Difficulty.TOO_HARD), NEW, "hold", "too_hard", DOSE, []),
        (13, checked_in(confidence=4), NEW, "hold", "not_confident", DOSE, []),
        (15, FULL, ReviewState(settling=True), "hold", "settling", DOSE, []),
        (17, WeekFacts(walked(5)), ReviewState(unchecked_raises=2), "hold", "check_in_needed", DOSE,
         ["check_in_needed"]),
        (19, FULL, NEW, "advance", "met", Dose(16, 5), []),
    ],
)  # fmt: skip
def test_a_line_of_the_table(
    line: int,
    facts: WeekFacts,
    state: ReviewState,
    decision: str,
    reason: str,
    next_dose: Dose | None,
    flags: list[str],
) -> None:
    outcome = reviewed(facts, state)
    assert outcome.line == line
    assert outcome.decision == decision
    assert outcome.reason == reason
    assert outcome.next == next_dose
    assert list(outcome.flags) == flags


def test_line_14_holds_at_the_goal_and_above_it() -> None:
    for dose in (Dose(30, 5), Dose(40, 5)):
        outcome = reviewed(checked_in(minutes=60), dose=dose)
        assert (outcome.line, outcome.reason, outcome.next) == (14, Reason.AT_GOAL, dose)


def test_line_16_waits_for_the_weeks_of_a_rung() -> None:
    gentle = Programme(weeks_per_rung=3)
    lines, state = [], NEW
    for _ in range(4):
        outcome = reviewed(FULL, state, programme=gentle)
        lines.append(outcome.line)
        state = outcome.state
    assert lines == [16, 16, 19, 16]


def test_line_18_raises_twice() -> None:
    outcome = reviewed(
        checked_in(difficulty=Difficulty.TOO_EASY), programme=Programme(allow_faster=True)
    )
    assert (outcome.line, outcome.decision, outcome.next) == (18, Decision.ADVANCE, Dose(18, 5))


@pytest.mark.parametrize(
    ("facts", "dose", "allow_faster"),
    [
        (checked_in(difficulty=Difficulty.TOO_EASY), DOSE, False),
        (checked_in(), DOSE, True),
        (checked_in(minutes=13, difficulty=Difficulty.TOO_EASY), DOSE, True),  # not all of it
        (checked_in(difficulty=Difficulty.TOO_EASY), Dose(9, 3), True),  # below the baseline
        (checked_in(minutes=30, difficulty=Difficulty.TOO_EASY), Dose(28, 5), True),  # one rung
    ],
)
def test_line_18_needs_all_of_its_conditions(
    facts: WeekFacts, dose: Dose, allow_faster: bool
) -> None:
    outcome = reviewed(facts, dose=dose, programme=Programme(allow_faster=allow_faster))
    assert outcome.line == 19


def test_line_18_goes_by_unknown_pain_too() -> None:
    facts = checked_in(pain=None, difficulty=Difficulty.TOO_EASY)
    assert reviewed(facts, programme=Programme(allow_faster=True)).line == 18


def test_the_table_is_the_specifications() -> None:
    assert [line.number for line in TABLE] == list(range(1, 20))
    assert [line.reason for line in TABLE] == list(Reason)


# What counts as known ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("in_check_in", "after_walks", "pain"),
    [(None, None, None), (2, None, 2), (None, 3, 3), (2, 9, 9), (6, 1, 6), (0, None, 0)],
)
def test_pain_is_the_highest_wherever_it_was_given(
    in_check_in: int | None, after_walks: int | None, pain: int | None
) -> None:
    facts = WeekFacts(walked(5), walk_pain=after_walks, check_in=replace(GOOD, pain=in_check_in))
    assert reviewed(facts).pain == pain


@pytest.mark.parametrize(("pain", "line"), [(3, 19), (4, 10), (5, 10), (6, 4), (10, 4)])
def test_the_bounds_of_pain(pain: int, line: int) -> None:
    assert reviewed(checked_in(pain=pain)).line == line


@pytest.mark.parametrize(("confidence", "line"), [(None, 19), (5, 19), (4, 13), (0, 13)])
def test_the_bound_of_confidence(confidence: int | None, line: int) -> None:
    assert reviewed(checked_in(confidence=confidence)).line == line


@pytest.mark.parametrize(("minutes", "line"), [(8, 19), (7, 11), (5, 11), (4, 9)])
def test_the_bounds_of_adherence(minutes: int, line: int) -> None:
    assert reviewed(checked_in(minutes=minutes), dose=Dose(10, 5)).line == line


@pytest.mark.parametrize(("done", "line"), [(80, 19), (79, 11), (50, 11), (49, 9)])
def test_the_bounds_of_adherence_to_the_minute(done: int, line: int) -> None:
    # Of 50x2, which is 100 minutes
    facts = WeekFacts({1: done // 2, 2: done - done // 2}, check_in=GOOD)
    outcome = reviewed(facts, dose=Dose(50, 2))
    assert (outcome.adherence.percent, outcome.line) == (done, line)


def test_days_without_minutes_are_as_empty_as_no_days() -> None:
    assert reviewed(WeekFacts({1: 0, 2: 0})).reason is Reason.NO_DATA


# Notes under the table ---------------------------------------------------------------------------


def test_an_adjustment_carries_the_flag_of_line_3_or_else_of_line_4() -> None:
    def flags(**answers: Any) -> tuple[Flag, ...]:
        return reviewed(replace(checked_in(**answers), adjustment=DOSE)).flags

    assert flags(flare_up=True, pain=8) == (Flag.FLARE_UP,)
    assert flags(pain=8) == (Flag.PAIN,)
    assert flags(pain=5) == ()


def test_a_layoff_is_quiet_only_without_a_check_in() -> None:
    outcome = reviewed(WeekFacts({}, check_in=CheckIn()), SILENT_ROW)
    assert (outcome.reason, outcome.flags) == (Reason.LAYOFF, ())


def test_rows_go_on_whatever_line_a_week_got() -> None:
    for facts in (
        WeekFacts({}, check_in=CheckIn(red_flags=(RedFlag.FAINT,))),
        WeekFacts({}, adjustment=Dose(20, 3)),
        WeekFacts({}, check_in=CheckIn(flare_up=True)),
        SILENT,
    ):
        state = reviewed(facts).state
        assert (state.empty_row, state.low_row) == (1, 1)
        assert reviewed(SILENT, state).reason is Reason.LAYOFF


def test_away_ends_the_low_row_and_not_the_empty_row() -> None:
    away = WeekFacts({}, check_in=CheckIn(away=True))
    state = reviewed(away, SILENT_ROW).state
    assert (state.empty_row, state.low_row) == (2, 0)


def test_a_good_week_ends_both_rows() -> None:
    state = reviewed(FULL, ReviewState(empty_row=3, low_row=3)).state
    assert (state.empty_row, state.low_row) == (0, 0)


def test_being_away_does_not_spoil_a_week_that_was_walked() -> None:
    assert reviewed(checked_in(away=True)).reason is Reason.MET


def test_an_absence_entered_ahead_is_away_without_being_a_check_in() -> None:
    absent = WeekFacts(walked(2), absent=True)
    outcome = reviewed(absent, ReviewState(low_row=1))
    assert outcome.reason is Reason.AWAY
    assert outcome.state.low_row == 0
    # Line 5 comes first and still calls the week quiet; line 17 still misses the check-in.
    assert reviewed(WeekFacts({}, absent=True), SILENT_ROW).flags == (Flag.QUIET,)
    full = WeekFacts(walked(5), absent=True)
    assert reviewed(full, ReviewState(unchecked_raises=2)).line == 17


def test_more_raises_without_a_check_in_than_the_threshold_hold_too() -> None:
    """A clinic may lower the threshold while plans run."""
    assert reviewed(WeekFacts(walked(5)), ReviewState(unchecked_raises=3)).line == 17


@pytest.mark.parametrize("start", [checked_in(flare_up=True), checked_in(pain=7)])
def test_settling_waits_for_a_good_week(start: WeekFacts) -> None:
    state = reviewed(start).state
    assert state.settling
    state = reviewed(checked_in(days=3), state).state
    assert state.settling
    settled = reviewed(FULL, state)
    assert settled.reason is Reason.SETTLING
    assert not settled.state.settling
    assert reviewed(FULL, settled.state).reason is Reason.MET


def test_settling_follows_also_where_the_dose_could_not_fall() -> None:
    outcome = reviewed(checked_in(pain=7), dose=Dose(10, 3))
    assert outcome.next == Dose(10, 3)
    assert outcome.state.settling


def test_an_adjustment_ends_settling_and_a_flare_up_under_it_starts_none() -> None:
    adjusted = replace(checked_in(flare_up=True, pain=9), adjustment=DOSE)
    assert not reviewed(adjusted, ReviewState(settling=True)).state.settling


def test_other_lines_leave_settling_as_it_is() -> None:
    at_goal = reviewed(
        checked_in(minutes=30), ReviewState(settling=True, good_weeks=1), dose=Dose(30, 5)
    )
    assert at_goal.state == ReviewState(settling=True)
    assert not reviewed(SILENT, SILENT_ROW).state.settling


@pytest.mark.parametrize(
    ("facts", "state", "good_weeks"),
    [
        (FULL, ReviewState(settling=True, good_weeks=1), 2),
        (FULL, ReviewState(good_weeks=1), 2),
        (WeekFacts(walked(5)), ReviewState(good_weeks=3, unchecked_raises=2), 4),
        (checked_in(days=3), ReviewState(good_weeks=1), 0),
        (checked_in(confidence=1), ReviewState(good_weeks=1), 0),
        (replace(FULL, adjustment=DOSE), ReviewState(good_weeks=1), 0),
        (FULL, ReviewState(good_weeks=3), 0),  # an advance
    ],
)
def test_good_weeks_are_counted_on_lines_15_to_17(
    facts: WeekFacts, state: ReviewState, good_weeks: int
) -> None:
    outcome = reviewed(facts, state, programme=Programme(weeks_per_rung=4))
    assert outcome.state.good_weeks == good_weeks


def test_no_third_raise_without_a_check_in() -> None:
    lines, state = [], NEW
    for facts in [WeekFacts(walked(5, 60))] * 4 + [FULL] + [WeekFacts(walked(5, 60))]:
        outcome = reviewed(facts, state)
        lines.append(outcome.line)
        state = outcome.state
    assert lines == [19, 19, 17, 17, 19, 19]


@pytest.mark.parametrize("facts", [checked_in(days=3), checked_in(pain=8), checked_in(away=True)])
def test_a_check_in_in_any_week_clears_the_count_of_unchecked_raises(facts: WeekFacts) -> None:
    assert reviewed(facts, ReviewState(unchecked_raises=2)).state.unchecked_raises == 0


def test_nothing_but_an_unchecked_advance_adds_to_that_count() -> None:
    state = ReviewState(unchecked_raises=1)
    assert reviewed(WeekFacts(walked(5)), state).state.unchecked_raises == 2
    for facts in (SILENT, WeekFacts(walked(3)), WeekFacts(walked(5), adjustment=Dose(30, 5))):
        assert reviewed(facts, state).state.unchecked_raises == 1


def test_the_last_week_is_decided_as_usual_without_a_next_dose() -> None:
    for facts in (FULL, checked_in(flare_up=True), replace(FULL, adjustment=DOSE)):
        usual = reviewed(facts)
        assert reviewed(facts, last_week=True) == replace(usual, next=None)


def test_a_resume_is_like_an_adjustment() -> None:
    state = ReviewState(2, 3, settling=True, good_weeks=2, unchecked_raises=1)
    assert state.after_resume() == ReviewState(2, 3, unchecked_raises=1)


# A flare-up that acted in mid-week ---------------------------------------------------------------

HALVED = Dose(10, 3)
MID_WEEK = WeekFacts(
    {1: 14, 2: 14, 4: 10, 6: 10},
    check_in=replace(GOOD, flare_up=True),
    flare_up_acted=True,
    first_doses=(DOSE,) * 3 + (HALVED,) * 4,
)


def test_line_3_is_not_taken_again_and_line_15_follows() -> None:
    outcome = reviewed(MID_WEEK, ReviewState(good_weeks=2), dose=HALVED)
    assert outcome.reason is Reason.SETTLING
    assert outcome.next == HALVED
    assert outcome.flags == ()
    assert outcome.state.good_weeks == 1
    assert reviewed(FULL, outcome.state, dose=HALVED).reason is Reason.MET


def test_the_week_is_judged_by_the_dose_of_each_day() -> None:
    # 2 x 14/70 + 2 x 10/30, capped at the whole
    assert reviewed(MID_WEEK, dose=HALVED).adherence.full
    less = replace(MID_WEEK, minutes_by_day={1: 14, 4: 10})
    outcome = reviewed(less, dose=HALVED)
    assert outcome.adherence.value == pytest.approx(14 / 70 + 10 / 30)
    assert outcome.reason is Reason.PARTLY
    assert outcome.state.settling


def test_other_lines_come_before_as_ever() -> None:
    in_pain = replace(MID_WEEK, walk_pain=8)
    assert reviewed(in_pain, dose=Dose(12, 5)).reason is Reason.PAIN_HIGH
    adjusted = replace(MID_WEEK, adjustment=DOSE)
    outcome = reviewed(adjusted, dose=HALVED)
    assert (outcome.reason, outcome.flags) == (Reason.PHYSIOTHERAPIST, ())
    assert not outcome.state.settling
