"""Delivery at a real SMTP server: whatever it answers, nothing is lost and nothing doubled."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.environment import mailers
from tests.mail.conftest import queue
from tests.mail.test_letters import utc
from tests.people import insert_plan, make_patient
from tests.services import SmtpSink, free_port
from walking.mail import delivery
from walking.mail.delivery import Delivered, claim, deliver_due
from walking.models import Mail, Plan
from walking.models.outbox import STALE_AFTER

pytestmark = pytest.mark.django_db

AT = utc(2026, 3, 8, 6)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["in turn", "together"])
def post(post: SmtpSink, request: pytest.FixtureRequest) -> SmtpSink:
    """The mail server takes a message's commands one after the other, or all at once (RFC 2920)."""

    async def handle_EHLO(  # noqa: N802
        _server: Any, session: Any, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*answers[:-1], "250-PIPELINING", answers[-1]]

    if request.param == "together":
        post.handle_EHLO = handle_EHLO  # type: ignore[attr-defined]
    return post


@pytest.fixture
def many(plan: Plan) -> list[Mail]:
    """Check-ins of five patients: anna, and patient1@… to patient4@…."""
    plans = [plan]
    for number in range(1, 5):
        patient = make_patient(
            plan.clinic, email=f"patient{number}@home.example", name=f"P {number}"
        )
        plans.append(insert_plan(patient=patient, physiotherapist=plan.physiotherapist))
    return [queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=one) for one in plans]


@pytest.fixture
def one(plan: Plan) -> Mail:
    return queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)


def refuse(to: str, status: str) -> Callable[[EmailMessage], str]:
    return lambda message: status if to in message["To"] else "250 OK"


def test_nothing_is_sent_before_it_is_due(post: SmtpSink, one: Mail) -> None:
    assert deliver_due(AT - dt.timedelta(seconds=1)) == Delivered()
    assert post.messages == []
    assert deliver_due(AT) == Delivered(sent=1)


