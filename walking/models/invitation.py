"""An invitation: a plan that is ready for its patient."""

from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User
from walking.models.programme_fields import VersionedProgramme, programme_constraints


def new_nonce() -> str:
    return secrets.token_urlsafe(12)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, viewer: User) -> Self:
        """Return the invitations that ``viewer`` may see: those of their own clinic."""
        if viewer.is_active and viewer.is_superuser:
            return self
        if viewer.is_active and viewer.is_staff and viewer.clinic_id:
            return self.filter(clinic_id=viewer.clinic_id)
        return self.none()


class Invitation(VersionedProgramme):
    """An invitation to a plan, or to sign in to the plan that ``patient`` already has. Made by a physiotherapist;
    accepted once, by the bearer of the link in the email, before ``expires_at``."""

    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("clinic")
    )
    physiotherapist = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=_("physiotherapist"),
    )
    #: The patient, with a plan already, who is offered this address; None for a new patient.
    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    email = models.EmailField(_("email"))
    name = models.CharField(_("name"), max_length=120)
    message = models.TextField(_("message to the patient"), blank=True, max_length=2000)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    created_at = models.DateTimeField(_("invited"), editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("taken back"), null=True, editable=False)
    plan = models.OneToOneField(
        "walking.Plan",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="invitation",
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints = [
            *programme_constraints("invitation"),
            models.UniqueConstraint(
                "clinic",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
                violation_error_message=_(
                    "This address has an open invitation already. Take it back first."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, plan__isnull=True)
                | models.Q(accepted_at__isnull=False)
                & (models.Q(plan__isnull=False) | models.Q(patient__isnull=False)),
                name="invitation_accepted_has_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
