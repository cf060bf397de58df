"""The diary: walks."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from walking.models.facts import between, between_or_none
from walking.models.plan import Plan


class Effort(models.TextChoices):
    EASY = "easy", _("easy")
    MODERATE = "moderate", _("just right")
    HARD = "hard", _("hard")


class Source(models.TextChoices):
    """Where an imported walk comes from."""

    APPLE_HEALTH = "apple_health", _("from Apple Health")
    HEALTH_CONNECT = "health_con", _("from Health Connect")
    GOOGLE_FIT = "google_fit", _("from Google Fit")
    GPX = "gpx", _("from a recorded track")
    TCX = "tcx", _("from a watch")
    FIT = "fit", _("from a watch's own file")
    CSV = "csv", _("from a table")
    PROGRAM = "program", _("from a program of yours")


class WalkQuerySet(models.QuerySet["Walk"]):
    def kept(self) -> WalkQuerySet:
        return self.filter(removed_at__isnull=True)

    def with_who(self) -> WalkQuerySet:
        """Select who entered and who corrected each walk."""
        return self.select_related("entered_by", "changed_by")


class Walk(models.Model):
    """One walk on one local day. Patients correct their own; a removed one is kept, so that it can be restored.

    ``client_id`` is made by the client that enters the walk: the same walk sent twice is stored once.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="walks", db_index=False)
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    pain = models.PositiveSmallIntegerField(_("pain after the walk"), null=True, blank=True)
    effort = models.CharField(_("how it felt"), max_length=10, choices=Effort, blank=True)
    client_id = models.UUIDField(default=uuid.uuid4, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    #: Who last changed, removed or restored it; None with ``changed_at`` set: a device that was not signed in.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    removed_at = models.DateTimeField(null=True, editable=False)
    #: Empty for a walk that someone typed in.
    source = models.CharField(
        _("where it comes from"),
        max_length=12,
        choices=Source,
        blank=True,
        default="",
        db_default="",
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    steps = models.PositiveIntegerField(_("steps"), null=True, blank=True, editable=False)
    #: The minutes were calculated from the steps.
    estimated = models.BooleanField(_("estimated"), default=False, db_default=False)

    objects = WalkQuerySet.as_manager()

    class Meta:
        verbose_name = _("walk")
        verbose_name_plural = _("walks")
        ordering = ("-day", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["plan", "client_id"], name="walk_entered_once"),
            models.CheckConstraint(condition=between("minutes", 1, 600), name="walk_minutes_range"),
            models.CheckConstraint(
                condition=between_or_none("pain", 0, 10), name="walk_pain_range"
            ),
            models.CheckConstraint(
                condition=models.Q(effort__in=["", *Effort.values]), name="walk_effort_known"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=["", *Source.values]), name="walk_source_known"
            ),
            models.CheckConstraint(
                condition=models.Q(estimated=False) | models.Q(steps__isnull=False, steps__gte=1),
                name="walk_estimated_of_steps",
            ),
        ]
        indexes = [
            models.Index(
                fields=["plan", "day"],
                name="walk_plan_day",
                condition=models.Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.minutes}"

    @property
    def origin(self) -> str:
        """Return where an imported walk comes from, and whether its minutes are estimated; else empty."""
        words = [str(self.get_source_display())] if self.source else []
        if self.estimated:
            words.append(gettext("minutes estimated from steps"))
        return ", ".join(words)

    @property
    def by_staff(self) -> str:
        """Return the label of a walk that staff entered or corrected for the patient; empty for the patient's own.

        Select ``entered_by`` and ``changed_by`` first.
        """
        entered, corrected = self.entered_by, self.changed_by
        if entered is not None and not entered.is_patient:
            return gettext("entered by %(name)s") % {"name": entered.name}
        if corrected is not None and not corrected.is_patient:
            return gettext("corrected by %(name)s") % {"name": corrected.name}
        return ""


class BroughtFile(models.Model):
    """What was read from the patient's file, until they choose which walks to add: one for each plan, for an hour.

    The file itself is deleted by then. ``found`` are the walks on open days, in the format of
    ``walking/care/diary/file_import.py``; ``table`` is the text of a table whose columns are not named yet.
    """

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, primary_key=True, related_name="brought"
    )
    found = models.JSONField(default=list)
    beyond = models.JSONField(default=dict)
    table = models.TextField(blank=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("brought file")
        verbose_name_plural = _("brought files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("at")), name="brought_file_expires"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
