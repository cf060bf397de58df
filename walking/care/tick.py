"""Everything that is due at a moment, in one process."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from walking.care.diary.file_import import forget_brought
from walking.care.diary.reminders import queue_due_reminders
from walking.care.enrolment.requests import forget_requests
from walking.care.heartbeat import beat
from walking.care.record.erase import erase_due
from walking.care.record.retention import ask_for_the_old
from walking.care.weeks.due_mail import queue_due_mail
from walking.care.weeks.reviews import review_due_plans


@dataclass(frozen=True, slots=True)
class Ticked:
    """The number of weeks reviewed and messages queued, and the plans that failed, which the log names."""

    reviewed: int
    queued: int
    broken: frozenset[int] = frozenset()


def catch_up_all(at: dt.datetime) -> Ticked:
    """Queue what is due and review every week that is due at ``at``, until nothing is left: after an outage, each
    missed week makes the next one due."""
    reviewed = queued = 0
    while True:
        new_mail, done = queue_due_mail(at), review_due_plans(at)
        reviewed, queued = reviewed + done.weeks, queued + new_mail + done.queued
        if not done.weeks and not new_mail:
            break
    # After the reviews, because they decide whether there is anything left to walk.
    queued += queue_due_reminders(at)
    ask_for_the_old(at)
    erase_due(at)
    forget_requests(at)
    forget_brought(at)
    beat("clock", at)
    return Ticked(reviewed, queued, done.broken)
