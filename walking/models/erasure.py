"""Leaving: a patient's own download, the request to be erased, and what remains after the erasure."""

from __future__ import annotations

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Role, User
from walking.models.facts import Fact


class OwnDownload(Fact):
    """That a patient downloaded their own record; exports by staff are in ``accounts.Access``."""

    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="own_downloads"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("download of the own data")
        verbose_name_plural = _("downloads of the own data")

    def __str__(self) -> str:
        return f"{self.patient_id}: {self.at:%Y-%m-%d}"


class Why(models.TextChoices):
    """Why a person is erased."""

    ASKED = "asked", _("the patient asked for it")
    CLINIC = "clinic", _("the clinic did it on the patient's request")
    RETENTION = "retention", _("the clinic keeps records no longer than this")
    AGAIN = "again", _("a restored backup had brought it back")


class ErasureRequest(models.Model):
    """That a record is to be erased at ``due_at``, unless the request is withdrawn before. It is erased with the
    rest."""

    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasure_requests"
    )
    why = models.CharField(_("why"), max_length=10, choices=Why)
    words = models.CharField(_("in words"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("to be erased"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    class Meta:
        verbose_name = _("request to erase")
        verbose_name_plural = _("requests to erase")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="erasure_one_request",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("at")), name="erasure_after_request"
            ),
            models.CheckConstraint(
                condition=models.Q(why__in=["asked", "clinic", "retention", "again"]),
                name="erasure_request_why_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="erasure_due",
                condition=models.Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id}: {self.due_at:%Y-%m-%d}"


class Erasure(Fact):
    """What remains of a person: that someone was erased, when and why, and nothing about who it was.

    ``mark`` tells whether a row of a restored backup is that person. It is made from the row's number and the
    microsecond at which the row was created, with ``id`` as the salt, so that only someone who has the row itself can
    tell.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)
    why = models.CharField(_("why"), max_length=10, choices=Why)
    at = models.DateTimeField(_("erased"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(why__in=["asked", "clinic", "retention", "again"]),
                name="erasure_why_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def is_of(self, user: User) -> bool:
        return self.mark == mark_of(user, self.id)


def mark_of(user: User, salt: uuid.UUID) -> str:
    made = f"{user.pk} {user.date_joined.timestamp():.6f} {salt}"
    return hashlib.sha256(made.encode()).hexdigest()


class ErasedAccess(Fact):
    """A line of the audit trail of an erased person: which member of staff did what and when, without naming the
    person. Kept because staff answer for what they did with records for years afterwards."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("as"), max_length=20, choices=Role)
    action = models.CharField(_("what was done"), max_length=10)
    what = models.CharField(_("of what"), max_length=40)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("access to an erased record")
        verbose_name_plural = _("accesses to erased records")

    def __str__(self) -> str:
        return f"{self.by_id} {self.action} {self.what}"
