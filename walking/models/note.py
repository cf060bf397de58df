"""Private notes: what staff write about a patient for each other."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact
from walking.models.plan import Plan


class Note(Fact):
    """One revision of the note ``number`` of a plan; the highest counts. A correction is the next revision; a
    withdrawal is a revision without words that says why in ``withdrawn``. Notes are never shown to patients, on any
    page."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="notes", db_index=False)
    number = models.PositiveSmallIntegerField(_("note"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    words = models.TextField(_("note"), max_length=5000, blank=True)
    withdrawn = models.TextField(_("why it was taken back"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        ordering = ("plan_id", "number", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number", "revision"], name="note_revision_once"
            ),
            models.CheckConstraint(
                condition=models.Q(words="") ^ models.Q(withdrawn=""),
                name="note_says_or_is_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: note {self.number}"
