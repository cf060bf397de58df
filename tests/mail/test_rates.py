"""How fast mail goes: in all, to single domains, and to a domain that asks us to slow down."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from config.environment import mail_rates
from tests.mail.conftest import queue
from tests.mail.test_letters import utc
from tests.people import insert_plan, make_patient
from tests.services import PATIENCE, SmtpSink
from walking.mail import delivery, pace
from walking.mail.delivery import Delivered, deliver_due
from walking.mail.rates import Rate, domain_of
from walking.models import Mail, MailPace, Plan
from walking.models.outbox import STALE_AFTER

AT = utc(2026, 3, 8, 6)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


def limit(settings: Any, overall: str = "", by_domain: str = "") -> None:
    settings.MAIL_RATE, settings.MAIL_DOMAIN_RATES = mail_rates(overall, by_domain)


def check_ins(plan: Plan, count: int, domain: str, due_at: dt.datetime = AT) -> list[Mail]:
    mails = []
    for number in range(count):
        patient = make_patient(plan.clinic, email=f"p{number}@{domain}", name=f"P {number}")
        one = insert_plan(patient=patient, physiotherapist=plan.physiotherapist)
        mails.append(queue(Mail.Kind.CHECK_IN, "week:1", due_at, plan=one))
    return mails


def sent_to(post: SmtpSink) -> Counter[str]:
    return Counter(domain_of(str(message["X-Envelope-To"])) for message in post.messages)


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery takes no time by its own clock, so that on a busy machine no more may go than the test expects."""
    monkeypatch.setattr(delivery, "time", SimpleNamespace(monotonic=lambda: 0.0, sleep=time.sleep))


def deliver_until_done(at: dt.datetime, most: int = 500) -> list[tuple[dt.datetime, int]]:
    """Deliver at each moment at which something may go; when that was, and how many went."""
    went = []
    for _ in range(most):
        result = deliver_due(at)
        went.append((at, result.sent))
        waiting = Mail.objects.filter(state="queued").order_by("next_attempt_at").first()
        if waiting is None:
            return went
        assert waiting.next_attempt_at > at, "nobody may be told to come back at once"
        at = waiting.next_attempt_at
    raise AssertionError("it does not come to an end")


# What is written in the settings ----------------------------------------------------------------


def test_rates_are_read_from_the_settings() -> None:
    overall, by_domain = mail_rates(" 10/s ", "Gmail.com=20/m, bücher.example=5000/h,")
    assert overall == Rate(10, 1)
    assert by_domain == {"gmail.com": Rate(20, 60), "xn--bcher-kva.example": Rate(5000, 3600)}
    assert mail_rates("", "") == (None, {})
    assert domain_of("Anna@BÜCHER.example") == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("overall", "by_domain", "named"),
    [
        ("fast", "", "MAIL_RATE: 'fast'"),
        ("0/s", "", "MAIL_RATE"),
        ("10/w", "", "MAIL_RATE"),
        ("", "gmail.com", "MAIL_DOMAIN_RATES: 'gmail.com'"),
        ("", "gmail.com=", "MAIL_DOMAIN_RATES"),
        ("", "=20/m", "MAIL_DOMAIN_RATES"),
        ("", "gmail.com=lots", "MAIL_DOMAIN_RATES"),
    ],
)
def test_a_rate_that_cannot_be_read_is_refused_at_the_start(
    overall: str, by_domain: str, named: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=named):
        mail_rates(overall, by_domain)


# With a rate ------------------------------------------------------------------------------------


def test_mail_over_the_rate_waits_for_the_next_free_moments_in_order(
    plan: Plan, post: SmtpSink, settings: Any, instant: None
) -> None:
    limit(settings, "20/m")
    mails = check_ins(plan, 5, "home.example")
    assert deliver_due(AT) == Delivered(sent=1)
    waiting = list(Mail.objects.filter(state="queued").order_by("pk"))
    assert [mail.pk for mail in waiting] == [mail.pk for mail in mails[1:]]
    assert {(mail.attempts, mail.lease, mail.outcome) for mail in waiting} == {(0, None, "")}
    for number, mail in enumerate(waiting, 1):
        assert abs(mail.next_attempt_at - (AT + number * 3 * SECOND)) < 2 * SECOND
    went = deliver_until_done(AT + SECOND / 2)
    assert [message["Message-ID"] for message in post.messages] == [m.message_id for m in mails]
    assert AT + 12 * SECOND <= went[-1][0] < AT + 15 * SECOND


