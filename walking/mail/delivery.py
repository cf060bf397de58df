"""Delivery: lease queued emails in batches, compose and send them, and settle them one by one.

No email is lost: a row stays queued until its outcome is stored. None is sent twice: only the holder of a row's lease
sends it, and only once. One case cannot be known: the connection broke before the server's answer, so the server may
have accepted the message. It is sent again with the same Message-ID.
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

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import Case, F, Min, Q, Value, When

from walking.mail.alarms import pass_on
from walking.mail.bounces import record_bounce
from walking.mail.compose import Composed, compose, is_stale
from walking.mail.letter import Suppressed
from walking.mail.message import Message
from walking.mail.outcomes import note_refusal, patiently, write_outcome
from walking.mail.pace import Shares, domain_of_mail, hold, let_go, limits, order_of_urgency, shares
from walking.mail.reading import Reading, with_records
from walking.mail.refusals import Refusal, refusal_of
from walking.models import Bounce, Mail
from walking.models.outbox import STALE_AFTER
from walking.models.standing import refresh

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)
#: No message is started with less of the lease left than this: one message can take several time-outs.
MARGIN = dt.timedelta(minutes=3)
#: Minutes until the next attempt, by the attempts made; the last one repeats.
BACKOFF = (1, 5, 15, 60)
JITTER = 0.2
#: After this many lost connections in a row the server is left alone until the next delivery. A connection closed
#: because one domain takes no more for now says little about the others.
LOSSES, A_LOSS, A_SLOW_DOMAINS_LOSS = 10, 5, 1
#: With a rate limit, a delivery waits for messages that may go soon, and checks no more often than this.
LOOKS_EVERY = dt.timedelta(seconds=1)
#: It checks at least this often, because an alarm never waits for a rate limit.
LOOKS_FOR_FIRST = dt.timedelta(seconds=5)
#: While it waits longer than this, it closes the connection.
KEEPS_CONNECTION = dt.timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery settled; messages to be retried are not counted."""

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
    """One reused connection, opened with the first message that needs it."""

    _connection: BaseEmailBackend | None = None
    _losses: int = 0

    def send(self, message: Message) -> Refusal | None:
        """Return None if the server accepted it. Raises ``_ServerGone`` if it cannot connect: nothing was tried."""
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
        except Exception as error:  # whatever it is, it affects this message, not the batch
            refusal = refusal_of(error)
            if refusal.lost:
                self._losses += A_SLOW_DOMAINS_LOSS if refusal.slow else A_LOSS
                self.close()
            return refusal
        self._losses = 0
        return None

    def close(self) -> None:
        server, self._connection = self._connection, None
        if server is not None:
            with suppress(OSError):
                server.close()


def deliver_due(
    at: dt.datetime,
    batch: int = 250,
    limit: int | None = None,
    stay: dt.timedelta = dt.timedelta(0),
    lasting: dt.timedelta | None = None,
) -> Delivered:
    """Send what is due at ``at``, until nothing more is due or ``limit`` messages were processed.

    With a rate limit, keep going for ``stay`` with what may go by then, sleeping in between. No message is started
    after ``lasting``: a process killed from outside may have sent one without recording it.

    Any number may run at once, in any number of processes. Never raises for a fault of one message or of the server.
    """
    began = time.monotonic()

    def now() -> dt.datetime:
        # A delivery of many batches outlasts its ``at``, and leases must end on time.
        return at + dt.timedelta(seconds=time.monotonic() - began)

    tally, line, left = _Tally(), _Line(), limit
    end = at + lasting if lasting else dt.datetime.max.replace(tzinfo=dt.UTC)
    try:
        while (left is None or left > 0) and now() < end:
            lease = claim(now(), batch if left is None else min(batch, left))
            if lease is None:
                if not _slept(now(), at + stay, line):
                    break
                continue
            if left is not None:
                left -= len(lease.ids)
            _Batch(lease, now, tally, line, end).deliver()
    except _ServerGone:
        pass
    finally:
        line.close()
    return tally.frozen()


