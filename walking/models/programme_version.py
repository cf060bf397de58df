"""A clinic's own programme: the settings that invitations start from, and the thresholds of its reviews."""

from __future__ import annotations

from functools import lru_cache
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User
from walking.models.facts import Fact, FactQuerySet, between
from walking.models.programme_fields import ProgrammeFields, programme_constraints
from walking.programme.thresholds import ALLOWED, NAMES, Thresholds


class ProgrammeVersionQuerySet(FactQuerySet["ProgrammeVersion"]):
    def visible_to(self, viewer: User) -> Self:
        """Return the versions that ``viewer`` may see: those of their own clinic."""
        if viewer.is_active and viewer.is_superuser:
            return self
        if viewer.is_active and viewer.is_staff and viewer.clinic_id:
            return self.filter(clinic_id=viewer.clinic_id)
        return self.none()

    def of_its_own(self, clinic: Clinic) -> Self:
        """Return the versions that ``clinic`` decided on, not those imported with a patient's record."""
        return self.filter(clinic=clinic, taken_over_at=None)

    def current(self, clinic: Clinic | None) -> ProgrammeVersion | None:
        """Return the version that new invitations of ``clinic`` start from; None while it uses the defaults."""
        return self.of_its_own(clinic).order_by("-number").first() if clinic else None

    def last_number(self) -> int:
        """Return the highest number given so far; 0 if there is none."""
        number: int | None = self.aggregate(last=models.Max("number"))["last"]
        return number or 0


class ProgrammeVersion(ProgrammeFields, Fact):
    """Written once: a change is the next number. A plan keeps the version it started with until someone changes it."""

    clinic = models.ForeignKey(
        Clinic,
        on_delete=models.PROTECT,
        related_name="programme_versions",
        verbose_name=_("clinic"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    pain_too_much = models.PositiveSmallIntegerField(default=6)
    pain_moderate = models.PositiveSmallIntegerField(default=4)
    mostly_done_percent = models.PositiveSmallIntegerField(default=80)
    half_done_percent = models.PositiveSmallIntegerField(default=50)
    low_weeks = models.PositiveSmallIntegerField(default=2)
    layoff_weeks = models.PositiveSmallIntegerField(default=2)
    low_confidence = models.PositiveSmallIntegerField(default=4)
    unchecked_raises = models.PositiveSmallIntegerField(default=2)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    why = models.TextField(_("why"), max_length=2000)
    #: When it was imported with the record of a patient from another clinic; None for the clinic's own.
    taken_over_at = models.DateTimeField(_("taken over"), null=True)

    objects = ProgrammeVersionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("version of the programme")
        verbose_name_plural = _("versions of the programme")
        ordering = ("clinic_id", "number")
        constraints = [
            *programme_constraints("version"),
            models.UniqueConstraint(fields=["clinic", "number"], name="version_number_once"),
            *(
                models.CheckConstraint(
                    condition=between(name, allowed.low, allowed.high), name=f"version_{name}_range"
                )
                for name, allowed in ALLOWED.items()
            ),
            models.CheckConstraint(
                condition=models.Q(pain_moderate__lt=models.F("pain_too_much")),
                name="version_pain_moderate_below",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinic}: {self.number}"

    @property
    def thresholds(self) -> Thresholds:
        return _thresholds(*(getattr(self, name) for name in NAMES))

    def set_thresholds(self, thresholds: Thresholds) -> Self:
        for name in NAMES:
            setattr(self, name, getattr(thresholds, name))
        return self


@lru_cache(maxsize=256)
def _thresholds(*values: int) -> Thresholds:
    """Return one object for all plans of a version: a batch builds it once."""
    return Thresholds(*values)
