"""Records of everyday loads: the chosen tasks, each try, and how sure the patient feels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.companions.loads.rules import LEVELS, SCALE, TASKS_AT_ONCE
from walking.models.companion import CompanionProgramme
from walking.models.facts import Fact, between

SLUG = 20


class LoadChoice(Fact):
    """The task at a position (1 or 2) of a companion; the latest revision of a position counts."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="load_choices", db_index=False
    )
    place = models.PositiveSmallIntegerField(_("place"))
    revision = models.PositiveSmallIntegerField(_("revision"))
    task = models.CharField(_("task"), max_length=SLUG)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("daily task that was chosen")
        verbose_name_plural = _("daily tasks that were chosen")
        ordering = ("companion_id", "place", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["companion", "place", "revision"], name="load_choice_once"
            ),
            models.CheckConstraint(
                condition=between("place", 1, TASKS_AT_ONCE), name="load_place_range"
            ),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="load_choice_revision_range"
            ),
            models.CheckConstraint(condition=~models.Q(task=""), name="load_choice_has_a_task"),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.task}"


class LoadTry(Fact):
    """A try of a task on a local day, with the load (1-3) and the pain (0-10)."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="load_tries", db_index=False
    )
    day = models.DateField(_("day"))
    task = models.CharField(_("task"), max_length=SLUG)
    level = models.PositiveSmallIntegerField(_("load"))
    pain = models.PositiveSmallIntegerField(_("pain"))
    client_id = models.UUIDField(_("id of the sender"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("try of a daily task")
        verbose_name_plural = _("tries of daily tasks")
        ordering = ("companion_id", "day", "pk")
        indexes = [models.Index(fields=["companion", "day"], name="load_try_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["companion", "client_id"], name="load_try_sent_once"),
            models.CheckConstraint(
                condition=between("level", LEVELS.start, LEVELS.stop - 1), name="load_level_range"
            ),
            models.CheckConstraint(
                condition=between("pain", SCALE.start, SCALE.stop - 1), name="load_pain_range"
            ),
            models.CheckConstraint(condition=~models.Q(task=""), name="load_try_has_a_task"),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.task} {self.level}"


class LoadRating(Fact):
    """How sure a patient feels about a task on a local day (0-10); the latest revision of a day counts."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="load_ratings", db_index=False
    )
    task = models.CharField(_("task"), max_length=SLUG)
    day = models.DateField(_("day"))
    revision = models.PositiveSmallIntegerField(_("revision"))
    sure = models.PositiveSmallIntegerField(_("how sure"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("confidence in a daily task")
        verbose_name_plural = _("confidence in daily tasks")
        ordering = ("companion_id", "task", "day", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["companion", "task", "day", "revision"], name="load_rating_once"
            ),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="load_rating_revision_range"
            ),
            models.CheckConstraint(
                condition=between("sure", SCALE.start, SCALE.stop - 1), name="load_sure_range"
            ),
            models.CheckConstraint(condition=~models.Q(task=""), name="load_rating_has_a_task"),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.task} {self.sure}"
