"""Delivery: what waits in the outbox is leased in batches, composed, sent, and settled one by one.

No mail is lost: a row stays queued until its outcome is written. None is doubled: only the holder of a row's lease
sends it, and only once. The one thing nobody can know is whether a server took a message when the connection died
before its answer; such a message goes again, with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import F, Q

from walking.mail.bounces import record_bounce
from walking.mail.compose import Composed, compose, is_stale
from walking.mail.letter import Suppressed
from walking.mail.message import Message
from walking.mail.reading import Reading, with_records
from walking.mail.refusals import Refusal, refusal_of
from walking.models import Bounce, Mail
from walking.models.outbox import STALE_AFTER
from walking.models.standing import refresh

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)
#: No message is begun with less of the lease left than this: one can take some time-outs.
MARGIN = dt.timedelta(minutes=3)
#: How long the outcome of a message that was sent waits for a database that is away; well inside the margin.
DATABASE_PATIENCE = dt.timedelta(minutes=1)
#: Minutes until the next attempt, by the attempts made; the last one repeats.
BACKOFF = (1, 5, 15, 60)
JITTER = 0.2
#: After so many lost connections in a row the server is left alone until the next delivery.
LOSSES = 2


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery settled; a message that is to be tried again is in none of the counts."""

    sent: int = 0
    failed: int = 0
    suppressed: int = 0


@dataclass(slots=True)
class _Tally:
    sent: int = 0
    failed: int = 0
    suppressed: int = 0

    def frozen(self) -> Delivered:
        return Delivered(self.sent, self.failed, self.suppressed)


class _ServerGone(Exception):  # noqa: N818
    """The mail server cannot be reached, or drops every connection."""


@dataclass(slots=True)
class _Line:
    """One kept connection, opened with the first message that needs it."""

    _connection: BaseEmailBackend | None = None
    _losses: int = 0

    def send(self, message: Message) -> Refusal | None:
        """None if the server took it. Raises ``_ServerGone`` if no connection can be made: nothing was tried."""
        if self._connection is None:
            if self._losses >= LOSSES:
                raise _ServerGone
            server = mailers.default
            try:
                server.open()
            except Exception as error:
                log.warning("The mail server cannot be reached: %s", type(error).__name__)
                raise _ServerGone from None
            self._connection = server
        try:
            self._connection.send_messages([message])
        except Exception as error:  # whatever it is, it is this message's fate and not the batch's
            refusal = refusal_of(error)
            if refusal.lost:
                self._losses += 1
                self.close()
            return refusal
        self._losses = 0
        return None

    def close(self) -> None:
        server, self._connection = self._connection, None
        if server is not None:
            with suppress(OSError):
                server.close()


def deliver_due(at: dt.datetime, batch: int = 100, limit: int | None = None) -> Delivered:
    """Send what is due at ``at``, until nothing more is or ``limit`` messages were taken up.

    Any number may run at once, in any number of processes. Never raises for one message's or the server's fault.
    """
    began = time.monotonic()

    def now() -> dt.datetime:
        # A delivery of many batches outlives its ``at``, and leases must end when they say.
        return at + dt.timedelta(seconds=time.monotonic() - began)

    tally, line, left = _Tally(), _Line(), limit
    try:
        while left is None or left > 0:
            lease = claim(now(), batch if left is None else min(batch, left))
            if lease is None:
                break
            if left is not None:
                left -= len(lease.ids)
            _Batch(lease, now, tally, line).deliver()
    except _ServerGone:
        pass
    finally:
        line.close()
    return tally.frozen()


@dataclass(frozen=True, slots=True)
class Lease:
    key: uuid.UUID
    until: dt.datetime
    ids: Sequence[int]


def claim(at: dt.datetime, size: int) -> Lease | None:
    """Lease up to ``size`` due messages, the longest waiting first; None if there is none.

    Two that claim at once get different rows: on PostgreSQL each skips what the other has locked; on SQLite a
    transaction is alone from its start.
    """
    ids: list[int] = []
    lease = Lease(uuid.uuid4(), at + LEASE, ids)
    with transaction.atomic():
        ids += (
            Mail.objects.filter(Q(leased_until=None) | Q(leased_until__lte=at))
            .filter(state=Mail.State.QUEUED, next_attempt_at__lte=at)
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:size]
        )
        Mail.objects.filter(pk__in=ids).update(
            lease=lease.key, leased_until=lease.until, attempts=F("attempts") + 1
        )
    return lease if ids else None


