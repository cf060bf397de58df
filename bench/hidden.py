"""What is so of invented patients and nobody in the clinic knows: when back pain returns, and who goes quiet. Pure.

The days to a recurrence follow a law with a formula, so that a curve can be held against what it ought to find.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Final

from walking.programme.outcomes import OCCASIONS
from walking.programme.survival import Definition

#: The median of days to the first activity-limiting recurrence, that of those who walked in the trial: Lancet 2024.
MEDIAN: Final = 208
#: Of a Weibull law: pain returns a little more readily at first (ours).
SHAPE: Final = 0.9
#: The share of recurrences that count by each definition (ours).
COUNTS: Final = {Definition.ANY: 1.0, Definition.LIMITING: 0.8, Definition.CARE: 0.32}
#: So that half have had one that limits on day ``MEDIAN``.
_SCALE: Final = MEDIAN / (-math.log(1 - 0.5 / COUNTS[Definition.LIMITING])) ** (1 / SHAPE)

#: How they walk (names of the demo's habits), and how many of a hundred.
_HABITS: Final = {"silent": 60, "steady": 20, "keen": 4, "partly": 8, "low": 4, "sore": 4}
#: The share who stop answering in a year, by an exponential law; who withdraw; and who never answer one month.
_LEAVING_A_DAY: Final = -math.log(1 - 0.2) / 365
_WITHDRAWS: Final = 0.05
_SKIPS: Final = 0.01
#: Who waits to be asked again, and who leaves the longer list out.
_WAITS: Final = 0.25
_LEAVES_OUT: Final = 0.8
#: Of the weeks of those who are on their way: away, ill, nothing walked, or a warning sign.
_ODD_WEEKS: Final = (("away", 0.04), ("empty", 0.05), ("alarmed", 0.0008))


def share_free(day: float, definition: Definition) -> float:
    """The share (0-1) of all patients who are free of a recurrence on ``day`` after the start."""
    return 1 - COUNTS[definition] * (1 - math.exp(-((day / _SCALE) ** SHAPE)))


def median(definition: Definition) -> float | None:
    """The day on which half are no longer free; None where half never have one."""
    if COUNTS[definition] <= 0.5:
        return None
    return _SCALE * float((-math.log(1 - 0.5 / COUNTS[definition])) ** (1 / SHAPE))


@dataclass(frozen=True, slots=True)
class Hidden:
    """Of one patient. Days count from the plan's first. ``recurs``: the day pain returns on; ``lasts`` so many days.
    ``told``: at once by the ``button``, in the ``check_in``, or only when the month is asked about (``month``).
    ``quiet``: from that day on no question over time is answered. ``withdraws``: the consent, on that day."""

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
        """Whether the recurrence is one by this definition."""
        if definition is Definition.LIMITING:
            return self.limits
        return self.care if definition is Definition.CARE else True

    def habit_of(self, first_day: int, random: Random) -> str:
        """How they live in the week whose first day is so many days after the start."""
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
    """Somebody who is asked for so many months; the same ``Random``, the same person."""
    kind = random.random()
    limits = kind < COUNTS[Definition.LIMITING]
    every = range(1, months + 1)
    return Hidden(
        habit=random.choices(list(_HABITS), list(_HABITS.values()))[0],
        # The first whole day by which it has happened, so that the law holds on whole days too.
        recurs=math.ceil(_SCALE * (-math.log(1 - random.random())) ** (1 / SHAPE)) or 1,
        # Longer than a week: still there when the check-in tells of it.
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
