"""What is true of invented patients and unknown to the clinic: when back pain returns, and who stops responding. Pure.

The days to a recurrence follow a distribution with a formula, so that the app's curve can be compared with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Final

from walking.programme.outcomes import OCCASIONS
from walking.programme.survival import Definition

#: Median days to the first activity-limiting recurrence of those who walked in the trial: Lancet 2024.
MEDIAN: Final = 208
#: Shape of the Weibull distribution: pain returns slightly more often at first. Our choice, not the trial's.
SHAPE: Final = 0.9
#: The share of recurrences that count by each definition. Our choice, not the trial's.
COUNTS: Final = {Definition.ANY: 1.0, Definition.LIMITING: 0.8, Definition.CARE: 0.32}
#: Chosen so that half have had an activity-limiting one on day ``MEDIAN``.
_SCALE: Final = MEDIAN / (-math.log(1 - 0.5 / COUNTS[Definition.LIMITING])) ** (1 / SHAPE)

#: How they walk (names of the demo's habits), and how many out of 100.
_HABITS: Final = {"silent": 60, "steady": 20, "keen": 4, "partly": 8, "low": 4, "sore": 4}
#: The share who stop answering within a year (exponentially), who withdraw, and who never answer one month.
_LEAVING_A_DAY: Final = -math.log(1 - 0.2) / 365
_WITHDRAWS: Final = 0.05
_SKIPS: Final = 0.01
#: The share who wait for the reminder, and who skip the longer questionnaire.
_WAITS: Final = 0.25
_LEAVES_OUT: Final = 0.8
#: The shares of weeks with something special: away, ill, nothing walked, or a warning sign.
_ODD_WEEKS: Final = (("away", 0.04), ("empty", 0.05), ("alarmed", 0.0008))


def share_free(day: float, definition: Definition) -> float:
    """Return the share (0-1) of all patients without a recurrence until ``day`` after the start."""
    return 1 - COUNTS[definition] * (1 - math.exp(-((day / _SCALE) ** SHAPE)))


def median(definition: Definition) -> float | None:
    """Return the day on which half have had one; None if half never do."""
    if COUNTS[definition] <= 0.5:
        return None
    return _SCALE * float((-math.log(1 - 0.5 / COUNTS[definition])) ** (1 / SHAPE))


@dataclass(frozen=True, slots=True)
class Hidden:
    """The truth about one patient. Days count from the plan's first. ``recurs``: the day pain returns; ``lasts``: its
    days. ``told``: reported at once by the ``button``, in the ``check_in``, or only when the month is asked about
    (``month``). ``quiet``: from that day on no follow-up question is answered. ``withdraws``: the consent, on that
    day."""

    habit: str
    recurs: int
    lasts: int
    limits: bool
    care: bool
    told: str
    quiet: int
    withdraws: int | None
    skips: frozenset[int]
    waits: frozenset[int]
    leaves_out: frozenset[int]

    def counts(self, definition: Definition) -> bool:
        """Return whether the recurrence counts by this definition."""
        if definition is Definition.LIMITING:
            return self.limits
        return self.care if definition is Definition.CARE else True

    def habit_of(self, first_day: int, random: Random) -> str:
        """Return their habit in the week whose first day is ``first_day`` days after the start."""
        if first_day >= self.quiet:
            return "empty"
        if self.limits and first_day - 6 <= self.recurs <= first_day + 6:
            return "hurting"
        drawn = random.random()
        for habit, share in _ODD_WEEKS:
            if drawn < share:
                return habit
            drawn -= share
        return self.habit


def invent(random: Random, months: int) -> Hidden:
    """Return a patient who is followed for ``months``; the same ``Random`` gives the same patient."""
    kind = random.random()
    limits = kind < COUNTS[Definition.LIMITING]
    every = range(1, months + 1)
    return Hidden(
        habit=random.choices(list(_HABITS), list(_HABITS.values()))[0],
        # The first whole day by which it has happened, so that the distribution is right on whole days too.
        recurs=math.ceil(_SCALE * (-math.log(1 - random.random())) ** (1 / SHAPE)) or 1,
        # Longer than a week: not over yet when the check-in reports it.
        lasts=random.randrange(8, 21),
        limits=limits,
        care=kind < COUNTS[Definition.CARE],
        told=random.choice(("button", "check_in", "month")) if limits else "month",
        quiet=int(random.expovariate(_LEAVING_A_DAY)),
        withdraws=random.randrange(1, 366) if random.random() < _WITHDRAWS else None,
        skips=frozenset(month for month in every if random.random() < _SKIPS),
        waits=frozenset(month for month in every if random.random() < _WAITS),
        leaves_out=frozenset(month for month in OCCASIONS if random.random() < _LEAVES_OUT),
    )
