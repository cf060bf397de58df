"""Celery tasks: each may be lost, doubled or late, and only checks what is due."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.utils import timezone

from operations.deadman import sign_of_life
from walking.care.diary.file_import import forget_brought
from walking.care.diary.reminders import queue_due_reminders
from walking.care.enrolment.requests import forget_requests
from walking.care.heartbeat import beat
from walking.care.record.erase import erase_due
from walking.care.record.retention import ask_for_the_old
from walking.care.weeks.due_mail import queue_due_mail as queue_due
from walking.care.weeks.reviews import review_due_plans as review_due
from walking.companions.ringing import ring_due
from walking.mail.delivery import deliver_due, until_next_tick
from walking.push.delivery import deliver_reminders

#: Tasks that may have hours of work stop after this time, and the next tick's task takes over: a worker can be stopped
#: quickly, no Celery limit interrupts something half done, and nothing else has to wait.
SHIFT = dt.timedelta(minutes=2)


@shared_task
def review_due_plans() -> None:
    at = timezone.now()
    review_due(at, lasting=SHIFT)
    beat("clock", at)
    sign_of_life()


@shared_task
def queue_due_mail() -> None:
    queue_due(timezone.now())


# Being killed could fall between a server's answer and storing it, which may wait for the database; the message would
# then be sent again.
@shared_task(soft_time_limit=1200, time_limit=1260)
def deliver_mail() -> None:
    deliver_due(timezone.now(), stay=until_next_tick(), lasting=SHIFT)


@shared_task
def erase_due_records() -> None:
    at = timezone.now()
    ask_for_the_old(at)
    erase_due(at)
    forget_requests(at)
    forget_brought(at)


@shared_task
def remind() -> None:
    at = timezone.now()
    queue_due_reminders(at)
    deliver_reminders(at)
    ring_due(at)
