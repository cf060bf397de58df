"""Each patient's time to the first recurrence, in five queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, Exists, OuterRef, QuerySet, Subquery

from accounts.models import Consent, User
from walking.care.enrolment.enrol import CONSENT_DOCUMENT
from walking.models import OutcomeAnswer, Plan, Recurrence, Review
from walking.programme import weeks
from walking.programme.outcomes import FEWEST_MONTHS
from walking.programme.survival import Definition, Episode, Observation, observe

#: Adherence covers the trial's first twelve weeks.
FIRST_WEEKS: Final = 12


@dataclass(frozen=True, slots=True)
class Person:
    """A patient, from the first day of the first plan. ``adherence``: the mean (0-1) of the first twelve weeks, or None
    before all were reviewed. ``version``: of the programme at the start, 0 for the default."""

    start: dt.date
    physiotherapist: str
    version: int
    adherence: float | None
    episodes: tuple[Episode, ...]
    answered: frozenset[int]
    months: int
    stopped: dt.date | None
    today: dt.date

    def observed(self, definition: Definition) -> Observation:
        return observe(
            self.start, self.episodes, self.answered, definition,
            today=self.today, months=self.months, stopped=self.stopped,
        )  # fmt: skip


def people_of(viewer: User, at: dt.datetime) -> list[Person]:
    """Return all patients whom ``viewer`` may see and whose first plan had begun by ``at``, each once."""
    plans = list(_first_plans(viewer))
    zones = {row["pk"]: ZoneInfo(row["patient__timezone"]) for row in plans}
    answered, episodes = _answers(viewer), _episodes(viewer, zones)
    adherence = _adherence(viewer)
    found = []
    for row in plans:
        pk, zone = row["pk"], zones[row["pk"]]
        today = weeks.local_day(at, zone)
        if row["start"] > today:
            continue
        ended = [row["next_start"]]
        if row["consent"] == Consent.Action.WITHDRAWN:
            ended.append(weeks.local_day(row["consent_at"], zone))
        found.append(
            Person(
                start=row["start"],
                physiotherapist=row["physiotherapist__name"] or "",
                version=row["programme_version__number"] or 0,
                adherence=adherence.get(pk),
                episodes=tuple(episodes[pk]),
                answered=frozenset(answered[pk]),
                months=row["clinic__follow_up_length__months"] or FEWEST_MONTHS,
                stopped=min(filter(None, ended), default=None),
                today=today,
            )
        )
    return found


def _first_plans(viewer: User) -> Iterable[dict[str, Any]]:
    plans = _first(Plan.objects.visible_to(viewer))
    later = Plan.objects.filter(patient=OuterRef("patient"), pk__gt=OuterRef("pk")).order_by("pk")
    said = Consent.objects.filter(user=OuterRef("patient"), document=CONSENT_DOCUMENT)
    said = said.order_by("-at", "-pk")
    return (
        plans.annotate(
            next_start=Subquery(later.values("start")[:1]),
            consent=Subquery(said.values("action")[:1]),
            consent_at=Subquery(said.values("at")[:1]),
        )
        .order_by("pk")
        .values(
            *("pk", "start", "patient__timezone", "physiotherapist__name"),
            *("programme_version__number", "clinic__follow_up_length__months"),
            *("next_start", "consent", "consent_at"),
        )
    )


def _first(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    earlier = Plan.objects.filter(patient=OuterRef("patient"), pk__lt=OuterRef("pk"))
    return plans.filter(~Exists(earlier))


def _answers(viewer: User) -> dict[int, set[int]]:
    rows = Recurrence.objects.filter(
        plan__in=Plan.objects.visible_to(viewer), month__isnull=False
    ).order_by()
    found: dict[int, set[int]] = defaultdict(set)
    for plan_id, month in rows.values_list("plan_id", "month").iterator():
        assert month is not None  # noqa: S101 - it was asked for
        found[plan_id].add(month)
    return found


def _episodes(viewer: User, zones: dict[int, ZoneInfo]) -> dict[int, list[Episode]]:
    """If the start of an episode is unknown, the day it was reported is used."""
    rows = Recurrence.objects.episodes().filter(plan__in=Plan.objects.visible_to(viewer))
    found: dict[int, list[Episode]] = defaultdict(list)
    columns = ("plan_id", "started", "ended", "at", "limited_activity", "sought_care")
    for plan_id, started, ended, at, limiting, care in rows.values_list(*columns).iterator():
        if plan_id in zones:
            began = started or ended or weeks.local_day(at, zones[plan_id])
            found[plan_id].append(Episode(began, limiting, care))
    return found


def _adherence(viewer: User) -> dict[int, float]:
    later = Review.objects.filter(
        plan=OuterRef("plan"),
        week_number=OuterRef("week_number"),
        revision__gt=OuterRef("revision"),
    )
    rows = (
        Review.objects.filter(
            ~Exists(later),
            plan__in=Plan.objects.visible_to(viewer),
            week_number__lte=FIRST_WEEKS,
        )
        .order_by()
        .values("plan_id")
        .annotate(mean=Avg("adherence"), n=Count("pk"))
        .filter(n=FIRST_WEEKS)
    )
    return {row["plan_id"]: float(row["mean"]) for row in rows}


@dataclass(slots=True)
class Scores:
    """The patients' answers on one occasion."""

    disability: list[int] = field(default_factory=list)
    pain: list[int] = field(default_factory=list)


def scores_of(viewer: User) -> dict[int, Scores]:
    """Return the scores by month, of first plans, with the revision that counts."""
    plans = _first(Plan.objects.visible_to(viewer))
    rows = OutcomeAnswer.objects.counting().filter(plan__in=plans).order_by("month")
    found: dict[int, Scores] = defaultdict(Scores)
    for month, disability, pain in rows.values_list("month", "disability", "pain").iterator():
        if disability is not None:
            found[month].disability.append(disability)
        if pain is not None:
            found[month].pain.append(pain)
    return dict(found)
