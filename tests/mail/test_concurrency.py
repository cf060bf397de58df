"""Deliveries side by side, on real connections to PostgreSQL: each mail is sent once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.db import connection, connections, transaction

from tests.mail.conftest import queue
from tests.mail.test_letters import utc
from tests.people import insert_plan, make_clinic, make_patient, make_physio
from tests.services import PATIENCE, SmtpSink
from walking.mail import outbox
from walking.mail.delivery import Delivered, claim, deliver_due
from walking.models import Mail

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT = utc(2026, 3, 8, 6)
WORKERS = 4


def together[T](work: Callable[[], T]) -> list[T]:
    """What several threads that start at the same moment made of ``work``."""
    start, results = threading.Barrier(WORKERS), []

    def run() -> None:
        try:
            start.wait(PATIENCE)
            results.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(results) == WORKERS
    return results


@pytest.fixture
def mails() -> list[Mail]:
    physiotherapist = make_physio(make_clinic())
    plans = [
        insert_plan(patient=make_patient(physiotherapist.clinic), physiotherapist=physiotherapist)
        for _ in range(24)
    ]
    return [queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan) for plan in plans]


def test_deliveries_share_the_work_and_double_nothing(post: SmtpSink, mails: list[Mail]) -> None:
    results = together(lambda: deliver_due(AT, batch=3))
    assert sum(result.sent for result in results) == len(mails)
    sent = Counter(message["Message-ID"] for message in post.messages)
    assert sent == dict.fromkeys((mail.message_id for mail in mails), 1)
    assert set(Mail.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_without_the_lock_two_would_lease_the_same(mails: list[Mail]) -> None:
    """The control: reading without a lock, everybody finds the same rows due."""
    all_have_read = threading.Barrier(WORKERS)

    def read() -> list[int]:
        with transaction.atomic():
            found = list(Mail.objects.order_by("pk").values_list("pk", flat=True)[:3])
            all_have_read.wait(PATIENCE)
        return found

    unlocked = together(read)
    assert len({tuple(found) for found in unlocked}) == 1

    leases = together(lambda: claim(AT, 3))
    ids = [pk for lease in leases if lease for pk in lease.ids]
    assert len(ids) == len(set(ids)) == 3 * WORKERS


def test_a_claim_does_not_wait_for_another(mails: list[Mail]) -> None:
    """A lease that is just being written is skipped."""
    with transaction.atomic():
        first = claim(AT, 5)
        assert first is not None
        found: list[int] = []

        def other() -> None:
            lease = claim(AT, 100)
            assert lease is not None
            found.extend(lease.ids)
            connections.close_all()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert len(found) == len(mails) - 5
    assert not set(found) & set(first.ids)


def test_no_transaction_is_open_while_the_server_answers(post: SmtpSink, mails: list[Mail]) -> None:
    """A slow server holds no lock: meanwhile anybody may write to the rows."""

    asked, looked = threading.Event(), threading.Event()

    def slow(message: EmailMessage) -> str:
        asked.set()
        looked.wait(PATIENCE)
        return "250 OK"

    post.answer = slow
    delivering = threading.Thread(
        target=lambda: (deliver_due(AT, limit=3), connections.close_all())
    )
    delivering.start()
    assert asked.wait(PATIENCE)
    with transaction.atomic(), connection.cursor() as cursor:
        # A lock that the delivery held would be held until the server has answered, which it does not before this.
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        list(Mail.objects.select_for_update().order_by("pk"))
    looked.set()
    delivering.join(PATIENCE)
    assert Mail.objects.filter(state="sent").count() == 3


def test_queueing_at_once_makes_one_of_each(mails: list[Mail]) -> None:
    plan = mails[0].plan
    assert plan is not None

    def again() -> int:
        return outbox.queue(
            outbox.queued(
                Mail.Kind.CHECK_IN, plan=plan, recipient=plan.patient, about=f"week:{number}", due_at=AT, at=AT
            )
            for number in range(1, 11)
        )  # fmt: skip

    assert sum(together(again)) == 9
    assert plan.mail.count() == 10


def test_deliver_after_everything_is_settled_finds_nothing(
    post: SmtpSink, mails: list[Mail]
) -> None:
    deliver_due(AT)
    assert deliver_due(AT) == Delivered()
