"""The six coaching contacts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import between
from walking.models.plan import Plan


class Contact(models.Model):
    """A coaching contact on a local day; ``remind_at`` (UTC) is when the patient's email about it is due."""

    class Kind(models.TextChoices):
        IN_PERSON = "in_person", _("in person or by video")
        TELEPHONE = "telephone", _("by telephone")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        MISSED = "missed", _("missed")

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    number = models.PositiveSmallIntegerField(_("contact"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    due = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    remind_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("plan_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="contact_number_once"),
            models.CheckConstraint(condition=between("number", 1, 12), name="contact_number_range"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["in_person", "telephone"]), name="contact_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "done", "missed"]),
                name="contact_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at", "id"],
                name="contact_reminder_due",
                condition=models.Q(remind_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: contact {self.number}"
