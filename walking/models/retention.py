"""How long a clinic keeps records, and which ones it keeps longer (legal hold)."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from walking.models.facts import between

#: A year at least, as long as the follow-up; thirty at most, the longest time for claiming damages for an injury to
#: health in Germany (BGB § 199 (2)), which is as long as anywhere we know of.
FEWEST_MONTHS: Final = 12
MOST_MONTHS: Final = 360


class Retention(models.Model):
    """How long a clinic keeps records; without a row, until someone asks for their erasure. ``months`` count from the
    last activity in a record whose plan is over. ``looked_at`` is when the scheduled job last looked for such
    records."""

    clinic = models.OneToOneField(
        Clinic, on_delete=models.CASCADE, primary_key=True, related_name="retention"
    )
    months = models.PositiveSmallIntegerField(_("months"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    looked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        constraints = [
            models.CheckConstraint(
                condition=between("months", FEWEST_MONTHS, MOST_MONTHS), name="retention_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic_id}: {self.months}"


class RecordHold(models.Model):
    """A legal hold: this record is kept longer than the clinic keeps others, for example for a court case."""

    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holds"
    )
    why = models.TextField(_("why"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("since"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(ended_at__isnull=True),
                name="hold_one_at_a_time",
            ),
            models.CheckConstraint(condition=~models.Q(why=""), name="hold_says_why"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="hold_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id}: {self.at:%Y-%m-%d}"