def until_next_tick() -> dt.timedelta:
    """Return how long a scheduled delivery may run before the next one takes over. Leaves time for the other scheduled
    jobs of a worker that does one thing at a time."""
    return dt.timedelta(seconds=0.9 * min(settings.TICK_SECONDS, 60.0))


def _slept(now: dt.datetime, until: dt.datetime, line: _Line) -> bool:
    """Sleep until the next message may go; return False if there is no rate limit, or none may go by ``until``."""
    if now >= until or not limits():
        return False
    queued = Mail.objects.filter(state=Mail.State.QUEUED, next_attempt_at__lte=until)
    free = queued.filter(Q(leased_until=None) | Q(leased_until__lte=now))
    moment: dt.datetime | None = free.aggregate(moment=Min("next_attempt_at"))["moment"]
    if moment is None:
        return False
    wait = max(moment - now, LOOKS_EVERY)
    if wait > KEEPS_CONNECTION:
        line.close()
    time.sleep(min(wait, LOOKS_FOR_FIRST).total_seconds())
    return True


@dataclass(frozen=True, slots=True)
class Lease:
    key: uuid.UUID
    until: dt.datetime
    ids: Sequence[int]


def claim(at: dt.datetime, size: int) -> Lease | None:
    """Lease up to ``size`` due messages, urgent ones first, then the longest waiting; None if nothing is due.

    Two claims at once get different rows: on PostgreSQL each skips rows the other has locked; on SQLite a transaction
    is alone from its start.
    """
    ids: list[int] = []
    lease = Lease(uuid.uuid4(), at + LEASE, ids)
    with transaction.atomic():
        free = (
            Mail.objects.filter(Q(leased_until=None) | Q(leased_until__lte=at))
            .filter(state=Mail.State.QUEUED, next_attempt_at__lte=at)
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)
        )
        ids += free.filter(kind__in=Mail.FIRST)[:size]
        if len(ids) < size:
            ids += free.exclude(pk__in=ids)[: size - len(ids)]
        Mail.objects.filter(pk__in=ids).update(
            lease=lease.key, leased_until=lease.until, attempts=F("attempts") + 1
        )
    return lease if ids else None