@pytest.mark.slow
@pytest.mark.database
def test_no_second_and_no_minute_takes_more_than_its_rate(
    plan: Plan, post: SmtpSink, settings: Any, instant: None
) -> None:
    limit(settings, "4/s", "slow.example=30/m")
    check_ins(plan, 30, "home.example")
    check_ins(plan, 20, "slow.example")
    went = deliver_until_done(AT)
    assert sent_to(post) == {"home.example": 30, "slow.example": 20}
    # Each is at most one second's worth ahead of an even pace.
    for moment, _count in went:
        in_all = sum(count for at, count in went if at <= moment)
        assert in_all <= 4 * (moment - AT) / SECOND + 5
    assert went[-1][0] - AT >= 19 * 2 * SECOND
    # And nobody waits for nothing.
    assert went[-1][0] - AT <= 19 * 2 * SECOND + 15 * SECOND


def test_a_slow_domain_holds_up_no_other(plan: Plan, post: SmtpSink, settings: Any) -> None:
    limit(settings, by_domain="slow.example=1/m")
    check_ins(plan, 10, "slow.example", AT - MINUTE)
    check_ins(plan, 10, "home.example")
    assert deliver_due(AT, batch=4) == Delivered(sent=11)
    assert sent_to(post) == {"slow.example": 1, "home.example": 10}


def test_a_batch_is_claimed_once_and_then_left_alone_until_its_moment(
    plan: Plan, post: SmtpSink, settings: Any
) -> None:
    limit(settings, "1/m")
    check_ins(plan, 6, "home.example")
    deliver_due(AT)
    with CaptureQueriesContext(connection) as queries:
        assert deliver_due(AT + 10 * SECOND) == Delivered()
    assert len(queries) < 6


def test_the_urgent_goes_first(plan: Plan, post: SmtpSink, settings: Any) -> None:
    limit(settings, "1/m")
    mails = check_ins(plan, 4, "home.example")
    deliver_due(AT)
    urgent = queue(
        Mail.Kind.URGENT, "week:1", AT + 30 * SECOND, plan=plan, recipient=plan.physiotherapist
    )
    deliver_until_done(AT + 30 * SECOND)
    sent = [message["Message-ID"] for message in post.messages]
    assert sent == [mails[0].message_id, urgent.message_id, *(m.message_id for m in mails[1:])]


def test_the_urgent_goes_first_without_a_rate_too(plan: Plan, post: SmtpSink) -> None:
    check_ins(plan, 4, "home.example")
    urgent = queue(Mail.Kind.URGENT, "week:1", AT, plan=plan, recipient=plan.physiotherapist)
    deliver_due(AT, limit=2)
    assert post.messages[0]["Message-ID"] == urgent.message_id


def test_what_cannot_go_in_36_hours_is_not_sent_and_its_fate_known(
    plan: Plan, post: SmtpSink, settings: Any
) -> None:
    limit(settings, "1/d")
    check_ins(plan, 5, "home.example")
    deliver_due(AT)
    assert not Mail.objects.filter(next_attempt_at__gt=AT + STALE_AFTER + 2 * SECOND).exists()
    Plan.objects.update(next_check_in_at=None)
    deliver_until_done(AT)
    states = Counter(Mail.objects.values_list("state", flat=True))
    assert states == {"sent": 2, "suppressed": 3}
    late = Mail.objects.filter(state="suppressed").values_list("outcome", flat=True)
    assert all("Too late" in words for words in late)


def test_without_a_rate_the_count_costs_one_query_a_batch(plan: Plan, post: SmtpSink) -> None:
    check_ins(plan, 6, "home.example")
    with CaptureQueriesContext(connection) as queries:
        assert deliver_due(AT, batch=3) == Delivered(sent=6)
    about = [query["sql"] for query in queries if "walking_mailpace" in query["sql"]]
    assert len(about) == 2
    assert not MailPace.objects.exists()


