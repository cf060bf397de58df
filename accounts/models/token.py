"""What a patient gives to a connected app instead of the password."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def live(self, at: datetime) -> Self:
        """Return the tokens that are valid at ``at``."""
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=at), revoked_at__isnull=True
        )


class AccessToken(models.Model):
    """A personal access token. Only the SHA-256 of the secret is stored: it is random and long, so a slower hash is not
    needed, and someone who reads the table cannot use it.

    ``scopes`` are separated by spaces, as in OAuth 2; ``accounts.tokens`` defines them. ``expires_at`` None: valid
    until revoked. ``last_used_at`` is the beginning of an hour, so that most requests cost no write.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="access_tokens", verbose_name=_("person")
    )
    label = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.CharField(_("what it may do"), max_length=400)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Exact(Length("digest"), 64), name="token_digest_is_one"
            ),
            models.CheckConstraint(condition=~models.Q(label=""), name="token_has_label"),
            models.CheckConstraint(condition=~models.Q(scopes=""), name="token_may_something"),
            models.CheckConstraint(
                condition=models.Q(expires_at=None)
                | models.Q(expires_at__gt=models.F("created_at")),
                name="token_ends_after_it_was_made",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None)
                | models.Q(revoked_at__gte=models.F("created_at")),
                name="token_revoked_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.label
