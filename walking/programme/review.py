"""The weekly review (our rules, not the trial's): the first matching line of the table decides.

`TABLE` is the table of `programme.md`, line by line. What a review must remember from earlier
weeks is a `ReviewState`, passed in and returned.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from walking.programme.adherence import Adherence, adherence, adherence_by_day
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty, WeekFacts
from walking.programme.ladder import eased, halved, raised, rungs_above
from walking.programme.settings import Programme
from walking.programme.text import gettext_noop as _
from walking.programme.thresholds import USUAL, Thresholds


class Decision(StrEnum):
    """What happens to the dose."""

    ADVANCE = "advance"
    HOLD = "hold"
    EASE = "ease"
    STOP = "stop"
    ADJUST = "adjust"


class Reason(StrEnum):
    """Why, in the order of the table; each belongs to one line."""

    RED_FLAG = "red_flag"
    PHYSIOTHERAPIST = "physiotherapist"
    FLARE_UP = "flare_up"
    PAIN_HIGH = "pain_high"
    LAYOFF = "layoff"
    AWAY = "away"
    NO_DATA = "no_data"
    LOW_TWICE = "low_twice"
    LOW = "low"
    PAIN_MODERATE = "pain_moderate"
    PARTLY = "partly"
    TOO_HARD = "too_hard"
    NOT_CONFIDENT = "not_confident"
    AT_GOAL = "at_goal"
    SETTLING = "settling"
    CONSOLIDATING = "consolidating"
    CHECK_IN_NEEDED = "check_in_needed"
    FASTER = "faster"
    MET = "met"


class Flag(StrEnum):
    """What the physiotherapist should look at."""

    URGENT = "urgent"
    FLARE_UP = "flare_up"
    PAIN = "pain"
    QUIET = "quiet"
    STRUGGLING = "struggling"
    CHECK_IN_NEEDED = "check_in_needed"


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What a review needs to know about the weeks before it.

    `empty_row`: weeks in a row without any minutes. `low_row`: weeks in a row under 50%; a week
    away ends it. `settling`: line 15 is due next. `good_weeks`: the count of line 16.
    `unchecked_raises`: the count of line 17.
    """

    empty_row: int = 0
    low_row: int = 0
    settling: bool = False
    good_weeks: int = 0
    unchecked_raises: int = 0

    def after_resume(self) -> "ReviewState":
        """Return the state when a physiotherapist resumes a paused plan at a chosen dose.

        Like an adjustment, this ends settling and restarts line 16's count; the rows continue.
        """
        return replace(self, settling=False, good_weeks=0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a review decided.

    `line`: the line of the table, 1-19. `next`: next week's dose; None after a stop and after the
    last week. `pain`: the highest recorded for the week (0-10), None if unknown. `state`: for the
    next review. `thresholds`: what was compared with.
    """

    line: int
    decision: Decision
    reason: Reason
    next: Dose | None
    flags: tuple[Flag, ...]
    adherence: Adherence
    pain: int | None
    state: ReviewState
    thresholds: Thresholds = USUAL


@dataclass(slots=True)
class _Week:
    """The week as the lines of the table see it; rows and counts include this week's facts."""

    programme: Programme
    thresholds: Thresholds
    dose: Dose
    adherence: Adherence
    check_in: CheckIn | None
    adjustment: Dose | None
    flare_up: bool
    pain: int | None
    empty: bool
    away: bool
    empty_row: int
    low_row: int
    settling: bool
    good_weeks: int
    unchecked_raises: int

    def pain_at_least(self, least: int) -> bool:
        return self.pain is not None and self.pain >= least

    def has_red_flag(self) -> bool:
        return self.check_in is not None and bool(self.check_in.red_flags)

    def felt(self, difficulty: Difficulty) -> bool:
        return self.check_in is not None and self.check_in.difficulty is difficulty

    def is_not_confident(self) -> bool:
        confidence = self.check_in.confidence if self.check_in else None
        return confidence is not None and confidence <= self.thresholds.low_confidence

    def may_go_faster(self) -> bool:
        # Pain is unknown or mild here: lines 4 and 10 match everything else.
        return (
            self.programme.allow_faster
            and self.felt(Difficulty.TOO_EASY)
            and self.adherence.full
            and self.dose.total >= self.programme.baseline.total
            and rungs_above(self.programme, self.dose) >= 2
        )


def _no_dose(week: _Week) -> Dose | None:
    return None


def _set_dose(week: _Week) -> Dose | None:
    return week.adjustment


def _same(week: _Week) -> Dose | None:
    return week.dose


def _eased(week: _Week) -> Dose | None:
    return eased(week.programme, week.dose)


def _halved(week: _Week) -> Dose | None:
    return halved(week.programme, week.dose)


def _raised(week: _Week) -> Dose | None:
    return raised(week.programme, week.dose)


def _raised_twice(week: _Week) -> Dose | None:
    return raised(week.programme, raised(week.programme, week.dose))


def _flags_under_an_adjustment(week: _Week) -> tuple[Flag, ...]:
    """Return the flag of line 3, else that of line 4: one of them, not both."""
    if week.flare_up:
        return (Flag.FLARE_UP,)
    return (Flag.PAIN,) if week.pain_at_least(week.thresholds.pain_too_much) else ()


def _quiet_without_a_check_in(week: _Week) -> tuple[Flag, ...]:
    return (Flag.QUIET,) if week.check_in is None else ()


type _Flags = tuple[Flag, ...] | Callable[[_Week], tuple[Flag, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `when` is its condition in words, a msgid with
    the thresholds as parameters."""

    number: int
    when: str
    fits: Callable[[_Week], bool]
    decision: Decision
    reason: Reason
    next_dose: Callable[[_Week], Dose | None]
    flags: _Flags = ()


# fmt: off
TABLE: Final[tuple[Line, ...]] = (
    Line(1, _("a red flag in the check-in"),
         lambda week: week.has_red_flag(),
         Decision.STOP, Reason.RED_FLAG, _no_dose, (Flag.URGENT,)),
    Line(2, _("the physiotherapist set next week's dose"),
         lambda week: week.adjustment is not None,
         Decision.ADJUST, Reason.PHYSIOTHERAPIST, _set_dose, _flags_under_an_adjustment),
    Line(3, _("flare-up (activity-limiting, 24 hours or more)"),
         lambda week: week.flare_up,
         Decision.EASE, Reason.FLARE_UP, _halved, (Flag.FLARE_UP,)),
    Line(4, _("pain %(pain_too_much)s or more"),
         lambda week: week.pain_at_least(week.thresholds.pain_too_much),
         Decision.EASE, Reason.PAIN_HIGH, _eased, (Flag.PAIN,)),
    Line(5, _("%(layoff_weeks)s or more empty weeks in a row"),
         lambda week: week.empty_row >= week.thresholds.layoff_weeks,
         Decision.EASE, Reason.LAYOFF, _halved, _quiet_without_a_check_in),
    Line(6, _("away (ill, travelling), adherence under %(mostly_done_percent)s%%"),
         lambda week: week.away and week.adherence.below(week.thresholds.mostly_done_percent),
         Decision.HOLD, Reason.AWAY, _same),
    Line(7, _("empty week and no check-in"),
         lambda week: week.empty and week.check_in is None,
         Decision.HOLD, Reason.NO_DATA, _same),
    Line(8, _("adherence under %(half_done_percent)s%%, %(low_weeks)s or more such weeks in a row"),
         lambda week: week.low_row >= week.thresholds.low_weeks,
         Decision.EASE, Reason.LOW_TWICE, _eased, (Flag.STRUGGLING,)),
    Line(9, _("adherence under %(half_done_percent)s%%"),
         lambda week: week.adherence.below(week.thresholds.half_done_percent),
         Decision.HOLD, Reason.LOW, _same),
    Line(10, _("pain %(moderate)s"),
         lambda week: week.pain_at_least(week.thresholds.pain_moderate),
         Decision.HOLD, Reason.PAIN_MODERATE, _same),
    Line(11, _("adherence under %(mostly_done_percent)s%%"),
         lambda week: week.adherence.below(week.thresholds.mostly_done_percent),
         Decision.HOLD, Reason.PARTLY, _same),
    Line(12, _("check-in says too hard"),
         lambda week: week.felt(Difficulty.TOO_HARD),
         Decision.HOLD, Reason.TOO_HARD, _same),
    Line(13, _("confidence for next week %(low_confidence)s or less of 10"),
         lambda week: week.is_not_confident(),
         Decision.HOLD, Reason.NOT_CONFIDENT, _same),
    Line(14, _("the dose's total is the goal's or more"),
         lambda week: week.dose.total >= week.programme.goal.total,
         Decision.HOLD, Reason.AT_GOAL, _same),
    Line(15, _("the first good week after a flare-up or high pain"),
         lambda week: week.settling,
         Decision.HOLD, Reason.SETTLING, _same),
    Line(16, _("fewer good weeks on this dose than the weeks per rung, this one counted"),
         lambda week: week.good_weeks + 1 < week.programme.weeks_per_rung,
         Decision.HOLD, Reason.CONSOLIDATING, _same),
    Line(17, _("no check-in, and %(unchecked_raises)s raises without one since the last check-in"),
         lambda week: week.check_in is None and week.unchecked_raises >= week.thresholds.unchecked_raises,
         Decision.HOLD, Reason.CHECK_IN_NEEDED, _same, (Flag.CHECK_IN_NEEDED,)),
    Line(18, _("faster is allowed, felt too easy, all done, and two rungs or more above"),
         lambda week: week.may_go_faster(),
         Decision.ADVANCE, Reason.FASTER, _raised_twice),
    Line(19, _("otherwise"),
         lambda week: True,
         Decision.ADVANCE, Reason.MET, _raised),
)
# fmt: on

_STARTS_SETTLING: Final = (3, 4)
_ENDS_SETTLING: Final = (2, 15)
_GOOD_WEEK: Final = (15, 16, 17)


def review(
    programme: Programme, state: ReviewState, dose: Dose, facts: WeekFacts, *, last_week: bool
) -> Outcome:
    """Decide next week's dose from a week's facts.

    `state` comes from the review before (`ReviewState()` for the first week), `dose` is the dose the
    week ended with. After the last week the decision is made as usual, without a next dose.
    """
    week = _looked_at(programme, state, dose, facts)
    for line in TABLE:
        if line.fits(week):
            break
    flags = line.flags
    return Outcome(
        line=line.number,
        decision=line.decision,
        reason=line.reason,
        next=None if last_week else line.next_dose(week),
        flags=flags if isinstance(flags, tuple) else flags(week),
        adherence=week.adherence,
        pain=week.pain,
        state=_state_after(week, line),
        thresholds=week.thresholds,
    )


def _looked_at(programme: Programme, state: ReviewState, dose: Dose, facts: WeekFacts) -> _Week:
    check_in = facts.check_in
    pain = facts.walk_pain
    if check_in is not None and check_in.pain is not None:
        pain = check_in.pain if pain is None else max(pain, check_in.pain)
    if facts.first_doses is None:
        done = adherence(facts.minutes_by_day, dose)
    else:
        done = adherence_by_day(facts.minutes_by_day, facts.first_doses)
    empty = not any(facts.minutes_by_day.values())
    away = facts.absent or (check_in is not None and check_in.away)
    low = done.below(programme.thresholds.half_done_percent) and not away
    # A flare-up already handled in mid-week counts as this line 3: settling began with it.
    acted = facts.flare_up_acted
    return _Week(
        programme=programme,
        thresholds=programme.thresholds,
        dose=dose,
        adherence=done,
        check_in=check_in,
        adjustment=facts.adjustment,
        flare_up=check_in is not None and check_in.flare_up and not acted,
        pain=pain,
        empty=empty,
        away=away,
        empty_row=state.empty_row + 1 if empty else 0,
        low_row=state.low_row + 1 if low else 0,
        settling=state.settling or acted,
        good_weeks=0 if acted else state.good_weeks,
        unchecked_raises=state.unchecked_raises if check_in is None else 0,
    )


def _state_after(week: _Week, line: Line) -> ReviewState:
    number = line.number
    raised_unchecked = line.decision is Decision.ADVANCE and week.check_in is None
    return ReviewState(
        empty_row=week.empty_row,
        low_row=week.low_row,
        settling=number in _STARTS_SETTLING or (week.settling and number not in _ENDS_SETTLING),
        good_weeks=week.good_weeks + 1 if number in _GOOD_WEEK else 0,
        unchecked_raises=week.unchecked_raises + raised_unchecked,
    )
