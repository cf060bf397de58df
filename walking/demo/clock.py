"""The clock of an invented history: does what fell due up to a moment, each thing at its own moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from walking.care.tick import catch_up_all
from walking.care.weeks.due_mail import queue_due_mail
from walking.care.weeks.reviews import review_due_plans
from walking.mail.delivery import deliver_due
from walking.models import Mail


class Clock:
    """Email due by ``mail_until`` goes to files in ``mail_folder``, a folder for each day; email due later stays in the
    outbox for the next delivery."""

    def __init__(self, start: dt.datetime, *, mail_folder: Path, mail_until: dt.datetime) -> None:
        self.now = start
        self._mail_folder = mail_folder
        self._mail_until = mail_until
        self._due = _Due()

    def move_to(self, moment: dt.datetime) -> None:
        while (due := self._due.first) is not None and due <= moment:
            self.now = max(self.now, due)
            self._tick(self._due, self.now)
            self.look_again()
            if self._due.first is not None and self._due.first <= self.now:
                raise RuntimeError(f"something due at {self._due.first} could not be done")
        self.now = max(self.now, moment)

    def look_again(self) -> None:
        """Note that something was done that may have changed what is due."""
        with connection.cursor() as cursor:
            cursor.execute(_FIRST_DUE)
            review, delivery, *calendar = map(_moment, cursor.fetchone())
        if delivery is not None and delivery > self._mail_until:
            delivery = None
        self._due = _Due(review, _earliest(*calendar), delivery)

    def finish(self, at: dt.datetime) -> None:
        """Do all that is due at ``at`` in the same way as the real scheduled jobs."""
        self.move_to(at)
        catch_up_all(at)

    def _tick(self, due: _Due, at: dt.datetime) -> None:
        # Checking everything at every step would take most of the time.
        new_mail = 0
        if due.mail is not None and due.mail <= at:
            new_mail += queue_due_mail(at)
        if due.review is not None and due.review <= at:
            new_mail += review_due_plans(at).queued
        until = min(at, self._mail_until)
        if not new_mail and (due.delivery is None or due.delivery > until):
            return
        queued = Mail.objects.filter(state=Mail.State.QUEUED, next_attempt_at__lte=until)
        if waiting := queued.count():
            with mail_to(self._mail_folder / until.date().isoformat()):
                deliver_due(until, limit=waiting)


@dataclass(frozen=True, slots=True)
class _Due:
    """When a review, email by the calendar, and the delivery of email fall due next."""

    review: dt.datetime | None = None
    mail: dt.datetime | None = None
    delivery: dt.datetime | None = None

    @property
    def first(self) -> dt.datetime | None:
        return _earliest(self.review, self.mail, self.delivery)


#: The first moment at which something is due: a review, a delivery, and what the calendar queues. The clock asks a
#: thousand times, and building the same query as a queryset would take ten times as long as running it.
_FIRST_DUE: Final = """
SELECT (SELECT MIN(next_review_at) FROM walking_plan),
       (SELECT MIN(next_attempt_at) FROM walking_mail WHERE state = 'queued'),
       (SELECT MIN(next_check_in_at) FROM walking_plan),
       (SELECT MIN(next_question_at) FROM walking_plan),
       (SELECT MIN(remind_at) FROM walking_followup),
       (SELECT MIN(remind_at) FROM walking_contact),
       (SELECT MIN(next_digest_at) FROM walking_mailpreference)
"""


def _moment(value: Any) -> dt.datetime | None:
    """Parse a moment. SQLite returns moments as text, in UTC."""
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
    moment: dt.datetime | None = value
    return moment


def _earliest(*moments: dt.datetime | None) -> dt.datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


@contextmanager
def mail_to(folder: Path) -> Iterator[None]:
    """Send email to files in ``folder``, whatever ``EMAIL_URL`` says: the people of the past have no mailboxes."""
    configured = settings.MAILERS
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(folder)},
        }
    }
    try:
        yield
    finally:
        settings.MAILERS = configured
