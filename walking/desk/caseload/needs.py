"""Patients who need attention: the top of the caseload."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.desk import manages, viewer
from walking.desk.patient.alarms import with_alarms
from walking.models import Acknowledgement, Attention, Plan
from walking.models.attention import NAME
from walking.programme.attention import Kind

#: How many lines are shown at first; the rest are one click away.
SHOWN = 12


@dataclass(slots=True)
class Seen:
    """A need that was acknowledged or snoozed, and its latest note."""

    row: Attention
    word: Acknowledgement | None
    names: list[str]


class Panel:
    """The top of the caseload for one request. Each part is loaded once, when needed."""

    def __init__(self, request: HttpRequest) -> None:
        self.user = viewer(request)
        self._rows = Attention.objects.visible_to(self.user)

    @property
    def _own(self) -> Q:
        """Return the viewer's own and unassigned patients; for a manager, all of the clinic."""
        if manages(self.user):
            return Q()
        return Q(plan__physiotherapist=self.user) | Q(plan__physiotherapist=None)

    @cached_property
    def counts(self) -> dict[Kind, tuple[int, int]]:
        """Return how many patients need attention by kind, of the viewer's own and of all."""
        told = (
            self._rows.waiting()
            .order_by()
            .values("kind")
            .annotate(own=Count("pk", filter=self._own or Q(pk__isnull=False)), total=Count("pk"))
        )
        return {Kind(row["kind"]): (row["own"], row["total"]) for row in told}

    def _lines(self, rows: QuerySet[Attention]) -> list[Attention]:
        lines = list(rows.select_related("plan__patient", "plan__physiotherapist")[:SHOWN])
        with_alarms(lines, timezone.now())
        return lines

    @cached_property
    def own(self) -> list[Attention]:
        return self._lines(self._rows.waiting().filter(self._own))

    @cached_property
    def colleagues(self) -> list[Attention]:
        return self._lines(self._rows.waiting().exclude(self._own)) if self._own else []

    @property
    def colleagues_count(self) -> int:
        return sum(total - own for own, total in self.counts.values())

    @property
    def more(self) -> int:
        return sum(own for own, _total in self.counts.values()) - len(self.own)

    @cached_property
    def _seen(self) -> list[Seen]:
        rows = self._rows.filter(
            Q(acknowledged_at__isnull=False) | Q(snoozed_until__isnull=False)
        ).filter(self._own)
        lines = self._lines(rows.order_by("-red_flag_seen", "snoozed_until", "plan_id"))
        return seen_lines(lines)

    @property
    def red_flags_seen(self) -> list[Seen]:
        """Return acknowledged red flags of paused plans, which always stay visible."""
        return [seen for seen in self._seen if seen.row.red_flag_seen]

    @property
    def put_away(self) -> list[Seen]:
        return [seen for seen in self._seen if not seen.row.red_flag_seen and not seen.row.rank]


def seen_lines(rows: Sequence[Attention]) -> list[Seen]:
    """Return the lines with the latest acknowledgement of each. One query."""
    words: dict[int, Acknowledgement] = {}
    facts = Acknowledgement.objects.filter(plan__in=[row.pk for row in rows], undone_by=None)
    for fact in facts.exclude(action="undone").select_related("by").order_by("at", "pk"):
        words[fact.plan_id] = fact
    return [
        Seen(row, words.get(row.pk), [str(NAME[need.kind]) for need in row.all_needs])
        for row in rows
    ]


def panel_of(request: HttpRequest) -> Panel:
    kept = getattr(request, "_panel", None)
    if kept is None:
        kept = Panel(request)
        request._panel = kept  # type: ignore[attr-defined]
    return cast(Panel, kept)


def of_plan(plan: Plan, at: dt.datetime) -> Seen | None:
    """Return what one plan needs at ``at``, for its own page."""
    row = Attention.objects.filter(pk=plan.pk).first()
    if row is None:
        return None
    row.plan = plan
    if row.kind == Kind.RED_FLAG:
        with_alarms([row], at)
    return seen_lines([row])[0]
