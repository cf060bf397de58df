"""Queueing: once about one thing, in one statement, inside the transaction that causes it."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.mail.test_letters import utc
from tests.people import insert_invitation, insert_plan
from walking.mail import outbox
from walking.models import Mail, Plan

pytestmark = pytest.mark.django_db

AT = utc(2026, 3, 8, 6)


def check_in(plan: Plan, about: str = "week:1") -> Mail:
    return outbox.queued(
        Mail.Kind.CHECK_IN, plan=plan, recipient=plan.patient, about=about, due_at=AT, at=AT
    )


def test_it_waits_from_when_it_is_due(plan: Plan) -> None:
    mail = outbox.queued(
        Mail.Kind.CHECK_IN,
        plan=plan,
        recipient=plan.patient,
        about="week:1",
        due_at=AT,
        at=utc(2026, 3, 1),
    )
    assert mail.pk is None
    assert outbox.queue([mail]) == 1
    kept = Mail.objects.get()
    assert (kept.state, kept.due_at, kept.next_attempt_at) == ("queued", AT, AT)
    assert (kept.queued_at, kept.attempts, kept.lease) == (utc(2026, 3, 1), 0, None)


def test_the_same_thing_is_queued_once(plan: Plan) -> None:
    assert outbox.queue([check_in(plan), check_in(plan, "week:2")]) == 2
    assert outbox.queue([check_in(plan), check_in(plan, "week:3")]) == 1
    assert outbox.queue([check_in(plan)]) == 0
    assert outbox.queue([]) == 0
    assert Mail.objects.count() == 3


def test_it_takes_the_same_number_of_statements_for_one_and_for_many(plan: Plan) -> None:
    with CaptureQueriesContext(
        connection,
    ) as one:
        outbox.queue([check_in(plan)])
    with CaptureQueriesContext(connection) as many:
        assert outbox.queue([check_in(plan, f"week:{number}") for number in range(2, 52)]) == 50
    assert len(one) == len(many)


def test_it_is_undone_with_the_transaction(plan: Plan) -> None:
    with transaction.atomic():
        outbox.queue([check_in(plan)])
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_the_message_id_is_made_from_what_it_is_about_and_tells_nothing(plan: Plan) -> None:
    other = insert_plan(physiotherapist=plan.physiotherapist)
    invitation = insert_invitation(plan.physiotherapist, at=AT)
    mails = [
        check_in(plan),
        check_in(plan, "week:2"),
        check_in(other),
        outbox.queued(Mail.Kind.URGENT, plan=plan, recipient=plan.physiotherapist, about="week:1", due_at=AT, at=AT),
        outbox.queued(Mail.Kind.DIGEST, recipient=plan.physiotherapist, about="2026-03-09", due_at=AT, at=AT),
        outbox.queued(Mail.Kind.INVITATION, invitation=invitation, about="invitation", due_at=AT, at=AT),
    ]  # fmt: skip
    ids = [mail.message_id for mail in mails]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"<[0-9a-f]{32}@testserver>", message_id) for message_id in ids)
    assert check_in(plan).message_id == ids[0]


def test_a_mail_made_before_its_plan_is_saved_gets_its_name_when_queued(plan: Plan) -> None:
    """Enrolment makes the mail of a held-back plan before the plan has a key."""
    plan.status, plan.next_review_at, plan.next_check_in_at = "completed", None, None
    plan.save()
    later = Plan(
        patient=plan.patient,
        clinic=plan.clinic,
        start=plan.start,
        status="paused",
        paused_for="red_flag",
    )
    mail = outbox.queued(
        Mail.Kind.PAUSED, plan=later, recipient=plan.patient, about="week:0", due_at=AT, at=AT
    )
    later.save()
    assert outbox.queue([mail]) == 1
    assert Mail.objects.get().plan_id == later.pk
    assert Mail.objects.get().message_id == outbox.message_id(Mail.objects.get())


def test_a_mail_about_nothing_that_is_saved_is_refused(plan: Plan) -> None:
    unsaved = Plan(patient=plan.patient, clinic=plan.clinic, start=plan.start)
    mail = outbox.queued(
        Mail.Kind.PAUSED, plan=unsaved, recipient=plan.patient, about="week:0", due_at=AT, at=AT
    )
    with pytest.raises(ValueError, match="save what the mail is about"):
        outbox.queue([mail])
