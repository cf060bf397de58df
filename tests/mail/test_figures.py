"""The counts by which the mail is watched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.mail.conftest import queue
from tests.services import SmtpSink
from walking.mail import figures
from walking.mail.delivery import deliver_due
from walking.models import Mail, Plan

HOUR = dt.timedelta(hours=1)


def test_it_counts_what_waits_and_what_went(
    plan: Plan, post: SmtpSink, queue_check_in: Callable[[Plan], Mail]
) -> None:
    mail = queue_check_in(plan)
    due = mail.due_at
    queue(Mail.Kind.RECURRENCE, "month:1", due + 2 * HOUR, plan=plan)
    before = figures.waiting(due - HOUR)
    assert (before.queued, before.due, before.overdue, before.retrying) == (2, 0, 0, 0)
    assert before.oldest_seconds(due - HOUR) == 0

    late = due + HOUR
    assert figures.waiting(late) == figures.Waiting(2, 1, 1, 0, due)
    assert figures.waiting(late).oldest_seconds(late) == 3600
    assert figures.settled(due) == figures.Settled(0, 0, 0)

    deliver_due(late)
    assert figures.waiting(late).due == 0
    assert figures.settled(due) == figures.Settled(1, 0, 0)
    assert figures.settled(late + HOUR) == figures.Settled(0, 0, 0)
    assert figures.settled(due, Mail.objects.filter(plan=None)) == figures.Settled(0, 0, 0)


def test_they_are_read_from_the_indexes_of_what_waits_and_what_went_last(plan: Plan) -> None:
    at = plan.patient.date_joined
    with CaptureQueriesContext(
        connection,
    ) as queries:
        figures.waiting(at)
        figures.settled(at)
    for query, index in zip(
        queries.captured_queries, ("mail_pending", "mail_settled"), strict=True
    ):
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                assert index in str(cursor.fetchall())
