"""The parts of an email: written once, rendered as text and HTML by templates/mail/letter.txt and letter.html."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The main point, such as the week's dose; ``urgent`` for a warning."""

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
    """A person's own words; ``text`` may have several lines."""

    kind: ClassVar[str] = "quote"
    text: str
    by: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


type Block = Paragraph | Panel | Button | Points | Quote


@dataclass(frozen=True, slots=True)
class Letter:
    """``subject`` and ``preview``, which phones show for unopened email, never mention anyone's health."""

    subject: str
    preview: str
    blocks: tuple[Block, ...]
    #: Why the reader gets this, shown in the footer.
    because: str


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The email is not to be sent; ``reason`` is stored as its outcome, for staff."""

    reason: str
