"""Email metrics: counts that cost as much as the queue and recent email, not as much as the history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from walking.models import Mail

#: Email due for longer than this without being sent is overdue: something is wrong.
OVERDUE_AFTER = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is queued. ``due`` could be sent now; ``overdue`` should have been sent by ``OVERDUE_AFTER``; ``retrying``
    was tried and waits for its next attempt. ``oldest_due_at``: since when the oldest unsent email is due, or None."""

    queued: int
    due: int
    overdue: int
    retrying: int
    oldest_due_at: dt.datetime | None

    def oldest_seconds(self, at: dt.datetime) -> float:
        """Return how long the oldest unsent email has been due at ``at``, in seconds; 0 if there is none."""
        return (
            0.0
            if self.oldest_due_at is None
            else max(0.0, (at - self.oldest_due_at).total_seconds())
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """Counts of settled email."""

    sent: int
    failed: int
    suppressed: int


def waiting(at: dt.datetime, mails: QuerySet[Mail] | None = None) -> Waiting:
    """Return what is queued at ``at`` among ``mails`` (default: all); one query, over the pending rows only."""
    found = _of(mails).filter(state=Mail.State.QUEUED).aggregate(
        queued=Count("pk"),
        due=Count("pk", filter=Q(next_attempt_at__lte=at)),
        overdue=Count("pk", filter=Q(due_at__lte=at - OVERDUE_AFTER)),
        retrying=Count("pk", filter=Q(attempts__gt=0, next_attempt_at__gt=at)),
        oldest_due_at=Min("due_at", filter=Q(due_at__lte=at)),
    )  # fmt: skip
    return Waiting(**found)


def settled(since: dt.datetime, mails: QuerySet[Mail] | None = None) -> Settled:
    """Return what was settled from ``since`` on among ``mails`` (default: all); one query, over that time's rows
    only."""
    rows = _of(mails).filter(settled_at__gte=since).order_by().values_list("state")
    counts = dict(rows.annotate(count=Count("pk")))
    return Settled(*(counts.get(state, 0) for state in ("sent", "failed", "suppressed")))


def answers(
    since: dt.datetime, mails: QuerySet[Mail] | None = None, most: int = 5
) -> list[tuple[str, int]]:
    """Return the servers' answers to email that failed from ``since`` on, most common first, each with its count."""
    failed = _of(mails).filter(state=Mail.State.FAILED, settled_at__gte=since).order_by()
    counted = failed.values_list("outcome").annotate(count=Count("pk"))
    return [(words, count) for words, count in counted.order_by("-count", "outcome")[:most]]


def _of(mails: QuerySet[Mail] | None) -> QuerySet[Mail]:
    return Mail.objects.all() if mails is None else mails
