"""Email status above the list: a clinic's own, or all for an operator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from walking.mail import figures
from walking.models import Bounce, Invitation, Mail

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class Queue:
    """``failed``, ``suppressed``, ``bounced`` and ``answers`` cover the last seven days."""

    waiting: figures.Waiting
    sent_today: int
    sent_in_an_hour: int
    sent_in_a_day: int
    failed: int
    suppressed: int
    bounced: int
    answers: list[tuple[str, int]]


def queue_of(viewer: User, at: dt.datetime) -> Queue:
    """Return the figures of the email that ``viewer`` may see, in a fixed number of queries."""
    mails: QuerySet[Mail] = Mail.objects.visible_to(viewer)
    week = figures.settled(at - WEEK, mails)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Queue(
        waiting=figures.waiting(at, mails),
        sent_today=figures.settled(midnight, mails).sent,
        sent_in_an_hour=figures.settled(at - HOUR, mails).sent,
        sent_in_a_day=figures.settled(at - DAY, mails).sent,
        failed=week.failed,
        suppressed=week.suppressed,
        bounced=_bounced(viewer, at - WEEK),
        answers=figures.answers(at - WEEK, mails),
    )


def _bounced(viewer: User, since: dt.datetime) -> int:
    """Return how many addresses that the viewer may see had a bounce."""
    reports = Bounce.objects.filter(at__gte=since, kind__in=Bounce.ENDS)
    if not viewer.is_superuser:
        people = User.objects.visible_to(viewer).values(small=Lower("email"))
        invited = Invitation.objects.visible_to(viewer).values(small=Lower("email"))
        reports = reports.filter(email__in=people.union(invited))
    return reports.values("email").distinct().count()
