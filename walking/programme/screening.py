"""Who the programme is for, by the criteria of the original trial, and the baseline that fits.

WalkBack took adults who had recently recovered from non-specific low back pain (Pocovi et al., Lancet 2024;
404:134-144, doi 10.1016/S0140-6736(24)00755-4); "recently" was within six months (protocol, BMJ Open 2020; 10:e037149).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from walking.programme.dose import Dose
from walking.programme.ranges import Range

#: Stored with every answer; change it when the questions change.
VERSION: Final = "2026-11"
#: Minutes that the patient can walk comfortably without a rest: from the shortest baseline on. Our choice.
COMFORTABLE_MINUTES: Final = Range(5, 240)


class Criterion(StrEnum):
    """The questions, in the order in which they are asked."""

    ADULT = "adult"
    NO_RED_FLAG = "no_red_flag"
    SAFE_TO_WALK = "safe_to_walk"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Screened:
    """The physiotherapist's answers. ``reason``: why a patient starts who has not recovered, or recovered long ago."""

    adult: bool
    no_red_flag: bool
    safe_to_walk: bool
    recovered: bool
    comfortable_minutes: int
    reason: str = ""

    @classmethod
    def met(cls, comfortable_minutes: int) -> Self:
        """Return answers that meet all criteria."""
        return cls(
            adult=True,
            no_red_flag=True,
            safe_to_walk=True,
            recovered=True,
            comfortable_minutes=comfortable_minutes,
        )

    @property
    def unmet(self) -> Criterion | None:
        """Return the first criterion that excludes the patient. A reason overrides the one on recovery (our choice, not
        the trial's): it says whom the trial applies to, whereas the others say whom walking could harm."""
        for criterion in Criterion:
            if not getattr(self, criterion.value):
                excused = criterion is Criterion.RECOVERED and self.reason.strip()
                return None if excused else criterion
        return None


def baseline_minutes(comfortable_minutes: int, goal: Dose) -> int:
    """Return the minutes to begin with: what is comfortable, and no more than the goal. Our choice, not the trial's."""
    return min(comfortable_minutes, goal.minutes)
