"""Recurrences of back pain, as the trial asked for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, between_or_none
from walking.models.plan import Plan


class Recurrence(Fact):
    """An answer to the monthly question, or a flare-up reported in between (``month`` is null).

    The trial's three definitions apart: any recurrence of 24 hours or more (``happened``), activity-limiting
    (``limited_activity``), leading to care (``sought_care``). The latest revision of a month counts.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="recurrences")
    month = models.PositiveSmallIntegerField(_("month"), null=True)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    at = models.DateTimeField(_("answered"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    happened = models.BooleanField(_("back pain for 24 hours or more"))
    started = models.DateField(_("began on"), null=True, blank=True)
    ended = models.DateField(_("ended on"), null=True, blank=True)
    limited_activity = models.BooleanField(_("limited usual activities"), null=True)
    sought_care = models.BooleanField(_("led to care"), null=True)

    class Meta:
        verbose_name = _("recurrence answer")
        verbose_name_plural = _("recurrence answers")
        ordering = ("plan_id", "at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "month", "revision"],
                condition=models.Q(month__isnull=False),
                name="recurrence_revision_once",
            ),
            models.CheckConstraint(
                condition=between_or_none("month", 1, 36), name="recurrence_month_range"
            ),
            models.CheckConstraint(
                condition=models.Q(started__isnull=True)
                | models.Q(ended__isnull=True)
                | models.Q(ended__gte=models.F("started")),
                name="recurrence_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(happened=True)
                | models.Q(
                    started__isnull=True,
                    ended__isnull=True,
                    limited_activity__isnull=True,
                    sought_care__isnull=True,
                ),
                name="recurrence_none_has_no_details",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.happened}"
