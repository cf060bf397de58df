"""Milestones in words, and the one reached today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import Count, F, Max, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from walking.models import Plan
from walking.programme.milestones import Milestone, Walked, just_reached
from walking.programme.thresholds import USUAL
from walking.programme.weeks import at_local

WORDS: Final[dict[Milestone, Promise]] = {
    Milestone.FIRST_WEEK: _("Your first good week"),
    Milestone.TEN_WALKS: _("10 walks"),
    Milestone.THIRTY_MINUTES: _("A walk of 30 minutes"),
    Milestone.FIFTY_WALKS: _("50 walks"),
    Milestone.THOUSAND_MINUTES: _("1,000 minutes walked"),
    Milestone.GOAL: _("A week at your goal"),
    Milestone.HUNDRED_WALKS: _("100 walks"),
    Milestone.HALF_A_YEAR: _("Half a year of walking"),
}
#: The same for all clinics, whatever their programme requires for a step.
GOOD: Final = USUAL.mostly_done_percent / 100


def in_words(milestones: Iterable[Milestone]) -> list[Promise]:
    return [WORDS[milestone] for milestone in milestones]


def reached_on(plan: Plan, today: dt.date) -> Promise | None:
    """Return the milestone reached on the local day ``today``, in words. Two queries."""
    then, now = _walked(plan, today)
    milestone = just_reached(then, now)
    return WORDS[milestone] if milestone else None


def _walked(plan: Plan, today: dt.date) -> tuple[Walked, Walked]:
    """Return the minutes walked before ``today`` and including it."""
    earlier = Q(day__lt=today)
    walks = plan.walks.kept().aggregate(
        count_now=Count("pk"), total_now=Sum("minutes"), longest_now=Max("minutes"),
        count_then=Count("pk", filter=earlier), total_then=Sum("minutes", filter=earlier),
        longest_then=Max("minutes", filter=earlier),
    )  # fmt: skip
    good = Q(adherence__gte=GOOD)
    goal = good & Q(total__gte=plan.goal_minutes * plan.goal_days)
    then = Q(at__lt=at_local(today, dt.time(0), plan.patient.zone))
    weeks = plan.reviews.annotate(total=F("dose_minutes") * F("dose_days")).aggregate(
        good_now=Count("pk", filter=good), goal_now=Count("pk", filter=goal),
        good_then=Count("pk", filter=good & then), goal_then=Count("pk", filter=goal & then),
    )  # fmt: skip
    days = (today - plan.start).days

    def walked(when: str, since: int) -> Walked:
        return Walked(
            walks=walks[f"count_{when}"],
            minutes=walks[f"total_{when}"] or 0,
            longest=walks[f"longest_{when}"] or 0,
            good_weeks=weeks[f"good_{when}"],
            goal_weeks=weeks[f"goal_{when}"],
            weeks=max(0, since // 7),
        )

    return walked("then", days - 1), walked("now", days)
