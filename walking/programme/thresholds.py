"""The numbers that the lines of the weekly review compare with; a clinic may set its own.

The pain thresholds come from the traffic light model: a clinic may be stricter than it, never
looser. The others are our choice, and their ranges keep the table's lines in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from walking.programme.ranges import InvalidProgramme, Range, check_within
from walking.programme.text import Sentence
from walking.programme.text import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Pain and confidence out of 10, adherence in percent, the rest in weeks or steps.

    Sources: `settings.SOURCES`. Raises `InvalidProgramme` if a value is out of its range.
    """

    pain_too_much: int = 6
    pain_moderate: int = 4
    mostly_done_percent: int = 80
    half_done_percent: int = 50
    low_weeks: int = 2
    layoff_weeks: int = 2
    low_confidence: int = 4
    unchecked_raises: int = 2

    def __post_init__(self) -> None:
        for name, allowed in ALLOWED.items():
            check_within(name, getattr(self, name), allowed)
        if self.pain_moderate >= self.pain_too_much:
            raise InvalidProgramme(
                "pain_moderate",
                Sentence(
                    _("Choose less than %(limit)s, the pain from which the dose is eased."),
                    {"limit": self.pain_too_much},
                ),
            )


#: Pain: 6 and 4 are the traffic light model's; lower is stricter.
ALLOWED: Final[Mapping[str, Range]] = MappingProxyType(
    {
        "pain_too_much": Range(4, 6),
        "pain_moderate": Range(2, 4),
        "mostly_done_percent": Range(70, 100),
        "half_done_percent": Range(30, 60),
        "low_weeks": Range(2, 4),
        "layoff_weeks": Range(2, 4),
        "low_confidence": Range(2, 7),
        "unchecked_raises": Range(1, 4),
    }
)

USUAL: Final = Thresholds()
NAMES: Final = tuple(field.name for field in fields(Thresholds))


@lru_cache(maxsize=256)
def numbers(thresholds: Thresholds) -> Mapping[str, int | str | Sentence]:
    """Return the thresholds as parameters of sentences, with the moderate pain levels in words."""
    low, high = thresholds.pain_moderate, thresholds.pain_too_much - 1
    if low == high:
        moderate = Sentence("%(low)s", {"low": low})
    elif low + 1 == high:
        moderate = Sentence(_("%(low)s or %(high)s"), {"low": low, "high": high})
    else:
        moderate = Sentence(_("%(low)s to %(high)s"), {"low": low, "high": high})
    named: dict[str, int | str | Sentence] = {name: getattr(thresholds, name) for name in NAMES}
    return MappingProxyType(named | {"moderate": moderate})
