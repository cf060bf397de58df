"""A lesson: a text in Markdown with its claims marked, a picture, three questions, and something to try."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

#: ``[@key]`` after a sentence says where it is from.
CLAIM: Final = re.compile(r"\s*\[@([\w-]+)\]")


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    right: bool
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """One answer is right; each says why it is or is not."""

    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Lesson:
    """``week`` is the first week of a plan in which it is offered; 0 where it comes by no week. ``minutes`` to read.

    ``version`` rises with the text; that of a clinic's own lesson is its revision.
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
        """The keys of its sources, in the order in which the text comes to them."""
        return cited(self.texts())

    def texts(self) -> Iterator[str]:
        """Everything in it that can make a claim."""
        yield self.body
        for question in self.questions:
            for answer in question.answers:
                yield answer.why


def cited(texts: Iterable[str]) -> tuple[str, ...]:
    """The keys of the sources that ``texts`` name, each once, in their order."""
    return tuple(dict.fromkeys(key for text in texts for key in CLAIM.findall(text)))


def without_marks(text: str) -> str:
    """``text`` as it is read aloud, without the marks of its sources."""
    return CLAIM.sub("", text)
