"""Parse lessons: questions with answers, and whole lessons in a file.

A file has three parts between lines of ``+++``: settings in TOML, the text in Markdown, the questions. A question
begins with ``?``; its answers follow, the right one with ``+`` and the others with ``-``, each with ``|`` and the
reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any, Final

from walking.learn.lesson import Answer, Lesson, Question
from walking.programme.text import Sentence
from walking.programme.text import gettext_noop as _

DIVIDER: Final = "+++"
QUESTIONS: Final = 3


class Unreadable(ValueError):  # noqa: N818 - reads better where it is raised
    """The text cannot be parsed; ``sentence`` is for its author."""

    def __init__(self, template: str, **values: int | str) -> None:
        self.sentence = Sentence(template, values)
        super().__init__(self.sentence.render())


def questions(text: str) -> tuple[Question, ...]:
    """Return the three questions in ``text``. Raises ``Unreadable``, which names the line."""
    found: list[tuple[str, list[Answer]]] = []
    for number, written in enumerate(text.splitlines(), 1):
        line = written.strip()
        if not line:
            continue
        mark, words = line[0], line[1:].strip()
        if mark == "?" and words:
            found.append((words, []))
        elif mark in "+-" and found:
            answer, _bar, why = (part.strip() for part in words.partition("|"))
            if not answer or not why:
                raise Unreadable(
                    _("Line %(number)s: write the answer, then | and why it is right or wrong."),
                    number=number,
                )
            found[-1][1].append(Answer(answer, mark == "+", why))
        else:
            raise Unreadable(
                _("Line %(number)s: begin a question with ? and an answer below it with + or -."),
                number=number,
            )
    if len(found) != QUESTIONS:
        raise Unreadable(_("Write three questions; there are %(number)s."), number=len(found))
    for place, (_words, answers) in enumerate(found, 1):
        if sum(answer.right for answer in answers) != 1 or len(answers) < 2:
            raise Unreadable(
                _("Question %(number)s: give one right answer (+) and at least one other (-)."),
                number=place,
            )
    return tuple(Question(words, tuple(answers)) for words, answers in found)


def as_written(asked: Iterable[Question]) -> str:
    """Return the text from which ``questions`` would parse these."""
    return "\n\n".join(
        "\n".join(
            [
                f"? {question.text}",
                *(
                    f"{'+' if each.right else '-'} {each.text} | {each.why}"
                    for each in question.answers
                ),
            ]
        )
        for question in asked
    )


def lesson(text: str, *, slug: str, language: str) -> Lesson:
    """Parse the lesson of a file. Raises ``Unreadable``, and ``ValueError`` for settings that are missing or
    unknown."""
    head, body, asked = _parts(text, 3)
    settings = tomllib.loads(head)
    try:
        return Lesson(
            slug=slug, language=language, body=body.strip(), questions=questions(asked), **settings
        )
    except TypeError as error:
        raise ValueError(f"{slug}: {error}") from error


def asked_often(text: str) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """Return the settings of a file of questions, and each question (a second-level heading) with its answer."""
    head, body = _parts(text, 2)
    sections = body.split("\n## ")[1:]
    pairs = (section.partition("\n") for section in sections)
    return tomllib.loads(head), tuple(
        (title.strip(), answer.strip()) for title, _nl, answer in pairs
    )


def _parts(text: str, count: int) -> list[str]:
    parts = [""]
    for line in text.splitlines(keepends=True):
        if line.strip() == DIVIDER:
            parts.append("")
        else:
            parts[-1] += line
    # Nothing may come before the first divider.
    if len(parts) != count + 1 or parts[0].strip():
        raise ValueError(f"{count} parts are wanted, each after a line {DIVIDER}")
    return parts[1:]