@dataclass(slots=True)
class _Batch:
    """The messages of one lease, each brought to its outcome."""

    lease: Lease
    now: Callable[[], dt.datetime]
    tally: _Tally
    line: _Line
    untouched: set[int] = field(default_factory=set)
    #: Plans of this lease whose mail to anybody failed before; None until asked for.
    failing: set[int | None] | None = None

    def deliver(self) -> None:
        self.untouched = set(self.lease.ids)
        try:
            mails = list(
                with_records(Mail.objects.filter(pk__in=self.lease.ids)).order_by(
                    "next_attempt_at", "pk"
                )
            )
            reading = Reading(mails)
            for mail in mails:
                if self.now() > self.lease.until - MARGIN:
                    break
                self._deliver(mail, reading)
        finally:
            self._release()

    def _deliver(self, mail: Mail, reading: Reading) -> None:
        at = self.now()
        try:
            composed: Composed | Suppressed | None = compose(mail, at, reading)
        except Exception as error:
            # Its words may hold what a patient wrote, so only the place is told.
            log.error(
                "Mail %s could not be composed: %s at %s",
                mail.pk,
                type(error).__name__,
                _place(error),
            )
            composed = (
                Suppressed("Too late: it could not be composed.") if is_stale(mail, at) else None
            )
        if composed is None:
            self.untouched.discard(mail.pk)
            self._try_later(mail, "It could not be composed.")
        elif isinstance(composed, Suppressed):
            self.untouched.discard(mail.pk)
            self.tally.suppressed += self._settle(mail, Mail.State.SUPPRESSED, composed.reason)
        else:
            self._send(mail, composed)

    def _send(self, mail: Mail, composed: Composed) -> None:
        refusal = self.line.send(composed.message)
        self.untouched.discard(mail.pk)
        if refusal is None:
            self.tally.sent += self._settle(mail, Mail.State.SENT, "")
        elif refusal.permanent:
            if refusal.address:
                record_bounce(
                    composed.address,
                    Bounce.Kind.HARD,
                    Bounce.Source.SERVER,
                    words=refusal.words,
                    mail=mail,
                    at=self.now(),
                )
            self.tally.failed += self._settle(mail, Mail.State.FAILED, refusal.words)
        else:
            self._try_later(mail, refusal.words)

    def _settle(self, mail: Mail, state: Mail.State, outcome: str) -> int:
        settled_at = self.now()
        if not self._tells(mail, state):
            return self._record(mail, state, outcome, settled_at=settled_at)
        with transaction.atomic():
            written = self._record(mail, state, outcome, settled_at=settled_at)
            refresh([mail.plan_id] if mail.plan_id else [], settled_at)
        self.failing = None
        return written

    def _tells(self, mail: Mail, state: Mail.State) -> bool:
        """Whether this outcome changes what the desk knows: mail to a patient fails, or arrives again."""
        if mail.plan is None or mail.recipient_id != mail.plan.patient_id:
            return False
        if state == Mail.State.SENT:
            if self.failing is None:
                failed = Mail.objects.filter(state=Mail.State.FAILED, plan__mail__in=self.lease.ids)
                self.failing = set(failed.values_list("plan_id", flat=True))
            return mail.plan_id in self.failing
        return state == Mail.State.FAILED

    def _try_later(self, mail: Mail, outcome: str) -> None:
        minutes = BACKOFF[min(mail.attempts, len(BACKOFF)) - 1]
        wait = dt.timedelta(minutes=minutes * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
        # Not past the moment at which it is too late, so that its fate is known then.
        too_late = mail.due_at + STALE_AFTER + dt.timedelta(seconds=1)
        mail.next_attempt_at = min(self.now() + wait, too_late)
        self._record(mail, Mail.State.QUEUED, outcome)

    def _record(
        self, mail: Mail, state: Mail.State, outcome: str, settled_at: dt.datetime | None = None
    ) -> int:
        """Write an outcome, if the row is still ours; the number of rows written."""
        values = (state, outcome[:300], settled_at, mail.next_attempt_at, mail.pk, self.lease.key)
        written = _executed(_RECORD, _prepared(values))
        if not written:
            log.warning(
                "Mail %s was taken over by another delivery while it was being sent", mail.pk
            )
        return written

    def _release(self) -> None:
        """Give back what was not tried, as if it had never been claimed."""
        if self.untouched:
            self._mine().filter(pk__in=self.untouched).update(
                lease=None, leased_until=None, attempts=F("attempts") - 1
            )

    def _mine(self) -> models.QuerySet[Mail]:
        return Mail.objects.filter(lease=self.lease.key, state=Mail.State.QUEUED)


_WRITTEN: list[models.Field[Any, Any]] = [
    Mail._meta.get_field(name)  # type: ignore[misc]
    for name in ("state", "outcome", "settled_at", "next_attempt_at", "id", "lease")
]
_RECORD = f"""
    UPDATE {Mail._meta.db_table}
    SET lease = NULL, leased_until = NULL, state = %s, outcome = %s, settled_at = %s, next_attempt_at = %s
    WHERE id = %s AND lease = %s AND state = '{Mail.State.QUEUED}'
"""  # noqa: S608 - names of our own


def _executed(statement: str, values: Sequence[Any]) -> int:
    """Run the statement; the number of rows written.

    By hand, and once for each message: Django would take longer to make it than the server to run it. The message is
    out by now, so its outcome must be kept: a database that is away for a moment is waited for.
    """
    deadline = time.monotonic() + DATABASE_PATIENCE.total_seconds()
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                written: int = cursor.rowcount
                return written
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            log.warning("An outcome waits for the database: %s", type(error).__name__)
            connection.close()
            time.sleep(1)


def _prepared(values: Sequence[object]) -> list[Any]:
    return [
        field.get_db_prep_save(value, connection)
        for field, value in zip(_WRITTEN, values, strict=True)
    ]


def _place(error: Exception) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return "?" if frame is None else f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
