"""The screening questions before a patient is enrolled."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import Fact, between
from walking.models.invitation import Invitation
from walking.models.plan import Plan
from walking.programme.screening import COMFORTABLE_MINUTES


class Screening(Fact):
    """The answers by which a patient was found suitable; for an invitation, or for a plan that needed none.

    ``criteria`` is the version of the questions. No one is enrolled whom walking could harm; ``reason`` says why a
    patient who has not recovered within six months is enrolled.
    """

    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, null=True, related_name="screening"
    )
    plan = models.OneToOneField(
        Plan, on_delete=models.PROTECT, null=True, related_name="own_screening"
    )
    criteria = models.CharField(_("version of the criteria"), max_length=10)
    adult = models.BooleanField(_("adult"))
    no_red_flag = models.BooleanField(_("no warning sign"))
    safe_to_walk = models.BooleanField(_("safe to walk"))
    recovered = models.BooleanField(_("recovered within six months"))
    reason = models.TextField(_("why all the same"), max_length=500, blank=True)
    comfortable_minutes = models.PositiveSmallIntegerField(_("minutes walked comfortably"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ("-at",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(invitation__isnull=True) ^ models.Q(plan__isnull=True),
                name="screening_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(adult=True, no_red_flag=True, safe_to_walk=True),
                name="screening_safe",
            ),
            models.CheckConstraint(
                condition=models.Q(recovered=True) | ~models.Q(reason=""),
                name="screening_recovered_or_reason",
            ),
            models.CheckConstraint(
                condition=between(
                    "comfortable_minutes", COMFORTABLE_MINUTES.low, COMFORTABLE_MINUTES.high
                ),
                name="screening_comfortable_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criteria}, {self.at:%Y-%m-%d}"
