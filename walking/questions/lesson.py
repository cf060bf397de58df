"""A lesson as shown on a page, and the form of its three questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from walking.learn import html
from walking.learn.lesson import Lesson
from walking.learn.shipped import picture
from walking.learn.sources import OUR_WORDS, OURS, sources
from walking.questions.fields import WordsField


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    text: str
    right: bool
    chosen: bool
    why: SafeString


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    text: str
    answers: list[ShownAnswer]


@dataclass(frozen=True, slots=True)
class ShownSource:
    """``place`` is its number in the text and in the list; ``language`` is empty for our own words."""

    place: int
    name: str
    url: str
    language: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A lesson with its texts ready for a page. ``answered`` has its questions with every answer explained."""

    slug: str
    language: str
    version: int
    dated: dt.date
    minutes: int
    title: str
    summary: str
    body: SafeString
    picture: SafeString
    picture_title: str
    picture_says: str
    to_try: str
    of_clinic: bool
    sources: list[ShownSource]
    answered: list[ShownQuestion]


def shown(lesson: Lesson, chosen: Sequence[int] | None = None) -> Shown:
    """Prepare ``lesson`` for a page; ``chosen`` are the positions of the chosen answers."""
    cited = lesson.sources
    return Shown(
        slug=lesson.slug,
        language=lesson.language,
        version=lesson.version,
        dated=lesson.dated,
        minutes=lesson.minutes,
        title=lesson.title,
        summary=lesson.summary,
        body=html.page(lesson.body, cited),
        picture=mark_safe(picture(lesson.picture)),  # noqa: S308 - a file of ours
        picture_title=lesson.picture_title,
        picture_says=lesson.picture_says,
        to_try=lesson.to_try,
        of_clinic=lesson.of_clinic,
        sources=listed(cited),
        answered=[
            ShownQuestion(
                question.text,
                [
                    ShownAnswer(
                        answer.text,
                        answer.right,
                        chosen is not None and chosen[number] == place,
                        html.line(answer.why, cited),
                    )
                    for place, answer in enumerate(question.answers)
                ],
            )
            for number, question in enumerate(lesson.questions)
        ],
    )


def listed(keys: Sequence[str]) -> list[ShownSource]:
    """Return the sources in the order in which the text cites them."""
    found = []
    for place, key in enumerate(keys, 1):
        source = sources().get(key)
        if key == OURS:
            found.append(ShownSource(place, gettext(OUR_WORDS), "", ""))
        elif source is not None:
            found.append(ShownSource(place, source.name, source.url, source.language))
    return found


class QuizForm(forms.Form):
    """The questions of a lesson, each with its answers."""

    def __init__(self, *args: Any, lesson: Lesson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = _("Please choose one of the answers.")
        for number, question in enumerate(lesson.questions, 1):
            self.fields[f"question_{number}"] = forms.TypedChoiceField(
                label=question.text,
                choices=[(place, answer.text) for place, answer in enumerate(question.answers)],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": missing, "invalid_choice": missing},
            )

    @property
    def chosen(self) -> list[int]:
        """Return the positions of the answers, in the order of the questions."""
        return list(self.cleaned_data.values())


class TryForm(forms.Form):
    """What the patient will try; empty withdraws it."""

    words = WordsField(
        label=_("What I will try"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("That is too long: use at most 500 letters.")},
    )
