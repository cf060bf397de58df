"""A plan, its weeks, and what happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, User
from walking.models.facts import Fact, between, between_or_none, both_or_neither
from walking.models.programme_fields import VersionedProgramme, programme_constraints
from walking.programme import weeks
from walking.programme.dose import Dose
from walking.programme.review import ReviewState


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, viewer: User) -> Self:
        """Return the plans whose patients ``viewer`` may see; every page, action and export starts here."""
        if not viewer.is_active:
            return self.none()
        if viewer.is_superuser:
            return self
        if viewer.is_staff and viewer.clinic_id:
            return self.filter(clinic_id=viewer.clinic_id)
        return self.filter(patient_id=viewer.pk)

    def open(self) -> Self:
        return self.filter(status__in=Plan.OPEN)

    def locked(
        self, pk: int, *, related: Sequence[str] = ("patient", "clinic", "programme_version")
    ) -> Plan:
        """Lock one plan until the transaction ends and return it with ``related``; raises ``DoesNotExist`` if there is
        none."""
        return self.select_for_update(of=("self",)).select_related(*related).get(pk=pk)


class Plan(VersionedProgramme):
    """One patient's programme, from its start date to the last follow-up question.

    ``week_number`` is the running week (0 until the first begins). The columns ``next_…_at`` are moments in UTC,
    computed in the patient's time zone, at which a scheduled job must act; null means nothing is due.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        COMPLETED = "completed", _("completed")

    OPEN = (Status.ACTIVE, Status.PAUSED)

    patient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="plans",
        verbose_name=_("patient"),
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="plans", verbose_name=_("clinic")
    )
    physiotherapist = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="caseload",
        verbose_name=_("physiotherapist"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    paused_for = models.CharField(
        _("paused because of"),
        max_length=20,
        blank=True,
        choices=[
            ("red_flag", _("a warning sign")),
            ("physiotherapist", _("the physiotherapist's decision")),
        ],
    )
    start = models.DateField(_("start"), help_text=_("The first local day of week 1."))
    check_in_time = models.TimeField(
        _("check-in time"),
        default=weeks.CHECK_IN_HOUR,
        help_text=_("When the weekly check-in arrives, on the week's last day."),
    )
    week_number = models.PositiveSmallIntegerField(_("running week"), default=0)

    # What the review carries over from week to week (walking.programme.review.ReviewState).
    empty_row = models.PositiveSmallIntegerField(default=0, editable=False)
    low_row = models.PositiveSmallIntegerField(default=0, editable=False)
    settling = models.BooleanField(default=False, editable=False)
    good_weeks = models.PositiveSmallIntegerField(default=0, editable=False)
    unchecked_raises = models.PositiveSmallIntegerField(default=0, editable=False)

    next_review_at = models.DateTimeField(_("next review"), null=True, editable=False)
    next_check_in_at = models.DateTimeField(_("next check-in mail"), null=True, editable=False)
    next_question_at = models.DateTimeField(_("next monthly question"), null=True, editable=False)
    next_question_month = models.PositiveSmallIntegerField(default=1, editable=False)

    #: Goes up with every change by a person, so that two people editing at once cannot overwrite each other.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            *programme_constraints("plan"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(status__in=["active", "paused"]),
                name="plan_one_open_per_patient",
                violation_error_message=_(
                    "This patient has a plan already. Complete it before starting another."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "paused", "completed"]),
                name="plan_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status="active", next_review_at__isnull=False, week_number__gte=1
                )
                | (
                    ~models.Q(status="active")
                    & models.Q(next_review_at__isnull=True, next_check_in_at__isnull=True)
                ),
                name="plan_due_only_while_active",
            ),
            models.CheckConstraint(
                condition=models.Q(status="paused") ^ models.Q(paused_for=""),
                name="plan_paused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(week_number__lte=models.F("length_weeks")),
                name="plan_week_within_length",
            ),
        ]
        indexes = [
            # Counts and sorts the caseload without reading the plans.
            models.Index(
                fields=["clinic", "status", "physiotherapist", "patient"], name="plan_caseload"
            ),
            # Cost grows with what is due, not with the number of plans.
            models.Index(
                fields=["next_review_at", "id"],
                name="plan_review_due",
                condition=models.Q(next_review_at__isnull=False),
            ),
            models.Index(
                fields=["next_check_in_at", "id"],
                name="plan_check_in_due",
                condition=models.Q(next_check_in_at__isnull=False),
            ),
            models.Index(
                fields=["next_question_at", "id"],
                name="plan_question_due",
                condition=models.Q(next_question_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} ({self.get_status_display()})"

    @property
    def state(self) -> ReviewState:
        return ReviewState(
            empty_row=self.empty_row,
            low_row=self.low_row,
            settling=self.settling,
            good_weeks=self.good_weeks,
            unchecked_raises=self.unchecked_raises,
        )

    @state.setter
    def state(self, state: ReviewState) -> None:
        self.empty_row = state.empty_row
        self.low_row = state.low_row
        self.settling = state.settling
        self.good_weeks = state.good_weeks
        self.unchecked_raises = state.unchecked_raises

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_last_week(self) -> bool:
        return self.week_number >= self.length_weeks


class Week(models.Model):
    """Seven local days and their dose; fewer days only if a pause cut the week short.

    If a flare-up was reported in mid-week, ``minutes`` and ``days`` are the dose from day ``eased_from`` on, and
    ``first_minutes`` and ``first_days`` what was prescribed before.
    """

    class Origin(models.TextChoices):
        START = "start", _("start of the plan")
        REVIEW = "review", _("weekly review")
        PHYSIOTHERAPIST = "physiotherapist", _("physiotherapist")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="weeks", db_index=False)
    number = models.PositiveSmallIntegerField(_("week"))
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    minutes = models.PositiveSmallIntegerField(_("minutes a walk"))
    days = models.PositiveSmallIntegerField(_("days a week"))
    eased_from = models.PositiveSmallIntegerField(_("eased from day"), null=True, blank=True)
    first_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    first_days = models.PositiveSmallIntegerField(null=True, blank=True)
    origin = models.CharField(_("set by"), max_length=20, choices=Origin, default=Origin.REVIEW)

    class Meta:
        verbose_name = _("week")
        verbose_name_plural = _("weeks")
        ordering = ("plan_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="week_number_once"),
            models.UniqueConstraint(fields=["plan", "starts"], name="week_start_once"),
            models.CheckConstraint(condition=between("number", 1, 52), name="week_number_range"),
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts"))
                & models.Q(
                    ends__lte=models.ExpressionWrapper(
                        models.F("starts") + dt.timedelta(days=6), models.DateField()
                    )
                ),
                name="week_at_most_seven_days",
            ),
            models.CheckConstraint(
                condition=between("minutes", 1, 120) & between("days", 1, 7), name="week_dose_range"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    eased_from__isnull=True, first_minutes__isnull=True, first_days__isnull=True
                )
                # A comparison with null is unknown, and a check constraint accepts unknown.
                | (
                    models.Q(
                        eased_from__isnull=False,
                        first_minutes__isnull=False,
                        first_days__isnull=False,
                    )
                    & between("eased_from", 1, 7)
                    & between("first_minutes", 1, 120)
                    & between("first_days", 1, 7)
                ),
                name="week_eased_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: week {self.number}"

    @property
    def dose(self) -> Dose:
        """Return the dose that applies now (after a mid-week reduction, the reduced one)."""
        return Dose(self.minutes, self.days)

    @property
    def first_dose(self) -> Dose:
        """Return the dose that the week began with."""
        if self.first_minutes is None or self.first_days is None:
            return self.dose
        return Dose(self.first_minutes, self.first_days)

    def doses_by_day(self) -> tuple[Dose, ...] | None:
        """Return seven doses, day 1 to 7, if the dose changed in mid-week; else None."""
        if self.eased_from is None:
            return None
        return (self.first_dose,) * (self.eased_from - 1) + (self.dose,) * (8 - self.eased_from)

    def contains(self, day: dt.date) -> bool:
        return self.starts <= day <= self.ends


class PlanEvent(Fact):
    """Something that a person or the automatic review did to a plan as a whole."""

    class Kind(models.TextChoices):
        STARTED = "started", _("started")
        PAUSED = "paused", _("paused")
        RESUMED = "resumed", _("resumed")
        COMPLETED = "completed", _("completed")
        FLARE_UP = "flare_up", _("flare-up reported")
        RED_FLAG = "red_flag", _("red flag reported after the end")
        ZONE_CHANGED = "zone_changed", _("time zone changed")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    week_number = models.PositiveSmallIntegerField(_("week"))
    minutes = models.PositiveSmallIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(_("note"), blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("minutes", "days"), name="event_dose_whole"
            ),
            models.CheckConstraint(
                condition=between_or_none("minutes", 1, 120) & between_or_none("days", 1, 7),
                name="event_dose_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.kind}"
