"""A dose set by a physiotherapist."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, between, both_or_neither
from walking.models.plan import Plan
from walking.programme.dose import Dose


class Adjustment(Fact):
    """The dose that a physiotherapist set for the week after ``week_number``, which may be a future week.

    The latest revision counts; one without a dose withdraws the earlier ones, so that the automatic review decides
    again.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="adjustments", db_index=False
    )
    week_number = models.PositiveSmallIntegerField(_("for the week after"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    minutes = models.PositiveSmallIntegerField(_("minutes a walk"), null=True)
    days = models.PositiveSmallIntegerField(_("days a week"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    reason = models.TextField(
        _("reason"), max_length=2000, help_text=_("For colleagues; patients do not see it.")
    )
    message = models.TextField(_("message to the patient"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ("plan_id", "week_number", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "week_number", "revision"], name="adjustment_revision_once"
            ),
            models.CheckConstraint(
                condition=both_or_neither("minutes", "days"), name="adjustment_dose_whole"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=True)
                | (between("minutes", 5, 120) & between("days", 1, 7)),
                name="adjustment_dose_range",
            ),
            models.CheckConstraint(
                condition=between("week_number", 1, 52), name="adjustment_week_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: after week {self.week_number}"

    @property
    def dose(self) -> Dose | None:
        return None if self.minutes is None or self.days is None else Dose(self.minutes, self.days)
