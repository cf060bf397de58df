"""What happened to a plan while someone was looking at it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from walking.desk.labels import steps_words
from walking.desk.patient.plan_page import review_story
from walking.models import Plan, PlanChange


def changes_since(plan: Plan, moment: dt.datetime) -> list[dict[str, Any]]:
    """Return what people and the rules did to a plan after ``moment``, oldest first."""
    changes: list[dict[str, Any]] = [
        {"at": event.at, "by": event.by, "event": event}
        for event in plan.events.filter(at__gt=moment).select_related("by")
    ]
    changes += [
        {"at": adjustment.at, "by": adjustment.by, "adjustment": adjustment}
        for adjustment in plan.adjustments.filter(at__gt=moment).select_related("by")
    ]
    changes += [
        {"at": change.at, "by": change.by, "settings": change, "steps": _steps(change)}
        for change in plan.changes.filter(at__gt=moment).select_related("by")
    ]
    changes += [
        {"at": review.at, "by": None, "review": review_story(review)}
        for review in plan.reviews.filter(at__gt=moment)
    ]
    return sorted(changes, key=lambda change: change["at"])


def _steps(change: PlanChange) -> str:
    return steps_words(change.weekly_increase, change.weeks_per_rung)
