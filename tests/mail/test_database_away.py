"""PostgreSQL drops every connection between a mail server's answer and its record: the outcome is written anyway."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.mail.conftest import queue
from tests.mail.test_letters import utc
from tests.services import SmtpSink
from walking.mail.delivery import LEASE, Delivered, deliver_due
from walking.models import Attention, Bounce, Mail, Plan

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT = utc(2026, 3, 8, 6)


@pytest.fixture
def one(plan: Plan) -> Mail:
    return queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)


def dropping() -> Callable[[], None]:
    """Ends every connection to the database, from another thread than the sender's."""
    parameters = connection.get_connection_params()
    address = {name: parameters[name] for name in ("host", "port", "user", "dbname")}

    def drop() -> None:
        with psycopg.connect(**address) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    return drop


@pytest.fixture
def loses_database(post: SmtpSink) -> SmtpSink:
    """Takes every message, and by its answer the sender has lost its database."""
    drop = dropping()

    def answer(_message: EmailMessage) -> str:
        drop()
        return "250 OK"

    post.answer = answer
    return post


def test_a_message_that_was_taken_does_not_go_again(loses_database: SmtpSink, one: Mail) -> None:
    assert deliver_due(AT) == Delivered(sent=1)
    assert deliver_due(AT + 2 * LEASE) == Delivered()
    assert len(loses_database.messages) == 1


def test_nor_one_that_shows_that_an_address_works_again(
    loses_database: SmtpSink, one: Mail
) -> None:
    """The record and what the desk is told of it are one transaction, which is done again as a whole."""
    failed = queue(Mail.Kind.CHECK_IN, "week:0", AT - dt.timedelta(days=7), plan=one.plan)
    Mail.objects.filter(pk=failed.pk).update(state="failed", settled_at=failed.due_at, outcome="no")
    assert deliver_due(AT) == Delivered(sent=1)
    assert deliver_due(AT + 2 * LEASE) == Delivered()
    assert len(loses_database.messages) == 1
    assert Attention.objects.filter(plan=one.plan).exists()


def test_a_refusal_for_good_is_kept_with_its_bounce(post: SmtpSink, one: Mail) -> None:
    drop = dropping()

    async def handle_RCPT(*_arguments: Any) -> str:  # noqa: N802
        drop()
        return "550 no such user"

    post.handle_RCPT = handle_RCPT  # type: ignore[attr-defined]
    post.stop()
    post.start()
    assert deliver_due(AT) == Delivered(failed=1)
    assert Bounce.objects.get().mail == one
    assert deliver_due(AT + 2 * LEASE) == Delivered()
