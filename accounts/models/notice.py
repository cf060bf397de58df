"""A clinic's own texts for patients: privacy notice and terms of use."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.facts import Fact
from accounts.models.people import Clinic


class ClinicNotice(Fact):
    """One version of a clinic's own text, in Markdown. A change is the next number; a clinic without one uses ours.

    ``asks``: whether patients are asked to read it and confirm that they did (``Consent`` to the document ``kind``);
    for a corrected spelling they are not.
    """

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("privacy notice")
        TERMS = "terms", _("terms of use")

    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="notices", verbose_name=_("clinic")
    )
    kind = models.CharField(_("text"), max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField(_("version"))
    body = models.TextField(_("text"), max_length=30_000)
    asks = models.BooleanField(_("patients are asked to read it"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("clinic_id", "kind", "number")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "kind", "number"], name="notice_number_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["privacy", "terms"]), name="notice_kind_known"
            ),
            models.CheckConstraint(condition=~models.Q(body=""), name="notice_says_something"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="notice_number_range"),
        ]

    def __str__(self) -> str:
        return f"{self.clinic}: {self.kind} {self.number}"
