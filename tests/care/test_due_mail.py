"""What the calendar queues: what it costs when nothing is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from accounts.models import User
from tests.care.conftest import START, day, local
from walking.care.weeks.due_mail import queue_due_mail
from walking.models import FollowUp, Mail, Plan


def test_when_nothing_is_due_it_asks_the_database_once(
    physio: User, start_plan: Callable[..., Plan], django_assert_num_queries: Any
) -> None:
    start_plan()
    at = local(day(1), 9)
    queue_due_mail(at)
    with django_assert_num_queries(1):
        assert queue_due_mail(at + dt.timedelta(seconds=1)) == 0


def test_after_an_outage_one_call_asks_a_second_time_too(start_plan: Callable[..., Plan]) -> None:
    plan = start_plan()
    FollowUp.objects.all().delete()
    Plan.objects.filter(pk=plan.pk).update(next_question_month=1)
    queue_due_mail(local(START + dt.timedelta(days=60), 9))
    asked = Mail.objects.filter(kind=Mail.Kind.RECURRENCE).order_by("pk")
    assert "month:1:again" in set(asked.values_list("about", flat=True))
