"""The image of a clinic's logo."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Clinic


class ClinicLogo(models.Model):
    """A WebP picture that we encoded ourselves (``accounts.logo``). Stored in the database, so that every process of an
    installation has it and a backup of the database contains everything."""

    clinic = models.OneToOneField(
        Clinic, on_delete=models.CASCADE, related_name="logo", primary_key=True
    )
    data = models.BinaryField()
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(digest="") & ~models.Q(data=b""), name="logo_whole"
            ),
        ]

    def __str__(self) -> str:
        return str(self.clinic)
