"""The figures of the reports, aggregated by the database, one query each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import (
    Avg,
    Count,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
)
from django.db.models.functions import Coalesce, TruncDate

from walking.desk.insight.reports.numbers import FOLLOWED_DAYS
from walking.desk.insight.reports.scope import Scope
from walking.models import Contact, Mail, Plan, Recurrence, Review


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week of the programme: means over the ``n`` patients whose week was reviewed, and the number in
    ``everybody``."""

    number: int
    n: int
    everybody: int
    adherence: float
    minutes: float
    planned: float


def weeks_of(scope: Scope) -> list[WeekFigures]:
    """Return the figures by week of the programme, for reviews of the period, with the revision that counts."""
    later = Review.objects.filter(
        plan=OuterRef("plan"),
        week_number=OuterRef("week_number"),
        revision__gt=OuterRef("revision"),
    )
    mine = scope.chosen("plan__")
    rows = (
        Review.objects.filter(plan__in=scope.plans, at__gte=scope.begins, at__lt=scope.ends)
        .filter(~Exists(later))
        .order_by("week_number")
        .values("week_number")
        .annotate(
            n=Count("pk", filter=mine),
            everybody=Count("pk"),
            share=Avg("adherence", filter=mine),
            minutes=Avg("minutes_walked", filter=mine),
            planned=Avg(F("dose_minutes") * F("dose_days"), filter=mine),
        )
    )
    return [
        WeekFigures(
            row["week_number"], row["n"], row["everybody"],
            float(row["share"]), float(row["minutes"]), float(row["planned"]),
        )
        for row in rows
        if row["n"]
    ]  # fmt: skip


def states_of(scope: Scope) -> list[dict[str, Any]]:
    """Return the present number of plans by physiotherapist, status and reason for a pause, and how many need
    attention."""
    rows: Any = (
        scope.plans.order_by()
        .values("physiotherapist", "physiotherapist__name", "status", "paused_for")
        .annotate(n=Count("pk"), waiting=Count("pk", filter=Q(attention__rank__isnull=False)))
    )
    return list(rows)


def starts_of(scope: Scope) -> list[tuple[dt.date, int, int]]:
    """Return the days on which plans started, with how many of the chosen and of all."""
    return list(
        scope.plans.filter(
            start__lte=scope.until, start__gt=scope.since - dt.timedelta(days=FOLLOWED_DAYS)
        )
        .order_by()
        .values("start")
        .annotate(n=Count("pk", filter=scope.chosen()), everybody=Count("pk"))
        .values_list("start", "n", "everybody")
    )


def episodes_of(scope: Scope) -> dict[str, int]:
    """Return the period's episodes within a year of the plan's start, by the trial's three definitions. If the start of
    an episode is unknown, the day it was reported is used."""
    told = TruncDate("at", tzinfo=scope.zone)
    began = Coalesce("started", "ended", told, output_field=DateField())
    mine = scope.chosen("plan__")
    found: dict[str, int] = (
        Recurrence.objects.episodes()
        .filter(plan__in=scope.plans)
        .annotate(began=began)
        .filter(
            began__gte=scope.since,
            began__lte=scope.until,
            began__lt=F("plan__start") + dt.timedelta(days=FOLLOWED_DAYS),
        )
        .aggregate(
            any=Count("pk", filter=mine),
            limiting=Count("pk", filter=mine & Q(limited_activity=True)),
            care=Count("pk", filter=mine & Q(sought_care=True)),
            patients=Count("plan", filter=mine, distinct=True),
        )
    )
    return found


def contacts_of(scope: Scope) -> list[dict[str, Any]]:
    """Return the period's contacts by number: done, missed, past without a note, or planned."""
    mine, state = scope.chosen("plan__"), Contact.State
    planned = mine & Q(state=state.PLANNED)
    rows: Any = (
        Contact.objects.filter(plan__in=scope.plans, due__gte=scope.since, due__lte=scope.until)
        .order_by("number")
        .values("number")
        .annotate(
            n=Count("pk", filter=mine),
            everybody=Count("pk"),
            done=Count("pk", filter=mine & Q(state=state.DONE)),
            missed=Count("pk", filter=mine & Q(state=state.MISSED)),
            open=Count("pk", filter=planned & Q(due__lt=scope.today)),
            ahead=Count("pk", filter=planned & Q(due__gte=scope.today)),
        )
    )
    return list(rows)


def mail_of(scope: Scope) -> list[dict[str, Any]]:
    """Return the patients' emails settled in the period, by kind, and how many patients they were for."""
    mine, state = scope.chosen("plan__"), Mail.State
    rows: Any = (
        Mail.objects.filter(
            plan__in=scope.plans,
            recipient=F("plan__patient"),
            settled_at__gte=scope.begins,
            settled_at__lt=scope.ends,
        )
        .order_by("kind")
        .values("kind")
        .annotate(
            patients=Count("plan", filter=mine, distinct=True),
            everybody=Count("plan", distinct=True),
            sent=Count("pk", filter=mine & Q(state=state.SENT)),
            failed=Count("pk", filter=mine & Q(state=state.FAILED)),
            suppressed=Count("pk", filter=mine & Q(state=state.SUPPRESSED)),
        )
    )
    return list(rows)


class Figures:
    """The figures for one response. What two tables need is loaded once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @cached_property
    def weeks(self) -> list[WeekFigures]:
        return weeks_of(self.scope)

    @cached_property
    def states(self) -> list[dict[str, Any]]:
        return states_of(self.scope)


#: In the order of the caseload report: status, reason for a pause.
STATES = (
    (Plan.Status.ACTIVE, ""),
    (Plan.Status.PAUSED, "red_flag"),
    (Plan.Status.PAUSED, "physiotherapist"),
    (Plan.Status.COMPLETED, ""),
)
