"""Changed settings for a plan, from a coming week on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, between
from walking.models.plan import Plan
from walking.models.programme_fields import VersionedProgramme, programme_constraints


class PlanChange(VersionedProgramme, Fact):
    """All settings that apply from week ``from_week`` on. One change is pending at a time: among those whose week has
    not begun, the latest revision counts, and one that is ``withdrawn`` cancels the earlier ones."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="changes", db_index=False)
    revision = models.PositiveSmallIntegerField(_("revision"))
    from_week = models.PositiveSmallIntegerField(_("from week"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    reason = models.TextField(
        _("reason"), max_length=2000, help_text=_("For colleagues; patients do not see it.")
    )
    message = models.TextField(_("message to the patient"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("change of settings")
        verbose_name_plural = _("changes of settings")
        ordering = ("plan_id", "revision")
        constraints = [
            *programme_constraints("change"),
            models.UniqueConstraint(fields=["plan", "revision"], name="change_revision_once"),
            models.CheckConstraint(
                condition=between("from_week", 1, 53), name="change_from_week_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: from week {self.from_week}"
