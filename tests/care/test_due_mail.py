"""Queueing what the calendar says is due: all of it, and without asking about each kind when nothing is due."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_physio, make_plan
from walking.care.due_mail import queue_due_mail
from walking.models import Mail, MailPreference

pytestmark = pytest.mark.django_db


def test_when_nothing_is_due_one_statement_says_so() -> None:
    plan = make_plan()
    at = plan.created_at
    queue_due_mail(at)  # the physiotherapist's first digest is planned
    with CaptureQueriesContext(connection) as asked:
        assert queue_due_mail(at) == 0
    assert len(asked) == 1


def test_after_an_outage_every_month_is_asked_about_and_only_the_last_one_again() -> None:
    plan = make_plan()
    at = plan.created_at + dt.timedelta(days=130)
    queued = queue_due_mail(at)
    months = Mail.objects.filter(kind=Mail.Kind.RECURRENCE).order_by("pk")
    asked = list(months.values_list("about", flat=True))
    assert asked == ["month:1", "month:2", "month:3", "month:4", "month:4:again"]
    plan.refresh_from_db()
    assert plan.next_question_at is not None
    assert plan.next_question_at > at
    assert plan.next_check_in_at is None
    assert queued == Mail.objects.count()
    assert queue_due_mail(at) == 0


def test_more_than_a_batch_is_queued_batch_by_batch() -> None:
    plans = [make_plan() for _ in range(5)]
    at = max(plan.next_check_in_at for plan in plans if plan.next_check_in_at is not None)
    queue_due_mail(at, batch=2)
    assert Mail.objects.filter(kind=Mail.Kind.CHECK_IN).count() == 5


def test_a_new_physiotherapist_gets_a_first_digest_though_no_mail_is_due() -> None:
    plan = make_plan()
    at = plan.created_at
    queue_due_mail(at)
    new = make_physio(plan.clinic, email="new@clinic.example")
    queue_due_mail(at)
    assert MailPreference.objects.get(user=new).next_digest_at is not None
