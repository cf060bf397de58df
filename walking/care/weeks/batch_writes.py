"""Saves the plans of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from walking.bulk import update
from walking.models import Plan

#: The columns of a plan that a review changes.
REVIEWED = (
    *("status", "paused_for", "week_number"),
    *("empty_row", "low_row", "settling", "good_weeks", "unchecked_raises"),
    *("next_review_at", "next_check_in_at"),
)
#: The columns of a plan that the monthly question changes.
ASKED = ("next_question_at", "next_question_month")


def write_back(plans: Sequence[Plan], columns: Sequence[str]) -> None:
    """Save ``columns`` of ``plans``, which the caller has locked."""
    update(Plan, columns, list(map(attrgetter("pk", *columns), plans)))
