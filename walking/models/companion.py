"""Companion programmes of a plan. Their activity is stored as facts, in ``walking.companions.*.records``."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.plan import Plan


class CompanionQuerySet(models.QuerySet["CompanionProgramme"]):
    def running(self) -> Self:
        """Return those that have not ended, including those paused with their plan."""
        return self.filter(ended_on=None)


class CompanionProgramme(models.Model):
    """A companion programme that staff added to a plan; one of a kind runs at a time. Days are the patient's local
    days."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="companions", db_index=False
    )
    #: A code in ``walking.companions.registry``.
    kind = models.CharField(_("companion programme"), max_length=20)
    number = models.PositiveSmallIntegerField(_("number"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    added_at = models.DateTimeField(_("at"))
    message = models.TextField(_("message"), max_length=500, blank=True)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("to"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("ended by"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = CompanionQuerySet.as_manager()

    class Meta:
        verbose_name = _("companion programme")
        verbose_name_plural = _("companion programmes")
        ordering = ("plan_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="companion_once"),
            models.UniqueConstraint(
                fields=["plan", "kind"],
                condition=models.Q(ended_on=None),
                name="companion_runs_once",
            ),
            models.CheckConstraint(condition=~models.Q(kind=""), name="companion_has_a_kind"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=1000), name="companion_number_range"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="companion_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None, ended_by=None, ended_at=None)
                | models.Q(ended_on__isnull=False, ended_by__isnull=False, ended_at__isnull=False),
                name="companion_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.kind}"

    def week_of(self, day: dt.date) -> int:
        """Return the companion's week that contains the local ``day``: 1 is the first, 0 and below are before it."""
        return (day - self.started_on).days // 7 + 1