@dataclass(slots=True)
class _Batch:
    """The messages of one lease; each gets its outcome."""

    lease: Lease
    now: Callable[[], dt.datetime]
    tally: _Tally
    line: _Line
    #: No message is started after this moment, nor shortly before the lease ends.
    end: dt.datetime
    untouched: set[int] = field(default_factory=set)
    mails: list[Mail] = field(default_factory=list)
    shares: Shares = field(default_factory=Shares)
    #: Plans in this lease that had failed email before, to anyone; None until loaded.
    failing: set[int | None] | None = None

    def deliver(self) -> None:
        self.untouched = set(self.lease.ids)
        try:
            self.mails = sorted(
                with_records(Mail.objects.filter(pk__in=self.lease.ids)), key=order_of_urgency
            )
            reading, at = Reading(self.mails), self.now()
            self.shares = shares([mail for mail in self.mails if not is_stale(mail, at)], at)
            end = min(self.end, self.lease.until - MARGIN)
            for mail in self.mails:
                if self.now() > end:
                    break
                if mail.pk not in self.shares.waits:
                    self._deliver(mail, reading)
        finally:
            self._release()

    def _deliver(self, mail: Mail, reading: Reading) -> None:
        at = self.now()
        try:
            composed: Composed | Suppressed | None = compose(mail, at, reading)
        except Exception as error:
            # Its text may contain what a patient wrote, so only the place is logged.
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
            self._takes_mail(mail)
        elif refusal.permanent:
            if refusal.address:
                patiently(lambda: self._record_bounce(mail, composed.address, refusal.words))
            self.tally.failed += self._settle(mail, Mail.State.FAILED, refusal.words)
            note_refusal(mail, refusal.words, self.now())
        else:
            self._try_later(mail, refusal.words)
            if refusal.slow:
                self._hold(domain_of_mail(mail))

    def _record_bounce(self, mail: Mail, address: str, words: str) -> None:
        kind, source = Bounce.Kind.HARD, Bounce.Source.SERVER
        record_bounce(address, kind, source, words=words, mail=mail, at=self.now())

    def _settle(self, mail: Mail, state: Mail.State, outcome: str) -> int:
        """Store the outcome and update the caseload if needed; return the number of rows written."""
        at = self.now()
        return patiently(lambda: self._settled(mail, state, outcome, at))

    def _settled(self, mail: Mail, state: Mail.State, outcome: str, at: dt.datetime) -> int:
        if mail.kind == Mail.Kind.URGENT and state != Mail.State.SENT:
            with transaction.atomic():
                written = self._record(mail, state, outcome, settled_at=at)
                if written:
                    pass_on(mail, at)
            return written
        if not self._tells(mail, state):
            return self._record(mail, state, outcome, settled_at=at)
        with transaction.atomic():
            written = self._record(mail, state, outcome, settled_at=at)
            refresh([mail.plan_id] if mail.plan_id else [], at)
        self.failing = None
        return written

    def _tells(self, mail: Mail, state: Mail.State) -> bool:
        """Return whether this outcome changes the caseload: email to a patient fails, or is delivered again."""
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
        mail.next_attempt_at = min(self.now() + wait, _too_late(mail))
        if self._record(mail, Mail.State.QUEUED, outcome):
            note_refusal(mail, outcome, self.now())

    def _record(
        self, mail: Mail, state: Mail.State, outcome: str, settled_at: dt.datetime | None = None
    ) -> int:
        """Store an outcome, if the row is still ours; return the number of rows written."""
        written = write_outcome(mail, self.lease.key, state, outcome, settled_at)
        if not written:
            log.warning(
                "Mail %s was taken over by another delivery while it was being sent", mail.pk
            )
        return written

    def _hold(self, domain: str) -> None:
        """Hold the rest of the batch's email to a domain that asked us to slow down, like all other email to it."""
        until = hold(domain, self.now())
        self.shares.held.add(domain)
        for mail in self.mails:
            if (
                mail.pk in self.untouched
                and mail.kind not in Mail.FIRST
                and domain_of_mail(mail) == domain
            ):
                self.shares.waits[mail.pk] = until

    def _takes_mail(self, mail: Mail) -> None:
        if mail.kind in Mail.FIRST:
            return  # it was sent in spite of the hold, which is not over
        if self.shares.held and (domain := domain_of_mail(mail)) in self.shares.held:
            self.shares.held.discard(domain)
            let_go(domain)

    def _release(self) -> None:
        """Return what was not tried as if never claimed; email over the rate limit gets its next time."""
        if not self.untouched:
            return
        moments = [
            When(pk=mail.pk, then=Value(min(self.shares.waits[mail.pk], _too_late(mail))))
            for mail in self.mails
            if mail.pk in self.shares.waits and mail.pk in self.untouched
        ]
        later = {"next_attempt_at": Case(*moments, default=F("next_attempt_at"))} if moments else {}
        self._mine().filter(pk__in=self.untouched).update(
            lease=None, leased_until=None, attempts=F("attempts") - 1, **later
        )

    def _mine(self) -> models.QuerySet[Mail]:
        return Mail.objects.filter(lease=self.lease.key, state=Mail.State.QUEUED)


def _too_late(mail: Mail) -> dt.datetime:
    """Return the last moment for an attempt, so that the outcome is known by then."""
    return mail.due_at + STALE_AFTER + dt.timedelta(seconds=1)


def _place(error: Exception) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return "?" if frame is None else f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
