"""What must hold in every week of every plan."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.programme.strategies import check_ins, doses, facts, programmes, states
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, WeekFacts
from walking.programme.red_flags import RedFlag
from walking.programme.review import Decision, Flag, Outcome, ReviewState, review
from walking.programme.settings import Programme


@st.composite
def good_weeks(draw: st.DrawFn) -> tuple[Programme, Dose, WeekFacts]:
    """Weeks in which everything was walked: invented ones hardly ever reach the last lines."""
    programme, dose = draw(programmes()), draw(doses)
    week = draw(facts)
    full = dict.fromkeys(range(1, dose.days + 1), dose.minutes)
    return (
        programme,
        dose,
        replace(week, minutes_by_day=full, first_doses=None, adjustment=None),
    )


def check_the_step(programme: Programme, dose: Dose, outcome: Outcome) -> None:
    after = outcome.next or dose
    rise = after.total - dose.total
    match outcome.decision:
        case Decision.ADVANCE:
            allowed = programme.weekly_increase * (2 if outcome.line == 18 else 1)
            assert 0 < rise <= allowed
        case Decision.EASE:
            assert rise <= 0
        case Decision.HOLD:
            assert after == dose
        case Decision.STOP:
            assert outcome.next is None


@given(programmes(), states, doses, facts)
def test_no_step_is_larger_than_allowed(
    programme: Programme, state: ReviewState, dose: Dose, week: WeekFacts
) -> None:
    check_the_step(programme, dose, review(programme, state, dose, week, last_week=False))


@given(good_weeks(), states)
def test_no_step_is_larger_than_allowed_after_a_good_week(
    good: tuple[Programme, Dose, WeekFacts], state: ReviewState
) -> None:
    programme, dose, week = good
    check_the_step(programme, dose, review(programme, state, dose, week, last_week=False))


@given(programmes(), states, doses, facts, check_ins, st.sampled_from(RedFlag), st.booleans())
def test_a_red_flag_always_stops(
    programme: Programme,
    state: ReviewState,
    dose: Dose,
    week: WeekFacts,
    check_in: CheckIn,
    red_flag: RedFlag,
    last_week: bool,
) -> None:
    week = replace(week, check_in=replace(check_in, red_flags=(red_flag,)))
    outcome = review(programme, state, dose, week, last_week=last_week)
    assert (outcome.decision, outcome.next) == (Decision.STOP, None)
    assert outcome.flags == (Flag.URGENT,)


@given(good_weeks(), states, st.integers(4, 10), st.booleans())
def test_nothing_advances_on_pain_of_4_or_more(
    good: tuple[Programme, Dose, WeekFacts], state: ReviewState, pain: int, after_a_walk: bool
) -> None:
    programme, dose, week = good
    if after_a_walk:
        week = replace(week, walk_pain=pain)
    else:
        week = replace(week, check_in=replace(week.check_in or CheckIn(), pain=pain))
    outcome = review(programme, state, dose, week, last_week=False)
    assert outcome.decision is not Decision.ADVANCE


@given(programmes(), states, doses, facts, st.booleans())
def test_the_same_week_is_always_judged_alike(
    programme: Programme, state: ReviewState, dose: Dose, week: WeekFacts, last_week: bool
) -> None:
    first = review(programme, state, dose, week, last_week=last_week)
    assert review(programme, state, dose, week, last_week=last_week) == first


@given(programmes(), states, doses, facts)
def test_the_last_week_differs_by_its_missing_dose_only(
    programme: Programme, state: ReviewState, dose: Dose, week: WeekFacts
) -> None:
    usual = review(programme, state, dose, week, last_week=False)
    assert review(programme, state, dose, week, last_week=True) == replace(usual, next=None)


@given(programmes(), doses, st.lists(facts, max_size=12))
def test_rows_are_counted_from_the_facts_alone(
    programme: Programme, dose: Dose, weeks: list[WeekFacts]
) -> None:
    state = ReviewState()
    empty_row = low_row = 0
    for week in weeks:
        outcome = review(programme, state, dose, week, last_week=False)
        away = week.absent or bool(week.check_in and week.check_in.away)
        empty_row = empty_row + 1 if sum(week.minutes_by_day.values()) == 0 else 0
        low_row = low_row + 1 if outcome.adherence.value < 0.5 and not away else 0
        assert (outcome.state.empty_row, outcome.state.low_row) == (empty_row, low_row)
        state, dose = outcome.state, outcome.next or dose
