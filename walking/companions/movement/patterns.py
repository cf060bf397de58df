"""What patients read about each pattern: how to do each version, cues, common mistakes, and when to stop.

Every text is a msgid. Sentences that state a fact carry the key of their source, as in lessons; the ways of doing a
pattern are our choice, and make no claim about their effect on the back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from walking.companions.movement.rules import Pattern, Version
from walking.programme.text import gettext_noop as _

PICTURES: Final = Path(__file__).parent / "pictures"


class Measure(StrEnum):
    """How a version is measured."""

    TIMES = "times"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction, and the name of its picture."""

    text: str
    picture: str


@dataclass(frozen=True, slots=True)
class Way:
    """One version of a pattern; ``amount`` is the aim for one session (our choice, not the trial's)."""

    name: str
    measure: Measure
    amount: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Habit:
    """A common mistake, and what helps."""

    seen: str
    helps: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A pattern in words. ``needs`` is what to have at hand; ``stop`` belongs to this pattern, ``STOP`` to all."""

    pattern: Pattern
    name: str
    about: str
    needs: str
    ways: Mapping[Version, Way]
    cues: tuple[str, ...]
    habits: tuple[Habit, ...]
    stop: str


def ways(easier: Way, usual: Way, harder: Way) -> Mapping[Version, Way]:
    return {Version.EASIER: easier, Version.USUAL: usual, Version.HARDER: harder}


VERSION_NAMES: Final[Mapping[Version, str]] = {
    Version.EASIER: _("Easier"),
    Version.USUAL: _("Usual"),
    Version.HARDER: _("Harder"),
}

#: When to stop, whatever the pattern.
STOP: Final = (
    _("Pain goes up to 6 or more. [@monitoring]"),
    _("You feel dizzy, faint or unwell."),
    _("A leg goes weak or numb, or you feel that you may fall."),
)

#: What to know before the first session.
FIRST: Final = (
    _(
        "A pilot trial tried 12 weeks of such training, with 16 people. It was a small start. [@motum]"
    ),
    _("It began with four weeks of rolling, crawling and kneeling. [@motum]"),
    _("Each movement has an easier and a harder version. [@motum]"),
    _("Pain up to 3 is fine. With 4 or 5, see that it settles within a day. [@monitoring]"),
    _("You choose what fits today. Nobody has to take the harder one. [@ours]"),
)


@lru_cache
def guides() -> Mapping[Pattern, Guide]:
    """Return every pattern in the order of the programme."""
    from walking.companions.movement import ground, rising, upright

    found = {each.pattern: each for each in (*ground.GUIDES, *rising.GUIDES, *upright.GUIDES)}
    return {pattern: found[pattern] for pattern in Pattern}


@lru_cache(maxsize=128)
def picture(name: str) -> str:
    """Return a picture to embed in a page. It is hidden from screen readers: its step is written next to it."""
    svg = (PICTURES / f"{name}.svg").read_text(encoding="utf-8").strip()
    plain = ' xmlns="http://www.w3.org/2000/svg"'
    return svg.replace(plain, ' class="pose" aria-hidden="true" focusable="false"', 1)
