"""Deliver reminders: lease them in batches, check them again, send them to each device, and settle them one by one.

No two deliveries send the same reminder: only the holder of its lease does. If a process dies between a push
service's answer and storing it, the lease expires and the message is sent again with the same topic and tag: it
replaces the first one on the device.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from walking.models import PushSubscription, Reminder
from walking.models.reminder import REMINDER_STALE_AFTER
from walking.push.devices import LINES, record
from walking.push.reading import Reading
from walking.push.service import Answer, Fate, post
from walking.push.session import PushSession

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)
BATCH = 20
#: Minutes until the next attempt, by the attempts made; the last one repeats.
BACKOFF = (1, 5, 15, 30)


@dataclass(slots=True)
class Delivered:
    """What a delivery settled; reminders to be retried are not counted."""

    sent: int = 0
    failed: int = 0
    suppressed: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    key: uuid.UUID
    ids: Sequence[int]


def deliver_reminders(at: dt.datetime, batch: int = BATCH) -> Delivered:
    """Send the reminders that are due at ``at``, until nothing more is due. Any number may run at once."""
    began = time.monotonic()

    def now() -> dt.datetime:
        return at + dt.timedelta(seconds=time.monotonic() - began)

    done = Delivered()
    while lease := claim(now(), batch):
        _Batch(lease, now, done).deliver()
    return done


def claim(at: dt.datetime, size: int) -> Lease | None:
    """Lease up to ``size`` due reminders, the longest waiting first; None if nothing is due."""
    key = uuid.uuid4()
    with transaction.atomic():
        ids = list(
            Reminder.objects.filter(Q(leased_until=None) | Q(leased_until__lte=at))
            .filter(state=Reminder.State.QUEUED, next_attempt_at__lte=at)
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:size]
        )
        Reminder.objects.filter(pk__in=ids).update(
            lease=key, leased_until=at + LEASE, attempts=F("attempts") + 1
        )
    return Lease(key, ids) if ids else None


@dataclass(slots=True)
class _Batch:
    """The reminders of one lease; each gets its outcome."""

    lease: Lease
    now: Callable[[], dt.datetime]
    done: Delivered
    answers: dict[int, list[Answer]] = field(default_factory=dict)

    def deliver(self) -> None:
        reminders = list(
            Reminder.objects.filter(pk__in=self.lease.ids)
            .select_related("plan__patient")
            .order_by("next_attempt_at", "pk")
        )
        reading = Reading(reminders)
        going = [reminder for reminder in reminders if self._is_to_go(reminder, reading)]
        waiting = {reminder.pk: 0 for reminder in going}
        with PushSession() as session, ThreadPoolExecutor(LINES) as lines:
            sending: dict[Future[Answer], tuple[Reminder, PushSubscription]] = {}
            for reminder in going:
                for device in reading.devices(reminder):
                    if device.reminded_on != reminder.day:
                        waiting[reminder.pk] += 1
                        message, ttl = _message(reminder), self._time_left(reminder)
                        sending[lines.submit(post, session, device, message, ttl)] = (
                            reminder,
                            device,
                        )
            for future in as_completed(sending):
                reminder, device = sending[future]
                answer = future.result()
                record(device, answer, self.now(), day=reminder.day)
                self.answers.setdefault(reminder.pk, []).append(answer)
                waiting[reminder.pk] -= 1
                if not waiting[reminder.pk]:
                    self._conclude(reminder, self.answers[reminder.pk])

    def _is_to_go(self, reminder: Reminder, reading: Reading) -> bool:
        """Return whether to send it; if not, it has been settled or postponed."""
        devices = reading.devices(reminder)
        if any(device.reminded_on == reminder.day for device in devices) and (
            self._is_late(reminder) or all(each.reminded_on == reminder.day for each in devices)
        ):
            self._settle(reminder, Reminder.State.SENT, "")
        elif self._is_late(reminder):
            self._settle(reminder, Reminder.State.SUPPRESSED, "Too late.")
        elif not settings.VAPID_PRIVATE_KEY or not devices:
            self._settle(reminder, Reminder.State.SUPPRESSED, "No device is set up.")
        elif not reading.is_known(reminder):
            self._try_later(reminder, "The new week has not begun yet.")
        elif quiet := reading.why_quiet(reminder):
            self._settle(reminder, Reminder.State.SUPPRESSED, f"Not needed: {quiet}.")
        else:
            return True
        return False

    def _conclude(self, reminder: Reminder, answers: Sequence[Answer]) -> None:
        fates = {answer.fate for answer in answers}
        words = next((answer.words for answer in answers if answer.words), "")
        if Fate.LATER in fates:
            self._try_later(reminder, words, max(answer.wait for answer in answers))
        elif Fate.TAKEN in fates:
            self._settle(reminder, Reminder.State.SENT, words)
        else:
            self._settle(reminder, Reminder.State.FAILED, words)

    def _is_late(self, reminder: Reminder) -> bool:
        return self.now() > reminder.due_at + REMINDER_STALE_AFTER

    def _time_left(self, reminder: Reminder) -> int:
        left = reminder.due_at + REMINDER_STALE_AFTER - self.now()
        return max(60, int(left.total_seconds()))

    def _settle(self, reminder: Reminder, state: Reminder.State, outcome: str) -> None:
        if self._write(reminder, state=state, outcome=outcome[:300], settled_at=self.now()):
            setattr(self.done, state.value, getattr(self.done, state.value) + 1)

    def _try_later(
        self, reminder: Reminder, outcome: str, wait: dt.timedelta = dt.timedelta()
    ) -> None:
        minutes = BACKOFF[min(reminder.attempts, len(BACKOFF)) - 1]
        # Not past the moment at which it is too late, so that its outcome is known then.
        too_late = reminder.due_at + REMINDER_STALE_AFTER + dt.timedelta(seconds=1)
        then = self.now() + max(wait, dt.timedelta(minutes=minutes))
        self._write(reminder, outcome=outcome[:300], next_attempt_at=min(then, too_late))

    def _write(self, reminder: Reminder, **fields: object) -> int:
        """Store an outcome, if the row is still ours; return the number of rows written."""
        mine: QuerySet[Reminder] = Reminder.objects.filter(
            pk=reminder.pk, lease=self.lease.key, state=Reminder.State.QUEUED
        )
        written = mine.update(lease=None, leased_until=None, **fields)
        if not written:
            log.warning("Reminder %s was taken over by another delivery", reminder.pk)
        return written


def _message(reminder: Reminder) -> bytes:
    """Return what the device shows: nothing about anyone's health, whoever looks at the screen."""
    with translation.override(reminder.plan.patient.language):
        shown = {
            "title": _("Time for your walk?"),
            "body": _("Tap to see today's plan."),
            "url": reverse("today"),
            "tag": "waymark-walk",
        }
    return json.dumps(shown).encode()
