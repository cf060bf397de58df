"""Store the outcome of a message.

In plain SQL, once for each message: Django takes longer to build a statement than the server to run it. The message
has been sent by then, so its outcome must be stored: if the database is down for a moment, wait for it.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connection, models

from walking.models import Mail, MailRefusal

log = logging.getLogger(__name__)

#: How long an outcome waits for a database that is down or full. While nothing can be written no one else can lease
#: the message, so waiting past the lease's end is safe; giving up sends it again.
DATABASE_PATIENCE = dt.timedelta(minutes=10)
#: Seconds between attempts: short enough to win before a scheduled job finds the message with an expired lease.
ASKS_EVERY = 0.2


def _fields(model: type[models.Model], *names: str) -> list[models.Field[Any, Any]]:
    return [model._meta.get_field(name) for name in names]  # type: ignore[misc]


_WRITTEN = _fields(Mail, "state", "outcome", "settled_at", "next_attempt_at", "id", "lease")
_RECORD = f"""
    UPDATE {Mail._meta.db_table}
    SET lease = NULL, leased_until = NULL, state = %s, outcome = %s, settled_at = %s, next_attempt_at = %s
    WHERE id = %s AND lease = %s AND state = '{Mail.State.QUEUED}'
"""  # noqa: S608 - names of our own
_NOTED = _fields(MailRefusal, "mail", "number", "words", "at")
_NOTE = f"""
    INSERT INTO {MailRefusal._meta.db_table} (mail_id, number, words, at) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - names of our own


def write_outcome(
    mail: Mail, lease: uuid.UUID, state: str, outcome: str, settled_at: dt.datetime | None
) -> int:
    """Store an outcome and the next attempt, if ``lease`` still holds the row; return the number of rows written."""
    values = (state, outcome[:300], settled_at, mail.next_attempt_at, mail.pk, lease)
    return _executed(_RECORD, _prepared(_WRITTEN, values))


def note_refusal(mail: Mail, words: str, at: dt.datetime) -> None:
    """Store the server's answer to this attempt, to explain later what happened to the email."""
    _executed(_NOTE, _prepared(_NOTED, (mail.pk, mail.attempts, words[:300], at)))


def _prepared(fields: Sequence[models.Field[Any, Any]], values: Sequence[object]) -> list[Any]:
    return [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]


def _executed(statement: str, values: Sequence[Any]) -> int:
    """Run the statement; return the number of rows written."""

    def run() -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            written: int = cursor.rowcount
            return written

    return patiently(run)


def patiently[T](write: Callable[[], T]) -> T:
    """Return the result of ``write``, retrying it as a whole until the database is available; it may read, too.

    Inside a transaction nothing is retried, as it is lost with its connection: put the transaction in ``write``.
    Raises OperationalError or InterfaceError if the database is down for longer than ``DATABASE_PATIENCE``.
    """
    deadline = time.monotonic() + DATABASE_PATIENCE.total_seconds()
    told = False
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            if not told:
                log.warning("An outcome is waiting for the database: %s", type(error).__name__)
                told = True
            connection.close()
            time.sleep(ASKS_EVERY)
