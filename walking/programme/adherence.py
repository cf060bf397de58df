"""How much of a week's dose was walked. Our method, not the trial's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm

from walking.programme.dose import Dose


@dataclass(frozen=True, slots=True)
class Adherence:
    """The share `done / prescribed`, from 0 to 1, exact: comparisons use the whole numbers."""

    done: int
    prescribed: int

    def below(self, percent: int) -> bool:
        """Return whether the unrounded share is below `percent`."""
        return self.done * 100 < percent * self.prescribed

    @property
    def full(self) -> bool:
        """Return whether everything prescribed was done."""
        return self.done >= self.prescribed

    @property
    def value(self) -> float:
        """Return the share as a float."""
        return self.done / self.prescribed

    @property
    def rounded(self) -> float:
        """Return the share to four digits, as `simulate` prints it."""
        return round(self.done / self.prescribed, 4)

    @property
    def percent(self) -> int:
        """Return the whole percent, rounded down, so that 79.9 is never shown as 80."""
        return self.done * 100 // self.prescribed


def adherence(minutes_by_day: Mapping[int, int], dose: Dose) -> Adherence:
    """Return the adherence to one dose for the whole week.

    A day counts for at most the prescribed minutes; the best days count, as many as prescribed:
    one long walk at the weekend is not a good week.

    `minutes_by_day`: day of the week (1-7) to minutes walked on it; days may be missing.
    """
    longest = dose.minutes
    credits = [min(minutes, longest) for minutes in minutes_by_day.values()]
    if len(credits) > dose.days:
        credits.sort(reverse=True)
        del credits[dose.days :]
    return Adherence(sum(credits), longest * dose.days)


def adherence_by_day(minutes_by_day: Mapping[int, int], doses: Sequence[Dose]) -> Adherence:
    """Return the adherence in a week whose dose changed part-way, by the dose of each day.

    Each day is credited its minutes, up to that day's prescribed minutes, as a share of that
    day's weekly total. The best days count, as many as the largest number of days prescribed,
    and the sum is capped at 1. With one dose all week this equals `adherence`.

    `doses`: seven, the first day's first. Raises ValueError if there are not seven.
    """
    if len(doses) != 7:
        raise ValueError(f"a week has 7 doses, one for each day, not {len(doses)}")
    whole = lcm(*(dose.total for dose in doses))
    credits = [
        min(minutes, doses[day - 1].minutes) * (whole // doses[day - 1].total)
        for day, minutes in minutes_by_day.items()
    ]
    credits.sort(reverse=True)
    done = sum(credits[: max(dose.days for dose in doses)])
    return Adherence(min(done, whole), whole)
