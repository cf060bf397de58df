"""What hypothesis may invent: every programme, dose, state and week that the rules allow."""

from hypothesis import strategies as st

from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty, WeekFacts
from walking.programme.red_flags import RedFlag
from walking.programme.review import ReviewState
from walking.programme.settings import (
    ADJUSTED_DAYS,
    ADJUSTED_MINUTES,
    BASELINE_DAYS,
    BASELINE_MINUTES,
    CONFIDENCE,
    GOAL_DAYS,
    GOAL_MINUTES,
    LENGTH_WEEKS,
    PAIN,
    WALK_DAY,
    WALK_MINUTES,
    WEEKLY_INCREASE,
    WEEKS_PER_RUNG,
    Programme,
    Range,
)


def within(allowed: Range) -> st.SearchStrategy[int]:
    return st.integers(allowed.low, allowed.high)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    baseline = Dose(draw(within(BASELINE_MINUTES)), draw(within(BASELINE_DAYS)))
    return Programme(
        baseline=baseline,
        goal=Dose(
            draw(st.integers(baseline.minutes, GOAL_MINUTES.high)),
            draw(st.integers(baseline.days, GOAL_DAYS.high)),
        ),
        weekly_increase=draw(within(WEEKLY_INCREASE)),
        weeks_per_rung=draw(within(WEEKS_PER_RUNG)),
        length_weeks=draw(within(LENGTH_WEEKS)),
        allow_faster=draw(st.booleans()),
    )


# Any dose that a plan can come to: what a physiotherapist may set.
doses = st.builds(Dose, within(ADJUSTED_MINUTES), within(ADJUSTED_DAYS))

minutes_by_day = st.dictionaries(
    within(WALK_DAY), st.integers(0, 3 * WALK_MINUTES.high), max_size=7
)

check_ins = st.builds(
    CheckIn,
    pain=st.none() | within(PAIN),
    difficulty=st.none() | st.sampled_from(Difficulty),
    confidence=st.none() | within(CONFIDENCE),
    flare_up=st.booleans(),
    away=st.booleans(),
    red_flags=st.none() | st.lists(st.sampled_from(RedFlag), unique=True, max_size=2).map(tuple),
)

facts = st.builds(
    WeekFacts,
    minutes_by_day=minutes_by_day,
    walk_pain=st.none() | within(PAIN),
    check_in=st.none() | check_ins,
    adjustment=st.none() | doses,
    absent=st.booleans(),
    flare_up_acted=st.booleans(),
    first_doses=st.none() | st.lists(doses, min_size=7, max_size=7).map(tuple),
)

states = st.builds(
    ReviewState,
    empty_row=st.integers(0, 3),
    low_row=st.integers(0, 3),
    settling=st.booleans(),
    good_weeks=st.integers(0, 5),
    unchecked_raises=st.integers(0, 3),
)