def test_each_is_sent_once_over_one_connection(post: SmtpSink, many: list[Mail]) -> None:
    greetings = []

    async def handle_EHLO(  # noqa: N802
        server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        greetings.append(hostname)
        session.host_name = hostname
        return responses

    post.handle_EHLO = handle_EHLO  # type: ignore[attr-defined]
    post.stop()
    post.start()
    assert deliver_due(AT, batch=2) == Delivered(sent=5)
    assert deliver_due(AT) == Delivered()
    assert len({message["Message-ID"] for message in post.messages}) == 5
    assert len(greetings) == 1
    for mail in Mail.objects.all():
        assert (mail.state, mail.attempts, mail.lease, mail.outcome) == ("sent", 1, None, "")
        assert mail.settled_at is not None


def test_it_stops_at_its_limit(post: SmtpSink, many: list[Mail]) -> None:
    assert deliver_due(AT, batch=2, limit=3) == Delivered(sent=3)
    assert Mail.objects.filter(state="queued", lease=None, attempts=0).count() == 2


def test_the_longest_waiting_goes_first(post: SmtpSink, many: list[Mail]) -> None:
    Mail.objects.filter(pk=many[3].pk).update(next_attempt_at=AT - MINUTE)
    deliver_due(AT, limit=1)
    assert post.messages[0]["Message-ID"] == many[3].message_id


def test_it_takes_the_same_number_of_queries_to_compose_one_and_many(
    post: SmtpSink, many: list[Mail]
) -> None:
    def reads(limit: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            deliver_due(AT, limit=limit)
        return sum(query["sql"].startswith("SELECT") for query in queries)

    # A delivery that ends at its limit asks nothing more; both take one batch.
    assert reads(1) == reads(4)


def test_a_refused_recipient_fails_and_holds_up_nobody(post: SmtpSink, many: list[Mail]) -> None:
    post.answer = refuse("patient2@", "550 5.1.1 <patient2@home.example>: no such user here")
    assert deliver_due(AT) == Delivered(sent=4, failed=1)
    failed = Mail.objects.get(state="failed")
    assert failed.recipient is not None
    assert failed.recipient.email == "patient2@home.example"
    assert failed.outcome.startswith("550 5.1.1")
    assert "no such user" in failed.outcome
    assert "@" not in failed.outcome
    assert failed.settled_at is not None
    post.answer = "250 OK"
    assert deliver_due(AT + dt.timedelta(days=1)) == Delivered()


def test_a_refusal_at_the_recipients_name_counts_the_same(post: SmtpSink, many: list[Mail]) -> None:
    async def handle_RCPT(  # noqa: N802
        server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("patient1@"):
            return "550 no such user"
        if address.startswith("patient2@"):
            return "450 mailbox busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    post.handle_RCPT = handle_RCPT  # type: ignore[attr-defined]
    post.stop()
    post.start()
    assert deliver_due(AT) == Delivered(sent=3, failed=1)
    assert Mail.objects.get(state="failed").outcome == "550 no such user"
    assert Mail.objects.get(state="queued").outcome == "450 mailbox busy"


def test_a_busy_server_is_asked_again_later(post: SmtpSink, many: list[Mail]) -> None:
    post.answer = refuse("anna@", "451 try again later")
    assert deliver_due(AT) == Delivered(sent=4)
    waiting = Mail.objects.get(state="queued")
    assert (waiting.attempts, waiting.lease, waiting.leased_until) == (1, None, None)
    assert waiting.outcome == "451 try again later"
    assert deliver_due(AT + dt.timedelta(seconds=30)) == Delivered()
    post.answer = "250 OK"
    assert deliver_due(AT + 2 * MINUTE) == Delivered(sent=1)
    assert post.messages[-1]["Message-ID"] == waiting.message_id
    assert Mail.objects.get(pk=waiting.pk).outcome == ""


def test_it_waits_longer_each_time_and_gives_up_when_it_is_too_late(
    post: SmtpSink, one: Mail
) -> None:
    post.answer = "451 not now"
    at, waits = AT, []
    while one.state == "queued":
        assert deliver_due(at).sent == 0
        one.refresh_from_db()
        if one.state == "queued":
            waits.append((one.next_attempt_at - at) / MINUTE)
            at = one.next_attempt_at
    for wait, minutes in zip(waits, (1, 5, 15, 60, 60, 60), strict=False):
        assert 0.75 * minutes <= wait <= 1.25 * minutes
    assert all(wait <= 75 for wait in waits)
    assert 30 < len(waits) < 60
    assert one.state == "suppressed"
    assert "Too late" in one.outcome
    assert STALE_AFTER < at - AT < STALE_AFTER + MINUTE
    assert post.messages == []


def test_an_unreachable_server_leaves_everything_as_it_was(settings: Any, many: list[Mail]) -> None:
    settings.MAILERS = mailers(f"smtp://127.0.0.1:{free_port()}")
    before = list(Mail.objects.order_by("pk").values())
    assert deliver_due(AT) == Delivered()
    assert list(Mail.objects.order_by("pk").values()) == before


def test_what_an_outage_held_up_goes_when_the_server_is_back(
    settings: Any, smtp: SmtpSink, many: list[Mail]
) -> None:
    settings.MAILERS = mailers(f"smtp://127.0.0.1:{free_port()}")
    deliver_due(AT)
    settings.MAILERS = mailers(smtp.url)
    assert deliver_due(AT + MINUTE) == Delivered(sent=5)
    assert len(smtp.messages) == 5


def test_stale_mail_is_suppressed_even_without_a_server(settings: Any, one: Mail) -> None:
    settings.MAILERS = mailers(f"smtp://127.0.0.1:{free_port()}")
    assert deliver_due(AT + STALE_AFTER + MINUTE) == Delivered(suppressed=1)


def test_a_server_that_hangs_up_costs_two_attempts_at_most(
    post: SmtpSink, many: list[Mail]
) -> None:
    async def handle_MAIL(  # noqa: N802
        server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        server.transport.close()
        return "250 OK"

    post.handle_MAIL = handle_MAIL  # type: ignore[attr-defined]
    post.stop()
    post.start()
    assert deliver_due(AT) == Delivered()
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1, 1]
    assert not Mail.objects.exclude(state="queued", lease=None).exists()
    del post.handle_MAIL  # type: ignore[attr-defined]
    post.stop()
    post.start()
    assert deliver_due(AT + 2 * MINUTE) == Delivered(sent=5)


def test_a_server_that_limits_mail_by_connection_gets_it_all(
    post: SmtpSink, many: list[Mail]
) -> None:
    """Such a server answers 421 after so many messages; those go on over a new connection."""

    async def handle_MAIL(  # noqa: N802
        server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        session.count = getattr(session, "count", 0) + 1
        if session.count > 2:
            return "421 too many messages, closing"
        envelope.mail_from = address
        return "250 OK"

    post.handle_MAIL = handle_MAIL  # type: ignore[attr-defined]
    post.stop()
    post.start()
    assert deliver_due(AT) == Delivered(sent=4)
    assert deliver_due(AT + 2 * MINUTE) == Delivered(sent=1)


def test_a_crash_after_the_claim_sends_it_when_the_lease_is_over(post: SmtpSink, one: Mail) -> None:
    """A process that died while it held the lease left the row just like this."""
    assert claim(AT, 10) is not None
    assert deliver_due(AT) == Delivered()
    assert deliver_due(AT + delivery.LEASE - MINUTE) == Delivered()
    assert deliver_due(AT + delivery.LEASE) == Delivered(sent=1)
    (message,) = post.messages
    assert message["Message-ID"] == one.message_id


def test_a_crash_after_the_server_took_it_repeats_the_message_id(post: SmtpSink, one: Mail) -> None:
    """Nobody can know the outcome then; mail programs recognise the second by its Message-ID."""
    deliver_due(AT)
    # What the row was like when the process died between the server's answer and writing it down:
    Mail.objects.update(
        state="queued", settled_at=None, lease="0" * 32, leased_until=AT + delivery.LEASE
    )
    assert deliver_due(AT + delivery.LEASE) == Delivered(sent=1)
    first, second = post.messages
    assert first["Message-ID"] == second["Message-ID"] == one.message_id


def test_a_row_taken_over_in_the_meantime_is_not_written(
    post: SmtpSink, one: Mail, caplog: pytest.LogCaptureFixture
) -> None:
    lease = claim(AT, 10)
    assert lease is not None
    other = claim(AT + delivery.LEASE, 10)
    assert other is not None
    line = delivery._Line()
    delivery._Batch(lease, lambda: AT, delivery._Tally(), line, AT).deliver()
    line.close()
    assert f"Mail {one.pk} was taken over" in caplog.text
    one.refresh_from_db()
    assert (one.state, one.lease, one.attempts) == ("queued", other.key, 2)


def test_a_letter_that_cannot_be_composed_holds_up_nobody(
    post: SmtpSink, many: list[Mail], caplog: pytest.LogCaptureFixture
) -> None:
    Mail.objects.filter(pk=many[1].pk).update(about="week:nonsense")
    with caplog.at_level(logging.INFO, "walking"):
        assert deliver_due(AT) == Delivered(sent=4)
    broken = Mail.objects.get(state="queued")
    assert (broken.pk, broken.attempts, broken.lease) == (many[1].pk, 1, None)
    assert deliver_due(AT + STALE_AFTER + MINUTE) == Delivered(suppressed=1)
    assert f"Mail {broken.pk} could not be composed: ValueError" in caplog.text
    assert "nonsense" not in caplog.text


def test_logs_name_nobody(
    post: SmtpSink, many: list[Mail], caplog: pytest.LogCaptureFixture
) -> None:
    post.answer = refuse("patient2@", "550 <patient2@home.example> unknown")
    with caplog.at_level(logging.DEBUG):
        deliver_due(AT)
        post.stop()
        Mail.objects.update(state="queued", settled_at=None)
        deliver_due(AT)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("walking")]
    assert ours
    assert not [line for line in ours if "@" in line or "Anna" in line or "P 2" in line]


@pytest.mark.slow
@pytest.mark.database
def test_a_long_delivery_does_not_outlive_its_leases(
    post: SmtpSink, many: list[Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a slow server, what a lease has no time for is given back and leased again."""
    monkeypatch.setattr(delivery, "LEASE", delivery.MARGIN + dt.timedelta(seconds=1))

    def slow(message: EmailMessage) -> str:
        time.sleep(0.4)
        return "250 OK"

    post.answer = slow
    assert deliver_due(AT) == Delivered(sent=5)
    assert len({message["Message-ID"] for message in post.messages}) == len(post.messages) == 5
    assert set(Mail.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.slow
def test_a_delivery_of_a_worker_begins_no_message_after_its_time(
    post: SmtpSink, many: list[Mail]
) -> None:
    """Told to stop, a worker waits for what it has begun; what is left is free for the next at once."""

    def slow(message: EmailMessage) -> str:
        time.sleep(1)
        return "250 OK"

    post.answer = slow
    begun = deliver_due(AT, lasting=dt.timedelta(seconds=2.5))
    assert 0 < begun.sent < 5
    assert set(Mail.objects.filter(state="queued").values_list("attempts", "lease")) == {(0, None)}
    post.answer = lambda message: "250 OK"
    assert deliver_due(AT).sent == 5 - begun.sent


def test_it_works_with_mail_in_files(settings: Any, tmp_path: Any, many: list[Mail]) -> None:
    settings.MAILERS = mailers(f"file://{tmp_path}")
    assert deliver_due(AT) == Delivered(sent=5)
    kept = "".join(path.read_text() for path in tmp_path.iterdir())
    assert kept.count("Message-ID:") == 5
