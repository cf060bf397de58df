"""The warning signs that still count for a plan, from all reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from walking.models.check_in import CheckIn
from walking.models.plan import Plan, PlanEvent
from walking.programme.red_flags import RedFlag

#: A completed plan has no restart that would end a report, so the report expires after this time.
COUNTS_AFTER_END: Final = dt.timedelta(days=7)


def reports(at: dt.datetime) -> QuerySet[CheckIn]:
    """Return the answers with a warning sign since their plan was last resumed or completed, as of ``at``."""
    ended = PlanEvent.objects.filter(
        plan=OuterRef("plan"),
        kind__in=[PlanEvent.Kind.RESUMED, PlanEvent.Kind.COMPLETED],
        at__gt=OuterRef("at"),
        at__lte=at,
    )
    return (
        CheckIn.objects.exclude(red_flags=[])
        .filter(~Exists(ended))
        .filter(Q(plan__status__in=Plan.OPEN) | Q(at__gt=at - COUNTS_AFTER_END))
        .order_by("at", "pk")
    )


def signs_that_count(plan: Plan, at: dt.datetime) -> tuple[RedFlag, ...]:
    """Return the signs from all reports that count for ``plan``; empty if there is none."""
    return in_order(reports(at).filter(plan=plan).values_list("red_flags", flat=True))


def in_order(ticked: Iterable[list[str]]) -> tuple[RedFlag, ...]:
    """Return the signs of several reports, each once, in the order of the list."""
    codes = {code for each in ticked for code in each}
    return tuple(flag for flag in RedFlag if flag.value in codes)
