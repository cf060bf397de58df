"""Invented patients read the lesson offered to them, and answer its questions."""

from __future__ import annotations

import datetime as dt
from typing import Final

from walking.care.learning.lessons import library, offer
from walking.care.learning.progress import read_lesson, will_try
from walking.models import Plan

#: Read at this hour of the patient's second day of the week.
EVENING: Final = dt.time(19, 20)
#: What patients say they will try after a lesson; all others leave it empty.
TRIES: Final = {
    "what-back-pain-is": "Think of the toast when it hurts: the alarm, not a fire.",
    "how-your-plan-grows": "Monday, Wednesday and Saturday, before lunch.",
    "why-walking": "The river path with Joyce.",
    "sitting-less": "Get up when the news ends, and when the kettle is on.",
    "what-keeps-people-walking": "After breakfast I go. If it rains, round the shopping centre.",
}


def read_offered(plan: Plan, at: dt.datetime) -> None:
    """Let ``plan``'s patient read what is offered; every fourth lesson has one wrong answer, every fifth no answers."""
    language = plan.patient.language or "en"
    offered = offer(Plan.objects.get(pk=plan.pk), at, language=language, flare_up=False)
    if offered is None:
        return
    lesson = library(plan.clinic, language)[offered.slug]
    turn = lesson.week + len(plan.patient.name)
    answers = [
        [answer.right for answer in question.answers].index(True) for question in lesson.questions
    ]
    if turn % 4 == 0:
        answers[1] = [answer.right for answer in lesson.questions[1].answers].index(False)
    read_lesson(plan, lesson, answers=None if turn % 5 == 0 else answers, at=at)
    if lesson.slug in TRIES and turn % 2 == 0:
        will_try(plan, lesson.slug, words=TRIES[lesson.slug], at=at)
