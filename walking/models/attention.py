"""Who of a caseload needs the physiotherapist, read from the facts: one way for the desk and the digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from walking.models.plan import Plan, PlanEvent
from walking.models.review import Review
from walking.programme.review import Flag

#: Most urgent first.
ORDER = (Flag.URGENT, Flag.FLARE_UP, Flag.PAIN, Flag.QUIET, Flag.STRUGGLING, Flag.CHECK_IN_NEEDED)

WHY = {
    Flag.URGENT: _("Red flag reported"),
    Flag.FLARE_UP: _("Flare-up"),
    Flag.PAIN: _("High pain"),
    Flag.QUIET: _("Gone quiet: no walks and no check-in for two weeks or more"),
    Flag.STRUGGLING: _("Struggling: under half of the walks, two weeks or more in a row"),
    Flag.CHECK_IN_NEEDED: _("Raised twice without a check-in"),
}

NEXT_STEP = {
    Flag.URGENT: _("Ring the patient now. Resume at a dose you choose once it is safe."),
    Flag.FLARE_UP: _("Ring within a day or two; the dose was halved."),
    Flag.PAIN: _("Ask about the pain; the dose was eased."),
    Flag.QUIET: _("Ring to hear how things are."),
    Flag.STRUGGLING: _("Talk about what gets in the way; set a dose that fits."),
    Flag.CHECK_IN_NEEDED: _("Ask for a check-in; the plan waits for one."),
}


@dataclass(frozen=True, slots=True)
class Attention:
    """One plan that needs somebody: the most urgent ``kind``, since when, why, and the next step in words."""

    plan: Plan
    kind: Flag
    since: dt.datetime
    why: str
    next_step: str


def attention(plans: QuerySet[Plan]) -> list[Attention]:
    """What needs attention among ``plans``, most urgent first, then longest waiting; a constant number of queries.

    A red flag counts until the plan is resumed or completed; the flags of a review until the next review; a flare-up
    reported in between as long as that of a check-in would: until the review after that week's.
    """
    rows = list(plans.open().select_related("patient", "physiotherapist"))  # type: ignore[attr-defined]
    by_plan = {plan.pk: plan for plan in rows}
    found: dict[int, list[tuple[Flag, dt.datetime]]] = {}
    for event in PlanEvent.objects.filter(
        Q(kind=PlanEvent.Kind.PAUSED, plan__week_number=F("week_number"))
        | Q(kind=PlanEvent.Kind.FLARE_UP, plan__week_number__lte=F("week_number") + 1),
        plan__in=plans,
    ):
        plan = by_plan.get(event.plan_id)
        if plan is None:
            continue
        if (
            event.kind == PlanEvent.Kind.PAUSED
            and plan.status == Plan.Status.PAUSED
            and plan.paused_for == "red_flag"
        ):
            found.setdefault(plan.pk, []).append((Flag.URGENT, event.at))
        elif event.kind == PlanEvent.Kind.FLARE_UP:
            found.setdefault(plan.pk, []).append((Flag.FLARE_UP, event.at))
    for review in _latest_reviews(by_plan.values()):
        for flag in review.flags:
            if flag != Flag.URGENT:
                found.setdefault(review.plan_id, []).append((Flag(flag), review.at))
    result = []
    for plan_id, flags in found.items():
        kind, since = min(flags, key=lambda pair: (ORDER.index(pair[0]), pair[1]))
        result.append(
            Attention(by_plan[plan_id], kind, since, str(WHY[kind]), str(NEXT_STEP[kind]))
        )
    return sorted(result, key=lambda item: (ORDER.index(item.kind), item.since))


def _latest_reviews(plans: Iterable[Plan]) -> list[Review]:
    """The review that counts for each active plan's last week."""
    active = {plan.pk: plan.week_number - 1 for plan in plans if plan.status == Plan.Status.ACTIVE}
    latest: dict[int, Review] = {}
    query = Review.objects.filter(
        plan_id__in=active, week_number=F("plan__week_number") - 1
    ).exclude(flags=[])
    newest = {
        row["plan_id"]: row["newest"]
        for row in Review.objects.filter(plan_id__in=active, week_number=F("plan__week_number") - 1)
        .values("plan_id")
        .annotate(newest=Max("revision"))
    }
    for review in query.only("plan_id", "flags", "at", "revision"):
        if review.revision == newest.get(review.plan_id):
            latest[review.plan_id] = review
    return list(latest.values())
