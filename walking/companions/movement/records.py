"""Records of movement retraining: sessions, and the physiotherapist's picks and corrections."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.companions.movement.rules import COUNT, RATING, SECONDS, Pattern, Version
from walking.models.companion import CompanionProgramme
from walking.models.facts import Fact, between

#: Most characters of a correction.
LONGEST: Final = 300
_PATTERNS: Final = [pattern.value for pattern in Pattern]


class MovementSession(Fact):
    """One pattern done once on a local day, by times or by seconds; ``safe`` and ``pain`` from 0 to 10."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="movement_sessions", db_index=False
    )  # fmt: skip
    day = models.DateField(_("day"))
    pattern = models.CharField(_("movement"), max_length=20)
    version = models.PositiveSmallIntegerField(_("version"))
    times = models.PositiveSmallIntegerField(_("times"), null=True, blank=True)
    seconds = models.PositiveSmallIntegerField(_("seconds"), null=True, blank=True)
    safe = models.PositiveSmallIntegerField(_("how safe it felt"))
    pain = models.PositiveSmallIntegerField(_("pain"))
    client_id = models.UUIDField(_("id of the sender"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("movement session")
        verbose_name_plural = _("movement sessions")
        ordering = ("companion_id", "day", "pk")
        indexes = [models.Index(fields=["companion", "day"], name="movement_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["companion", "client_id"], name="movement_sent_once"),
            models.CheckConstraint(
                condition=models.Q(pattern__in=_PATTERNS), name="movement_pattern_known"
            ),
            models.CheckConstraint(
                condition=between("version", Version.EASIER.value, Version.HARDER.value),
                name="movement_version_range",
            ),
            models.CheckConstraint(
                condition=models.Q(seconds=None, times__isnull=False)
                & between("times", COUNT.start, COUNT.stop - 1)
                | models.Q(times=None, seconds__isnull=False)
                & between("seconds", SECONDS.start, SECONDS.stop - 1),
                name="movement_counted_or_timed",
            ),
            models.CheckConstraint(
                condition=between("safe", RATING.start, RATING.stop - 1), name="movement_safe_range"
            ),
            models.CheckConstraint(
                condition=between("pain", RATING.start, RATING.stop - 1), name="movement_pain_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.day} {self.pattern}"


class MovementPick(Fact):
    """The patterns that the physiotherapist picked; the latest revision counts. Without one, all are included."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="movement_picks", db_index=False
    )
    revision = models.PositiveSmallIntegerField(_("revision"))
    patterns = models.JSONField(_("movements"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("choice of movements")
        verbose_name_plural = _("choices of movements")
        ordering = ("companion_id", "revision")
        constraints = [
            models.UniqueConstraint(fields=["companion", "revision"], name="movement_pick_once"),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="movement_pick_revision_range"
            ),
            models.CheckConstraint(
                condition=~models.Q(patterns=[]), name="movement_picks_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.patterns}"


class MovementCorrection(Fact):
    """The physiotherapist's correction for one pattern; the latest revision counts, and an empty one deletes it."""

    companion = models.ForeignKey(
        CompanionProgramme, on_delete=models.PROTECT, related_name="movement_corrections", db_index=False
    )  # fmt: skip
    pattern = models.CharField(_("movement"), max_length=20)
    revision = models.PositiveSmallIntegerField(_("revision"))
    words = models.TextField(_("correction"), max_length=LONGEST, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("correction of a movement")
        verbose_name_plural = _("corrections of movements")
        ordering = ("companion_id", "pattern", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["companion", "pattern", "revision"], name="movement_correction_once"
            ),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="movement_correction_revision_range"
            ),
            models.CheckConstraint(
                condition=models.Q(pattern__in=_PATTERNS), name="movement_correction_pattern_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.companion_id}: {self.pattern}"