def test_a_delivery_stays_for_what_may_go_soon(
    plan: Plan, post: SmtpSink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    began = time.monotonic
    monkeypatch.setattr(delivery.time, "sleep", slept.append)
    monkeypatch.setattr(delivery.time, "monotonic", lambda: began() + sum(slept))
    limit(settings, "30/m")
    check_ins(plan, 40, "home.example")
    result = deliver_due(AT, stay=dt.timedelta(seconds=60))
    assert 28 <= result.sent <= 31
    assert all(1 <= wait <= 3.1 for wait in slept)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_share_one_rate(plan: Plan, post: SmtpSink, settings: Any) -> None:
    limit(settings, "10/s", "slow.example=1/m")
    check_ins(plan, 30, "home.example")
    check_ins(plan, 10, "slow.example")
    start, sent = threading.Barrier(4), []

    def work() -> None:
        try:
            start.wait(PATIENCE)
            sent.append(deliver_due(AT, batch=7).sent)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    took = time.monotonic() - began
    assert sum(sent) == len(post.messages) == len({m["Message-ID"] for m in post.messages})
    assert 10 <= len(post.messages) <= 10 * (took + 1) + 1
    assert sent_to(post)["slow.example"] <= 1
    assert not Mail.objects.filter(state="queued").exclude(lease=None, attempts=0).exists()


# A domain that asks us to slow down -------------------------------------------------------------


def busy(domain: str, status: str) -> Callable[[EmailMessage], str]:
    return lambda message: status if domain in message["To"] else "250 OK"


@pytest.mark.parametrize(
    "status",
    [
        "421 4.7.0 Try again later, closing connection",
        "450 4.2.1 The user is receiving mail at a rate that prevents delivery: rate limit",
        "451 4.7.1 Please slow down",
        "452 Too many messages from you",
    ],
)
def test_a_domain_that_asks_us_to_slow_down_is_left_alone_and_no_other(
    plan: Plan, post: SmtpSink, status: str
) -> None:
    check_ins(plan, 5, "slow.example", AT - MINUTE)
    check_ins(plan, 5, "home.example")
    post.answer = busy("slow.example", status)
    assert deliver_due(AT) == Delivered(sent=5)
    assert sent_to(post) == {"home.example": 5}
    asked = Mail.objects.filter(state="queued", attempts=1)
    assert asked.count() == 1
    assert asked.get().refusals.get().words == status
    held = MailPace.objects.get(pk="slow.example")
    assert held.held_until is not None
    assert 0.75 * MINUTE < held.held_until - AT < 1.3 * MINUTE
    left_alone = list(Mail.objects.filter(state="queued", attempts=0))
    assert [mail.next_attempt_at for mail in left_alone] == [held.held_until] * 4
    # Mail that comes later is not tried either.
    new = queue(Mail.Kind.RECURRENCE, "month:1", AT, plan=left_alone[0].plan)
    check_ins(plan, 1, "other.example")
    assert deliver_due(AT + 10 * SECOND).sent == 1
    new.refresh_from_db()
    assert (new.attempts, new.next_attempt_at) == (0, held.held_until)


def test_it_is_left_alone_for_longer_each_time_until_it_takes_mail(
    plan: Plan, post: SmtpSink
) -> None:
    check_ins(plan, 3, "slow.example")
    post.answer = busy("slow.example", "421 4.7.0 slow down")
    at, waits = AT, []
    for _ in range(9):
        assert deliver_due(at).sent == 0
        held = MailPace.objects.get(pk="slow.example")
        assert held.held_until is not None
        waits.append((held.held_until - at) / MINUTE)
        at = held.held_until + SECOND
    for wait, minutes in zip(waits, (1, 2, 4, 8, 16, 32, 60, 60, 60), strict=True):
        assert 0.79 * minutes <= wait <= 1.21 * minutes
    assert len(set(waits)) == len(waits)
    post.answer = "250 OK"
    deliver_until_done(at)
    assert sent_to(post) == {"slow.example": 3}
    held.refresh_from_db()
    assert (held.held_until, held.holds) == (None, 0)


@pytest.mark.parametrize(
    "status",
    ["451 4.7.1 Greylisted, come back", "451 try again later", "452 4.2.2 mailbox is full"],
)
def test_what_concerns_one_message_holds_no_domain(plan: Plan, post: SmtpSink, status: str) -> None:
    check_ins(plan, 3, "home.example")
    post.answer = lambda message: status if "p1@" in message["To"] else "250 OK"
    assert deliver_due(AT) == Delivered(sent=2)
    assert not MailPace.objects.exists()


def test_what_was_refused_together_does_not_come_back_together(plan: Plan, post: SmtpSink) -> None:
    check_ins(plan, 8, "home.example")
    post.answer = "451 try again later"
    deliver_due(AT)
    moments = set(Mail.objects.values_list("next_attempt_at", flat=True))
    assert len(moments) == 8
    spread = max(moments) - min(moments)
    assert SECOND < spread < 30 * SECOND


def test_many_domains_that_are_slow_do_not_end_the_delivery(plan: Plan, post: SmtpSink) -> None:
    for number in range(6):
        check_ins(plan, 1, f"slow{number}.example", AT - MINUTE)
    check_ins(plan, 3, "home.example")
    post.answer = busy("slow", "421 4.7.0 slow down")
    assert deliver_due(AT) == Delivered(sent=3)


def test_a_domain_is_held_once_by_many_who_are_told(db: None) -> None:
    first = pace.hold("slow.example", AT)
    assert pace.hold("slow.example", AT + SECOND) == first
    assert MailPace.objects.get().holds == 1
