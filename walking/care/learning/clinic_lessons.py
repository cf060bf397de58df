"""A clinic's own lessons: each change is a new revision, and so is a withdrawal."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Clinic, Role, User
from walking.care.learning.lessons import library
from walking.care.refusal import Refused
from walking.learn import reading
from walking.learn.lesson import cited
from walking.learn.sources import known
from walking.models import ClinicLesson
from walking.models.lesson import MOST_ANSWERS, SLUG

#: Addresses used by other pages under the lessons.
TAKEN = frozenset({"questions", "new"})


@dataclass(frozen=True, slots=True)
class Written:
    """A lesson as typed: ``body`` in Markdown, ``questions`` in the format of ``walking.learn.reading``.

    ``week`` is 0 for a lesson that belongs to no week.
    """

    title: str
    summary: str
    week: int
    minutes: int
    body: str
    questions: str
    to_try: str


def check(written: Written) -> None:
    """Raise ``Refused``, with its field, for text that cannot be read."""
    try:
        asked = reading.questions(written.questions)
    except reading.Unreadable as error:
        raise Refused(error.sentence.render(_), "questions") from error
    if any(len(question.answers) > MOST_ANSWERS for question in asked):
        raise Refused(
            _("Give at most %(number)s answers to a question.") % {"number": MOST_ANSWERS},
            "questions",
        )
    whys = [answer.why for question in asked for answer in question.answers]
    for field, texts in (("body", [written.body]), ("questions", whys)):
        for key in cited(texts):
            if not known(key):
                raise Refused(
                    _("There is no source called “%(key)s”. Its name is one of those below.")
                    % {"key": key},
                    field,
                )


def add_lesson(
    *, by: User, written: Written, language: str = settings.LANGUAGE_CODE, at: dt.datetime
) -> ClinicLesson:
    """Add a lesson for the patients of ``by``'s clinic. Its address comes from its title. Raises ``Refused``."""
    check(written)
    slug = slugify(written.title)[:SLUG].strip("-")
    with transaction.atomic():
        clinic = _clinic(by)
        if not slug or slug in TAKEN:
            raise Refused(_("Choose another title: this one makes no address."), "title")
        lessons = ClinicLesson.objects.filter(clinic=clinic, slug=slug)
        if slug in library(clinic, language) or lessons.exists():
            raise Refused(_("There is a lesson of this name already. Change that one."), "title")
        return _keep(clinic, slug, language, 1, written, by=by, at=at)


def change_lesson(
    slug: str, *, by: User, written: Written, seen: int,
    language: str = settings.LANGUAGE_CODE, at: dt.datetime,
) -> ClinicLesson:  # fmt: skip
    """Save the next revision of a lesson of ``by``'s clinic, or its first revision of one of ours.

    ``seen`` is the revision on screen, 0 for ours. Raises ``Refused``, including if someone else has just saved one.
    """
    check(written)
    with transaction.atomic():
        clinic = _clinic(by)
        latest = _latest(clinic, slug, language, seen)
        if latest is None and slug not in library(clinic, language):
            raise Refused(_("There is no such lesson."))
        if latest is not None and not latest.withdrawn and _of(latest) == written:
            raise Refused(_("This is what the lesson says already, so nothing would change."))
        return _keep(clinic, slug, language, seen + 1, written, by=by, at=at)


def take_lesson_off(
    slug: str, *, by: User, seen: int, language: str = settings.LANGUAGE_CODE, at: dt.datetime
) -> ClinicLesson:
    """Withdraw a lesson of the clinic. Ours of the same name, if any, is shown again. Raises ``Refused``."""
    with transaction.atomic():
        clinic = _clinic(by)
        latest = _latest(clinic, slug, language, seen)
        if latest is None or latest.withdrawn:
            raise Refused(_("There is no such lesson of your clinic."))
        return _keep(clinic, slug, language, seen + 1, _of(latest), withdrawn=True, by=by, at=at)


def revisions(clinic: Clinic | None, slug: str, language: str) -> list[ClinicLesson]:
    """Return a clinic's revisions of a lesson, newest first."""
    records = ClinicLesson.objects.filter(clinic=clinic, slug=slug, language=language)
    return list(records.select_related("by").order_by("-revision"))


def _clinic(by: User) -> Clinic:
    """Lock and return the manager's clinic, so that revisions follow each other."""
    if by.role != Role.MANAGER or not by.is_staff or by.clinic_id is None:
        raise Refused(_("Only the clinic's manager can change its lessons."))
    return Clinic.objects.select_for_update().get(pk=by.clinic_id)


def _latest(clinic: Clinic, slug: str, language: str, seen: int) -> ClinicLesson | None:
    latest = next(iter(revisions(clinic, slug, language)), None)
    if (latest.revision if latest else 0) != seen:
        raise Refused(
            _(
                "Somebody changed this lesson meanwhile. Look at it again, then change it if it still needs it."
            )
        )
    return latest


def _of(record: ClinicLesson) -> Written:
    return Written(**{name: getattr(record, name) for name in Written.__dataclass_fields__})


def _keep(
    clinic: Clinic, slug: str, language: str, revision: int, written: Written, *,
    withdrawn: bool = False, by: User, at: dt.datetime,
) -> ClinicLesson:  # fmt: skip
    record = ClinicLesson(
        clinic=clinic, slug=slug, language=language, revision=revision, withdrawn=withdrawn,
        by=by, at=at, **asdict(written),
    )  # fmt: skip
    record.save()
    return record
