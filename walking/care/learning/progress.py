"""Lessons that a patient has read, what they plan to try, and lessons that staff assign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.learning.lessons import waiting
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.learn.lesson import Lesson
from walking.models import LessonGift, LessonIntention, LessonReading, Plan
from walking.models.facts import FactQuerySet

LONGEST = 500


def read_lesson(
    plan: Plan, lesson: Lesson, *, answers: Sequence[int] | None, at: dt.datetime
) -> LessonReading:
    """Record that the patient of ``plan`` read ``lesson``. ``answers`` are the positions of the chosen answers, one for
    each question, or None if the questions were skipped. Raises ``Refused`` for a position without an answer."""
    right = None
    if answers is not None:
        places = list(zip(lesson.questions, answers, strict=True))
        if any(place not in range(len(question.answers)) for question, place in places):
            raise Refused(_("Please choose one of the answers."))
        right = sum(question.answers[place].right for question, place in places)
    with transaction.atomic():
        plan = Plan.objects.locked(plan.pk)
        reading = LessonReading(
            plan=plan,
            slug=lesson.slug,
            number=_next(plan.lesson_readings.all(), lesson.slug, "number"),
            title=lesson.title,
            language=lesson.language,
            version=lesson.version,
            of_clinic=lesson.of_clinic,
            **dict(zip(LessonReading.ANSWERS, answers or (), strict=False)),
            right=right,
            at=at,
        )
        reading.save()
    return reading


def will_try(plan: Plan, slug: str, *, words: str, at: dt.datetime) -> None:
    """Record what the patient plans to try after the lesson ``slug``. An empty text withdraws it. Raises
    ``Refused``."""
    words = words.strip()
    if len(words) > LONGEST:
        raise Refused(_("That is too long: use at most 500 letters."), "words")
    with transaction.atomic():
        plan = Plan.objects.locked(plan.pk)
        said = intention(plan, slug)
        if words != (said.words if said else ""):
            revision = _next(plan.lesson_intentions.all(), slug, "revision")
            LessonIntention(plan=plan, slug=slug, revision=revision, words=words, at=at).save()


def intention(plan: Plan, slug: str) -> LessonIntention | None:
    """Return what the patient last planned to try after the lesson ``slug``."""
    return plan.lesson_intentions.filter(slug=slug).order_by("-revision").first()


def give_lesson(plan: Plan, lesson: Lesson, *, message: str, by: User, at: dt.datetime) -> None:
    """Assign a lesson to a patient to read next, with a message that the patient sees. Raises ``Refused``."""
    message = message.strip()
    if len(message) > LONGEST:
        raise Refused(_("That is too long: use at most 500 letters."), "message")
    with transaction.atomic():
        plan = lock_for_staff(plan.pk, by)
        if waiting().filter(plan=plan, slug=lesson.slug).exists():
            raise Refused(_("This lesson waits to be read already."), "lesson")
        _give(plan, lesson.slug, message=message, by=by, at=at)
        changed(plan.patient, by=by, what="lesson_given", at=at)


def take_lesson_back(plan: Plan, slug: str, *, by: User, at: dt.datetime) -> None:
    """Withdraw an assigned lesson. Raises ``Refused`` if it is not waiting."""
    with transaction.atomic():
        plan = lock_for_staff(plan.pk, by)
        if not waiting().filter(plan=plan, slug=slug).exists():
            raise Refused(_("This lesson does not wait any more: it was read, or taken back."))
        _give(plan, slug, withdrawn=True, by=by, at=at)
        changed(plan.patient, by=by, what="lesson_taken_back", at=at)


def _give(
    plan: Plan, slug: str, *, message: str = "", withdrawn: bool = False, by: User, at: dt.datetime
) -> None:
    revision = _next(plan.lesson_gifts.all(), slug, "revision")
    LessonGift(
        plan=plan, slug=slug, revision=revision, message=message, withdrawn=withdrawn, by=by, at=at
    ).save()


def _next[F: (LessonReading, LessonIntention, LessonGift)](
    facts: FactQuerySet[F], slug: str, field: str
) -> int:
    """Return the number of the next fact about a lesson. The plan must be locked."""
    last = facts.filter(slug=slug).order_by(f"-{field}").values_list(field, flat=True).first()
    return (last or 0) + 1
