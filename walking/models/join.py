"""Requests to join: clinics that accept requests, and the people who asked."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User


class OpenDoor(models.Model):
    """A clinic that accepts requests for an invitation, at an address of its own; without a row it only invites."""

    clinic = models.OneToOneField(
        Clinic, on_delete=models.CASCADE, primary_key=True, related_name="open_door"
    )
    slug = models.SlugField(max_length=40, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("open door")
        verbose_name_plural = _("open doors")
        constraints = [models.CheckConstraint(condition=~models.Q(slug=""), name="door_has_slug")]

    def __str__(self) -> str:
        return self.slug


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, viewer: User) -> Self:
        """Return the requests that ``viewer`` may see: those to their own clinic."""
        if viewer.is_active and viewer.is_staff and viewer.clinic_id:
            return self.filter(clinic_id=viewer.clinic_id)
        return self.none()

    def waiting(self) -> Self:
        return self.filter(closed_at=None)


class JoinRequest(models.Model):
    """A request for an invitation by someone who reads the mailbox ``email``. Not yet a patient; deleted after a
    time."""

    clinic = models.ForeignKey(
        Clinic, on_delete=models.CASCADE, related_name="join_requests", verbose_name=_("clinic")
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email"))
    words = models.TextField(_("in their words"), max_length=1000, blank=True)
    at = models.DateTimeField(_("asked"))
    closed_at = models.DateTimeField(_("answered"), null=True)
    invited = models.BooleanField(_("invited"), default=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ("at", "pk")
        constraints = [
            models.UniqueConstraint(
                "clinic",
                Lower("email"),
                condition=models.Q(closed_at__isnull=True),
                name="join_asked_once",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True, invited=False)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="join_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
