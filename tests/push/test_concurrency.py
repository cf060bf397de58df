"""Two workers at once: each reminder is queued once and sent once, on real connections to PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections, transaction

from tests.days import moment
from tests.mail.test_concurrency import WORKERS, together
from tests.people import make_plan
from tests.push.conftest import EVERY_DAY, Subscribe
from tests.push.service import PushService, slowly
from tests.services import PATIENCE
from walking.care.diary.reminders import choose_reminders, queue_due_reminders
from walking.models import Plan, Reminder
from walking.push.delivery import LEASE, Delivered, claim, deliver_reminders

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT = moment(1, 10)


@pytest.fixture
def plans(subscribe: Subscribe) -> list[Plan]:
    made = [make_plan(name=f"Patient {number}") for number in range(8)]
    for plan in made:
        subscribe(plan)
        choose_reminders(plan, weekdays=EVERY_DAY, hour=dt.time(10), at=moment(1, 6))
    return made


def test_workers_that_start_together_send_each_once(
    plans: list[Plan], service: PushService
) -> None:
    service.answer = slowly(0.05)

    def work() -> Delivered:
        queue_due_reminders(AT)
        return deliver_reminders(AT, batch=2)

    results = together(work)
    queue_due_reminders(AT)
    last = deliver_reminders(AT)
    assert sum(result.sent for result in results) + last.sent == len(plans)
    assert len({came.path for came in service.received}) == len(service) == len(plans)
    assert Reminder.objects.count() == len(plans)


def test_without_the_lock_two_would_lease_the_same(plans: list[Plan]) -> None:
    """The control: reading without a lock, everybody finds the same rows due."""
    queue_due_reminders(AT)
    all_have_read = threading.Barrier(WORKERS)

    def read() -> tuple[int, ...]:
        with transaction.atomic():
            found = tuple(Reminder.objects.order_by("pk").values_list("pk", flat=True)[:2])
            all_have_read.wait(PATIENCE)
        return found

    assert len(set(together(read))) == 1
    leases = together(lambda: claim(AT, 2))
    ids = [pk for lease in leases if lease for pk in lease.ids]
    assert len(ids) == len(set(ids)) == 2 * WORKERS


def test_what_a_dead_worker_held_goes_again(plans: list[Plan], service: PushService) -> None:
    queue_due_reminders(AT)
    assert claim(AT, 100)
    connections.close_all()
    assert deliver_reminders(AT) == Delivered()
    assert deliver_reminders(AT + LEASE) == Delivered(sent=len(plans))
