"""The outcome of a coaching contact, and what was discussed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.contact import Contact
from walking.models.facts import Fact, between, between_or_none


class ContactNote(Fact):
    """One revision of the notes on a contact; the highest counts. ``from_day`` and ``to_day`` are local days of the
    patient; ``agreed`` is shown to the patient, ``private`` and the other texts never are."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        MISSED = "missed", _("missed")
        MOVED = "moved", _("moved to another day")

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="notes", db_index=False
    )
    revision = models.PositiveSmallIntegerField(_("revision"))
    outcome = models.CharField(_("what became of it"), max_length=6, choices=Outcome)
    from_day = models.DateField(_("planned for"))
    to_day = models.DateField(_("new day"), null=True, blank=True)
    what_matters = models.TextField(_("what matters to the patient"), max_length=2000, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True, blank=True)
    barriers = models.TextField(_("what gets in the way"), max_length=2000, blank=True)
    agreed = models.TextField(_("what was agreed"), max_length=500, blank=True)
    private = models.TextField(_("private note"), max_length=5000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("note of a contact")
        verbose_name_plural = _("notes of contacts")
        ordering = ("contact_id", "revision")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "revision"], name="contact_note_revision_once"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["done", "missed", "moved"]),
                name="contact_note_outcome_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="moved") ^ models.Q(to_day__isnull=True),
                name="contact_note_moved_has_day",
            ),
            models.CheckConstraint(
                condition=models.Q(to_day__isnull=True) | ~models.Q(to_day=models.F("from_day")),
                name="contact_note_moves",
            ),
            models.CheckConstraint(
                condition=between_or_none("confidence", 0, 10), name="contact_note_confidence_range"
            ),
            models.CheckConstraint(
                condition=between("revision", 1, 1000), name="contact_note_revision_range"
            ),
        ]

    @property
    def all_words(self) -> list[str]:
        """Return all its texts, for colleagues."""
        return [
            each for each in (self.what_matters, self.barriers, self.agreed, self.private) if each
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.outcome}"
