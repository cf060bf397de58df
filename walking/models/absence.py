"""Days away that a patient reported."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.plan import Plan

#: The longest absence that can be entered at once; for a longer one, add another.
LONGEST = dt.timedelta(weeks=8)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> AbsenceQuerySet:
        """Return those that were not deleted."""
        return self.filter(withdrawn_at__isnull=True)


class Absence(models.Model):
    """Local days, both included, on which a patient is ill, travelling or otherwise away.

    ``said_on`` is the patient's local day at ``said_at``: only days from then on count as reported in advance. ``last``
    may be moved to an earlier day (``changed_at``); a trigger refuses two overlapping absences of one plan that are not
    deleted.
    """

    class Kind(models.TextChoices):
        ILL = "ill", _("ill")
        TRAVELLING = "travelling", _("travelling")
        OTHER = "other", _("something else")

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="absences", db_index=False
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    kind = models.CharField(_("why"), max_length=10, choices=Kind)
    words = models.CharField(_("in the patient's words"), max_length=200, blank=True)
    said_at = models.DateTimeField(_("told"), editable=False)
    said_on = models.DateField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    changed_at = models.DateTimeField(_("shortened"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("plan_id", "first", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="absence_days_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    last__lt=models.ExpressionWrapper(
                        models.F("first") + LONGEST, models.DateField()
                    )
                ),
                name="absence_at_most_eight_weeks",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["ill", "travelling", "other"]),
                name="absence_kind_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["plan", "last"],
                name="absence_standing",
                condition=models.Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.first} to {self.last}"

    def covers(self, day: dt.date) -> bool:
        return self.first <= day <= self.last
