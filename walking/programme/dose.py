"""The dose of a week."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dose:
    """Minutes per walk, and days (walks) per week. Doses are compared by their totals.

    The bounds belong to what the dose is used for; see `settings`.
    """

    minutes: int
    days: int

    @property
    def total(self) -> int:
        """Return the minutes per week."""
        return self.minutes * self.days

    def __str__(self) -> str:
        return f"{self.minutes}x{self.days}"
