"""Send one message to all of a person's devices, and handle the push services' answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db.models import F

from walking.models import PushSubscription
from walking.push.service import Answer, Fate, post
from walking.push.session import PushSession

#: A device that refused this many messages in a row is deleted: its keys no longer match ours.
REFUSALS = 5
#: At most this many push services are contacted at once.
LINES = 8


@dataclass(frozen=True, slots=True)
class Message:
    """``body`` is for one device; its service stores it for at most ``ttl`` seconds."""

    device: PushSubscription
    body: bytes
    ttl: int


def tell(messages: Iterable[Message], *, topic: str, now: dt.datetime) -> int:
    """Send messages once: what is not accepted at once is not retried. Returns how many were accepted."""
    with PushSession() as session, ThreadPoolExecutor(LINES) as lines:
        sending = [
            (each, lines.submit(post, session, each.device, each.body, each.ttl, topic))
            for each in messages
        ]
        answers = [(each.device, future.result()) for each, future in sending]
    for device, answer in answers:
        record(device, answer, now)
    return sum(answer.fate is Fate.TAKEN for _device, answer in answers)


def record(
    device: PushSubscription, answer: Answer, now: dt.datetime, *, day: dt.date | None = None
) -> None:
    """Record what ``answer`` means for the device; ``day`` is that of a reminder to walk. The device may be gone: the
    patient may have removed it meanwhile."""
    row = PushSubscription.objects.filter(pk=device.pk)
    if answer.fate is Fate.TAKEN:
        reminded = {} if day is None else {"reminded_on": day}
        row.update(last_success_at=now, failures=0, **reminded)
    elif answer.fate is Fate.GONE or (
        answer.fate is Fate.REFUSED and device.failures + 1 >= REFUSALS
    ):
        row.delete()
    elif answer.fate is Fate.REFUSED:
        row.update(failures=F("failures") + 1)
