"""Ranges of whole numbers, and the error for a number outside its range."""

from dataclasses import dataclass

from walking.programme.text import Sentence
from walking.programme.text import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from `low` to `high`, both allowed."""

    low: int
    high: int

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.low <= number <= self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


class InvalidProgramme(ValueError):  # noqa: N818  (reads better where it is raised)
    """A setting is out of its range.

    `field` is the setting, with a dot for a part of a dose (`goal.minutes`); `sentence` says what
    to do, ready for translation, and is the message.
    """

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(sentence.render())
        self.field = field
        self.sentence = sentence


def check_within(name: str, number: int, allowed: Range) -> None:
    """Raise `InvalidProgramme` for a number that is not in its range."""
    if number not in allowed:
        raise InvalidProgramme(
            name,
            Sentence(
                _("Choose a whole number from %(low)s to %(high)s."),
                {"low": allowed.low, "high": allowed.high},
            ),
        )
