"""Delivery of check-ins to a server that accepts everything at once."""

from __future__ import annotations

import datetime as dt
import smtplib
import time
from typing import Any

from bench.place import Place
from bench.review import tidy
from bench.sizes import Sizes


def measure(sizes: Sizes, here: Place, now: dt.datetime) -> dict[str, Any]:
    """Return the figures of ``mail``; needs ``sizes.mail`` plans with a running week."""
    from walking.mail.delivery import deliver_due
    from walking.models import Mail

    _queue(sizes.mail, now)
    ready = _ready_made(now)
    floor = _floor(ready, sizes.mail, here.sink)
    began = time.perf_counter()
    done = deliver_due(now)
    rate = done.sent / (time.perf_counter() - began)
    assert done.sent == sizes.mail == Mail.objects.filter(state="sent").count(), done
    return {"rate": round(rate, 1), "floor": round(floor, 1), "ratio": round(rate / floor, 3)}


def _queue(number: int, now: dt.datetime) -> None:
    from django.db import connection

    from walking.care.weeks.reviews import check_in_mail
    from walking.mail import outbox
    from walking.models import Plan

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE walking_mail CASCADE")
    plans = Plan.objects.filter(status="active").select_related("patient").order_by("pk")[:number]
    mails = []
    for plan in plans:
        plan.next_check_in_at = now
        mails.append(check_in_mail(plan, now))
    assert outbox.queue_rows(mails) == number
    tidy()


def _ready_made(now: dt.datetime) -> list[tuple[str, bytes]]:
    """Return some of the messages as they are sent, with their recipients."""
    from walking.mail.compose import Composed, compose
    from walking.mail.reading import Reading, with_records
    from walking.models import Mail

    mails = list(with_records(Mail.objects.order_by("pk")[:100]))
    reading, ready = Reading(mails), []
    for mail in mails:
        composed = compose(mail, now, reading)
        assert isinstance(composed, Composed), composed
        assert mail.recipient is not None
        ready.append((mail.recipient.email, composed.message.message().as_bytes()))
    return ready


def _floor(ready: list[tuple[str, bytes]], number: int, port: int) -> float:
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        began = time.perf_counter()
        for place in range(number):
            recipient, content = ready[place % len(ready)]
            server.sendmail("waymark@clinic.example", [recipient], content)
        return number / (time.perf_counter() - began)
