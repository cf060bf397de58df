"""The key from which the ids of a person's FHIR resources are made."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FhirKey(models.Model):
    """A random key of one person, made when the record is first read as FHIR, and never changed: other programs
    recognise a resource by its id, even after the installation got a new ``SECRET_KEY``.

    It gives no access. With the key, someone could tell whether two ids belong to this person.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="fhir_key",
        verbose_name=_("person"),
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("key of FHIR names")
        verbose_name_plural = _("keys of FHIR names")

    def __str__(self) -> str:
        return str(self.person_id)
