"""The ladder of doses, and the steps up and down (all our choice, not the trial's).

Steps compare totals (minutes a week) and work from any dose, including one that a
physiotherapist set off the ladder.
"""

from bisect import bisect_left, bisect_right
from functools import lru_cache

from walking.programme.dose import Dose
from walking.programme.settings import Programme


def ladder(programme: Programme) -> tuple[Dose, ...]:
    """Return the rungs from the baseline to the goal.

    More days first, then longer walks; totals strictly increase, by at most `weekly_increase`.
    """
    return _rungs(programme)[0]


def rungs_above(programme: Programme, dose: Dose) -> int:
    """Return how many rungs have a higher total than this dose."""
    rungs, totals = _rungs(programme)
    return len(rungs) - bisect_right(totals, dose.total)


def raised(programme: Programme, dose: Dose) -> Dose:
    """Return the lowest rung above this dose, or a smaller step if that rung is too far above it.

    Never adds more than `weekly_increase` minutes a week. A dose at or above the goal stays the same.
    """
    rungs, totals = _rungs(programme)
    above = bisect_right(totals, dose.total)
    if above == len(rungs):
        return dose
    if totals[above] <= dose.total + programme.weekly_increase:
        return rungs[above]
    # Only below the baseline is the next rung further away than that. The goal is no limit here.
    if dose.days < programme.baseline.days:
        return _with_a_day_more(programme, dose)
    return Dose(dose.minutes + _longer_by(programme, dose.days), dose.days)


def eased(programme: Programme, dose: Dose) -> Dose:
    """Return the highest rung below this dose; the dose itself if there is none."""
    rungs, totals = _rungs(programme)
    below = bisect_left(totals, dose.total)
    return rungs[below - 1] if below else dose


def halved(programme: Programme, dose: Dose) -> Dose:
    """Return the highest rung of at most half this dose, else the first rung.

    The dose stays the same if that would not lower its total.
    """
    rungs, totals = _rungs(programme)
    within_half = bisect_right(totals, dose.total // 2)
    rung = rungs[within_half - 1] if within_half else rungs[0]
    return rung if rung.total < dose.total else dose


@lru_cache(maxsize=1024)
def _rungs(programme: Programme) -> tuple[tuple[Dose, ...], tuple[int, ...]]:
    """Return the ladder and its totals, which every step searches."""
    goal = programme.goal
    dose = programme.baseline
    rungs = [dose]
    while dose != goal:
        if dose.days < goal.days:
            more = _with_a_day_more(programme, dose)
            dose = Dose(min(goal.minutes, more.minutes), more.days)
        else:
            longer = dose.minutes + _longer_by(programme, dose.days)
            dose = Dose(min(goal.minutes, longer), dose.days)
        rungs.append(dose)
    return tuple(rungs), tuple(rung.total for rung in rungs)


def _with_a_day_more(programme: Programme, dose: Dose) -> Dose:
    days = dose.days + 1
    return Dose((dose.total + programme.weekly_increase) // days, days)


def _longer_by(programme: Programme, days: int) -> int:
    """Return the minutes to add to each walk."""
    return max(1, programme.weekly_increase // days)
