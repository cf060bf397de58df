"""The lessons included in Waymark, and the questions that patients ask; read once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import translation

from walking.advice import advice
from walking.learn.lesson import Lesson, cited
from walking.learn.reading import asked_often, lesson

HERE: Final = Path(__file__).parent
_OUTSIDE: Final = re.compile(r"^\s*<svg[^>]*>|</svg>\s*$")


@dataclass(frozen=True, slots=True)
class AskedOften:
    """Questions with their answers, in Markdown."""

    language: str
    dated: date
    version: int
    pairs: tuple[tuple[str, str], ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return cited(answer for _question, answer in self.pairs)


def preferred(language: str) -> list[str]:
    """Return ``language``, its base language, and the fallback."""
    return list(dict.fromkeys([language, language.partition("-")[0], settings.LANGUAGE_CODE]))


@lru_cache
def shipped() -> Mapping[tuple[str, str], Lesson]:
    """Return every lesson by language and slug."""
    return {(each.language, each.slug): each for each in _read()}


def _read() -> Iterator[Lesson]:
    for file in sorted((HERE / "lessons").glob("*/*.md")):
        language = file.parent.name
        text = _with_signs(file.read_text(encoding="utf-8"), language)
        yield lesson(text, slug=file.stem, language=language)


def _with_signs(text: str, language: str) -> str:
    """Replace ``{signs:now}`` and ``{signs:today}`` in ``text`` with the warning signs of that urgency."""
    with translation.override(language):
        groups = advice(()).groups
    for group in groups:
        signs = "\n".join(f"- {name}" for name in group.names)
        text = text.replace(f"{{signs:{group.urgency}}}", f"{group.introduces}\n\n{signs}")
    return text


@lru_cache
def questions_asked(language: str) -> AskedOften:
    """Return what patients ask, in ``language`` or the nearest one available."""
    for name in preferred(language):
        file = HERE / "questions" / f"{name}.md"
        if file.is_file():
            head, pairs = asked_often(file.read_text(encoding="utf-8"))
            return AskedOften(language=name, pairs=pairs, **head)
    raise LookupError(language)


@lru_cache
def picture(name: str) -> str:
    """Return the contents of a picture, without the ``svg`` element, whose title is in the reader's language."""
    if not name:
        return ""
    return _OUTSIDE.sub("", (HERE / "pictures" / f"{name}.svg").read_text(encoding="utf-8"))
