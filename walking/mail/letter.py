"""What a letter is made of: said once, shown as text and as HTML by templates/mail/letter.txt and letter.html."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The one thing to take away, such as the week's dose; ``urgent`` for a warning."""

    kind: ClassVar[str] = "panel"
    label: str
    text: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    kind: ClassVar[str] = "button"
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Points:
    kind: ClassVar[str] = "points"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A person's own words; ``text`` may have lines of its own."""

    kind: ClassVar[str] = "quote"
    text: str
    by: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


type Block = Paragraph | Panel | Button | Points | Quote


@dataclass(frozen=True, slots=True)
class Letter:
    """``subject`` and ``preview``, which phones show of unopened mail, tell nothing of anybody's health."""

    subject: str
    preview: str
    blocks: tuple[Block, ...]
    #: Why the reader gets this, said at the foot.
    because: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The mail is not to be sent; ``reason`` is kept as its outcome, for staff."""

    reason: str
