"""Lessons: those a clinic wrote, what patients read and answered, what they will try, and what they were given."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import validate_slug
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User
from walking.models.facts import Fact, FactQuerySet, between, between_or_none
from walking.models.plan import Plan

SLUG = 60
#: A lesson that is not part of any week has week 0.
WEEKS = range(53)
MINUTES = range(1, 11)
#: A question has at most this many answers, so that a choice is one digit.
MOST_ANSWERS = 6


def _slug() -> models.CharField[str, str]:
    return models.CharField(_("lesson"), max_length=SLUG, validators=[validate_slug])


class ClinicLessonQuerySet(FactQuerySet["ClinicLesson"]):
    def visible_to(self, viewer: User) -> Self:
        """Return the lessons that ``viewer`` may see on the staff pages: those of their own clinic."""
        if viewer.is_active and viewer.is_superuser:
            return self
        if viewer.is_active and viewer.is_staff and viewer.clinic_id:
            return self.filter(clinic_id=viewer.clinic_id)
        return self.none()

    def standing(self) -> Self:
        """Return the revision of each lesson that counts, including one that withdraws it."""
        later = ClinicLesson.objects.filter(
            clinic=models.OuterRef("clinic"),
            slug=models.OuterRef("slug"),
            language=models.OuterRef("language"),
            revision__gt=models.OuterRef("revision"),
        )
        return self.filter(~models.Exists(later))


class ClinicLesson(Fact):
    """One revision of a lesson that a clinic wrote, or of one of ours that it changed; the highest counts. Withdrawing
    it is a revision too; after that our lesson of this name, if there is one, is shown again."""

    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("clinic"),
        db_index=False,
    )  # fmt: skip
    slug = _slug()
    language = models.CharField(_("language"), max_length=12)
    revision = models.PositiveSmallIntegerField(_("version"))
    week = models.PositiveSmallIntegerField(_("week"))
    minutes = models.PositiveSmallIntegerField(_("minutes to read"))
    title = models.CharField(_("title"), max_length=80)
    summary = models.CharField(_("summary"), max_length=160)
    #: In Markdown.
    body = models.TextField(_("text"), max_length=20000)
    #: As ``walking.learn.reading.questions`` reads them.
    questions = models.TextField(_("questions"), max_length=8000)
    to_try = models.CharField(_("what to try"), max_length=300)
    withdrawn = models.BooleanField(_("taken back"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = ClinicLessonQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ("clinic_id", "slug", "language", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "slug", "language", "revision"], name="clinic_lesson_once"
            ),
            models.CheckConstraint(
                condition=between("revision", 1, 10000), name="clinic_lesson_revision_range"
            ),
            models.CheckConstraint(
                condition=between("week", WEEKS.start, WEEKS.stop - 1),
                name="clinic_lesson_week_range",
            ),
            models.CheckConstraint(
                condition=between("minutes", MINUTES.start, MINUTES.stop - 1),
                name="clinic_lesson_minutes_range",
            ),
            models.CheckConstraint(
                condition=~(models.Q(title="") | models.Q(body="") | models.Q(questions="")),
                name="clinic_lesson_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LessonReading(Fact):
    """That a patient read a lesson, as it was then; with the answers chosen, each by its position from 0, or
    without."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="lesson_readings", db_index=False
    )
    slug = _slug()
    number = models.PositiveSmallIntegerField(_("time"))
    title = models.CharField(_("title"), max_length=80)
    language = models.CharField(_("language"), max_length=12)
    version = models.PositiveSmallIntegerField(_("version"))
    of_clinic = models.BooleanField(_("the clinic's own"), default=False)
    first = models.PositiveSmallIntegerField(_("first answer"), null=True, blank=True)
    second = models.PositiveSmallIntegerField(_("second answer"), null=True, blank=True)
    third = models.PositiveSmallIntegerField(_("third answer"), null=True, blank=True)
    right = models.PositiveSmallIntegerField(_("right answers"), null=True, blank=True)
    at = models.DateTimeField(_("at"))

    ANSWERS = ("first", "second", "third")

    class Meta:
        verbose_name = _("lesson that was read")
        verbose_name_plural = _("lessons that were read")
        ordering = ("plan_id", "slug", "number")
        constraints = [
            models.UniqueConstraint(fields=["plan", "slug", "number"], name="reading_once"),
            models.CheckConstraint(condition=between("number", 1, 1000), name="reading_number"),
            models.CheckConstraint(
                condition=models.Q(first=None, second=None, third=None, right=None)
                | models.Q(
                    first__isnull=False,
                    second__isnull=False,
                    third__isnull=False,
                    right__isnull=False,
                ),
                name="reading_answers_all_or_none",
            ),
            *(
                models.CheckConstraint(
                    condition=between_or_none(name, 0, MOST_ANSWERS - 1), name=f"reading_{name}"
                )
                for name in ("first", "second", "third")
            ),
            models.CheckConstraint(
                condition=between_or_none("right", 0, 3), name="reading_right_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.slug}"

    @property
    def chosen(self) -> tuple[int, ...] | None:
        """Return the positions of the answers to the three questions; None if they were not answered."""
        if self.first is None or self.second is None or self.third is None:
            return None
        return self.first, self.second, self.third


class LessonIntention(Fact):
    """What a patient will try after a lesson, in the patient's words; the latest revision counts, empty for nothing."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="lesson_intentions", db_index=False
    )
    slug = _slug()
    revision = models.PositiveSmallIntegerField(_("revision"))
    words = models.TextField(_("what I will try"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("what a patient will try")
        verbose_name_plural = _("what patients will try")
        ordering = ("plan_id", "slug", "revision")
        constraints = [
            models.UniqueConstraint(fields=["plan", "slug", "revision"], name="intention_once"),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="intention_revision_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.slug}"


class LessonGift(Fact):
    """That staff gave a patient a lesson to read next; the latest revision counts, and may withdraw it."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="lesson_gifts", db_index=False
    )
    slug = _slug()
    revision = models.PositiveSmallIntegerField(_("revision"))
    message = models.TextField(_("message"), max_length=500, blank=True)
    withdrawn = models.BooleanField(_("taken back"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("lesson that was given")
        verbose_name_plural = _("lessons that were given")
        ordering = ("plan_id", "slug", "revision")
        constraints = [
            models.UniqueConstraint(fields=["plan", "slug", "revision"], name="gift_once"),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="gift_revision_range"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn=False) | models.Q(message=""),
                name="gift_taken_back_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.slug}"
