"""A lesson: a text in Markdown with its claims marked, a picture, three questions, and something to try."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

#: ``[@key]`` after a sentence names its source.
CLAIM: Final = re.compile(r"\s*\[@([\w-]+)\]")


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """One answer is right; each explains why it is right or wrong."""

    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Lesson:
    """``week`` is the first week of a plan in which it is offered; 0 if it belongs to no week. ``minutes``: reading
    time.

    ``version`` goes up with the text; that of a clinic's own lesson is its revision.
    """

    slug: str
    language: str
    version: int
    dated: dt.date
    week: int
    minutes: int
    title: str
    summary: str
    body: str
    questions: tuple[Question, ...]
    to_try: str
    picture: str = ""
    picture_title: str = ""
    picture_says: str = ""
    of_clinic: bool = False

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Return the keys of its sources, in the order in which the text refers to them."""
        return cited(self.texts())

    def texts(self) -> Iterator[str]:
        """Yield every text that can contain a claim."""
        yield self.body
        for question in self.questions:
            for answer in question.answers:
                yield answer.why


def cited(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of the sources that ``texts`` cite, each once, in order."""
    return tuple(dict.fromkeys(key for text in texts for key in CLAIM.findall(text)))


def without_marks(text: str) -> str:
    """Return ``text`` without the marks of its sources, for reading aloud."""
    return CLAIM.sub("", text)
