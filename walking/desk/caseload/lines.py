"""The lines of the caseload, loaded for a whole page of plans at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from walking.desk.labels import NOTHING
from walking.models import Attention, CheckIn, Plan, Review, Walk, Week
from walking.models.attention import NAME
from walking.programme.thresholds import USUAL

#: Weeks in the adherence chart.
PICTURE_WEEKS = 4


@dataclass(slots=True)
class Line:
    """One plan of the caseload. ``reviews``: the last four weeks', oldest first."""

    plan: Plan
    week: Week | None = None
    reviews: list[Review] = field(default_factory=list)
    checked_in_at: dt.datetime | None = None
    walked_at: dt.datetime | None = None
    pain: int | None = None
    pain_day: dt.date | None = None
    attention: Attention | None = None

    @property
    def last_review(self) -> Review | None:
        return self.reviews[-1] if self.reviews else None

    @property
    def needs(self) -> list[tuple[str, str]]:
        """All needs of the plan, acknowledged or not: kind and name."""
        needs = self.attention.all_needs if self.attention else ()
        return [(need.kind.value, str(NAME[need.kind])) for need in needs]

    @property
    def seen_at(self) -> dt.datetime | None:
        """The patient's latest activity: a walk or a check-in, whoever recorded it, or signing in."""
        moments = (self.checked_in_at, self.walked_at, self.plan.patient.last_login)
        return max((moment for moment in moments if moment), default=None)


def lines_for(plans: Sequence[Plan]) -> dict[int, Line]:
    """Return the lines by plan id, with three queries. The plans are loaded with their patient and ``attention``."""
    lines = {plan.pk: Line(plan, attention=getattr(plan, "attention", None)) for plan in plans}
    ids = list(lines)
    for week in Week.objects.filter(plan_id__in=ids, number=F("plan__week_number")):
        lines[week.plan_id].week = week
    for plan_id, reviews in _last_reviews(ids).items():
        lines[plan_id].reviews = reviews
    for seen in _last_seen(ids):
        _put_last_seen(lines[seen["pk"]], seen)
    return lines


def _last_reviews(ids: Sequence[int]) -> dict[int, list[Review]]:
    """Return the reviews of the last weeks, with the revision that counts."""
    latest: dict[int, dict[int, Review]] = defaultdict(dict)
    recent = Review.objects.filter(
        plan_id__in=ids, week_number__gte=F("plan__week_number") - PICTURE_WEEKS
    )
    for review in recent.order_by("week_number", "revision").defer("inputs", "sentence"):
        latest[review.plan_id][review.week_number] = review
    return {plan_id: list(weeks.values())[-PICTURE_WEEKS:] for plan_id, weeks in latest.items()}


def _last_seen(ids: Sequence[int]) -> Any:
    check_ins = CheckIn.objects.filter(plan=OuterRef("pk")).order_by("-week_number", "-revision")
    walks = Walk.objects.filter(plan=OuterRef("pk"), removed_at=None, pain__isnull=False)
    walks = walks.order_by("-day", "-pk")
    pains = check_ins.filter(pain__isnull=False)
    entered = Walk.objects.filter(plan=OuterRef("pk"))
    return Plan.objects.filter(pk__in=ids).values(
        "pk",
        checked_in_at=Subquery(check_ins.order_by("-at").values("at")[:1]),
        walked_at=Subquery(entered.order_by("-entered_at").values("entered_at")[:1]),
        check_in_pain=Subquery(pains.values("pain")[:1]),
        check_in_pain_at=Subquery(pains.values("at")[:1]),
        walk_pain=Subquery(walks.values("pain")[:1]),
        walk_pain_day=Subquery(walks.values("day")[:1]),
    )


def _put_last_seen(line: Line, seen: dict[str, Any]) -> None:
    line.checked_in_at, line.walked_at = seen["checked_in_at"], seen["walked_at"]
    told: list[tuple[dt.date, int]] = []
    if seen["walk_pain"] is not None:
        told.append((seen["walk_pain_day"], seen["walk_pain"]))
    if seen["check_in_pain"] is not None:
        zone = line.plan.patient.zone
        told.append((seen["check_in_pain_at"].astimezone(zone).date(), seen["check_in_pain"]))
    if told:
        line.pain_day, line.pain = max(told)


def adherence_picture(reviews: Sequence[Review]) -> SafeString | str:
    """Return a bar chart of the last weeks, with its numbers as text."""
    if not reviews:
        return NOTHING
    told = _("Adherence, oldest week first: %(weeks)s percent") % {
        "weeks": ", ".join(str(review.adherence_percent) for review in reviews)
    }
    bars = []
    for place, review in enumerate(reviews):
        height = max(2, review.adherence_percent * 24 // 100)
        bars.append((_level(review.adherence_percent), place * 13, 26 - height, height))
    return format_html(
        '<svg class="week-bars" width="52" height="28" viewBox="0 0 52 28" role="img" aria-label="{}">'
        '<title>{}</title><line x1="0" y1="27" x2="52" y2="27"/>{}</svg>',
        told,
        told,
        format_html_join(
            "", '<rect class="week-bars__{}" x="{}" y="{}" width="10" height="{}"/>', bars
        ),
    )


def _level(percent: int) -> str:
    if percent >= USUAL.mostly_done_percent:
        return "good"
    return "part" if percent >= USUAL.half_done_percent else "low"
