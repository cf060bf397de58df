"""The settings of a programme as columns, shared by an invitation and the plan made from it."""

from __future__ import annotations

from functools import lru_cache
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import between
from walking.programme.dose import Dose
from walking.programme.ranges import InvalidProgramme
from walking.programme.settings import Programme
from walking.programme.thresholds import USUAL, Thresholds


@lru_cache(maxsize=4096)  # many patients share few settings, and building them validates them
def _programme(
    baseline: tuple[int, int],
    goal: tuple[int, int],
    weekly_increase: int,
    weeks_per_rung: int,
    length_weeks: int,
    allow_faster: bool,
    thresholds: Thresholds,
) -> Programme:
    return Programme(
        baseline=Dose(*baseline),
        goal=Dose(*goal),
        weekly_increase=weekly_increase,
        weeks_per_rung=weeks_per_rung,
        length_weeks=length_weeks,
        allow_faster=allow_faster,
        thresholds=thresholds,
    )


class ProgrammeFields(models.Model):
    """Ranges and defaults come from ``walking.programme.settings``; the database checks them too."""

    baseline_minutes = models.PositiveSmallIntegerField(_("baseline: minutes a walk"), default=10)
    baseline_days = models.PositiveSmallIntegerField(_("baseline: days a week"), default=3)
    goal_minutes = models.PositiveSmallIntegerField(_("goal: minutes a walk"), default=30)
    goal_days = models.PositiveSmallIntegerField(_("goal: days a week"), default=5)
    weekly_increase = models.PositiveSmallIntegerField(
        _("weekly increase"),
        default=10,
        help_text=_("Minutes a week added at most by a step; 7 to 30."),
    )
    weeks_per_rung = models.PositiveSmallIntegerField(
        _("weeks on each step"), default=1, help_text=_("Good weeks before the next step; 1 to 4.")
    )
    length_weeks = models.PositiveSmallIntegerField(_("length in weeks"), default=26)
    allow_faster = models.BooleanField(
        _("may go two steps at once"),
        default=False,
        help_text=_("After a week that was all walked, too easy and without pain."),
    )

    class Meta:
        abstract = True

    @property
    def programme(self) -> Programme:
        """Return the settings as the rules need them."""
        return self.programme_with(self.thresholds)

    @property
    def thresholds(self) -> Thresholds:
        """Return what the weekly review compares with."""
        raise NotImplementedError

    def programme_with(self, thresholds: Thresholds) -> Programme:
        return _programme(
            (self.baseline_minutes, self.baseline_days),
            (self.goal_minutes, self.goal_days),
            self.weekly_increase,
            self.weeks_per_rung,
            self.length_weeks,
            self.allow_faster,
            thresholds,
        )

    def set_programme(self, programme: Programme) -> Self:
        self.baseline_minutes, self.baseline_days = (
            programme.baseline.minutes,
            programme.baseline.days,
        )
        self.goal_minutes, self.goal_days = programme.goal.minutes, programme.goal.days
        self.weekly_increase = programme.weekly_increase
        self.weeks_per_rung = programme.weeks_per_rung
        self.length_weeks = programme.length_weeks
        self.allow_faster = programme.allow_faster
        return self

    def clean(self) -> None:
        super().clean()
        try:
            self.programme  # noqa: B018 - building it is the check
        except InvalidProgramme as error:
            raise ValidationError(str(error)) from error
        except TypeError:
            pass  # the empty field has its own error


class VersionedProgramme(ProgrammeFields):
    """Settings of one patient, with the version of the clinic's programme whose thresholds apply; without one, the
    default thresholds apply."""

    programme_version = models.ForeignKey(
        "walking.ProgrammeVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version of the clinic's programme"),
    )

    class Meta:
        abstract = True

    @property
    def thresholds(self) -> Thresholds:
        # Check the id first: most have none, and then there is nothing to load.
        if self.programme_version_id is None or self.programme_version is None:
            return USUAL
        return self.programme_version.thresholds

    def take_programme(self, other: VersionedProgramme) -> Self:
        """Copy the settings of another record, with their version."""
        self.programme_version = other.programme_version
        return self.set_programme(other.programme)


#: The columns that make up a ``VersionedProgramme``.
PROGRAMME_COLUMNS = (
    "baseline_minutes",
    "baseline_days",
    "goal_minutes",
    "goal_days",
    "weekly_increase",
    "weeks_per_rung",
    "length_weeks",
    "allow_faster",
    "programme_version",
)


def programme_constraints(prefix: str) -> list[models.CheckConstraint]:
    """Return what the rules rely on, as check constraints; names start with ``prefix``."""
    q = models.Q
    return [
        models.CheckConstraint(
            condition=between("baseline_minutes", 5, 60) & between("baseline_days", 1, 7),
            name=f"{prefix}_baseline_range",
        ),
        models.CheckConstraint(
            condition=between("goal_minutes", 5, 120) & between("goal_days", 1, 7),
            name=f"{prefix}_goal_range",
        ),
        models.CheckConstraint(
            condition=q(
                goal_minutes__gte=models.F("baseline_minutes"),
                goal_days__gte=models.F("baseline_days"),
            ),
            name=f"{prefix}_goal_not_below_baseline",
            violation_error_message=_(
                "The goal may not be below the baseline, in minutes or in days."
            ),
        ),
        models.CheckConstraint(
            condition=between("weekly_increase", 7, 30), name=f"{prefix}_increase_range"
        ),
        models.CheckConstraint(
            condition=between("weeks_per_rung", 1, 4), name=f"{prefix}_weeks_per_rung_range"
        ),
        models.CheckConstraint(
            condition=between("length_weeks", 1, 52), name=f"{prefix}_length_range"
        ),
    ]
