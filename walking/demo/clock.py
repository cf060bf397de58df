"""The clock of an invented history: does what fell due on the way to a moment, each thing at its own moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, QuerySet, Subquery

from accounts.models import Clinic
from walking.care.due_mail import queue_due_mail
from walking.care.reviews import review_due_plans
from walking.care.tick import catch_up_all
from walking.mail.delivery import deliver_due
from walking.models import Contact, FollowUp, Mail, MailPreference, Plan
from walking.prepared import Parameter, Prepared, PreparedRows


class Clock:
    """Mail due by ``mail_until`` goes to files in ``mail_folder``, a folder for each day; what is due later waits in
    the outbox for whoever delivers next."""

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
        """Something was done that may have changed what is due."""
        (found,) = _FIRST_DUE.fetch(until=self._mail_until)
        moments = vars(found)
        self._due = _Due(
            moments["review"],
            _earliest(*(moments[name] for name in _CALENDAR)),
            moments["delivery"],
        )

    def finish(self, at: dt.datetime) -> None:
        """Do all that is due at ``at`` in the one way that the live clock does it."""
        self.move_to(at)
        catch_up_all(at)

    def _tick(self, due: _Due, at: dt.datetime) -> None:
        # Asking for everything at every step would take most of the time.
        if due.mail is not None and due.mail <= at:
            queue_due_mail(at)
        if due.review is not None and due.review <= at:
            review_due_plans(at)
        until = min(at, self._mail_until)
        if waiting := len(_WAITING.fetch(until=until)):
            with mail_to(self._mail_folder / until.date().isoformat()):
                deliver_due(until, limit=waiting)


@dataclass(frozen=True, slots=True)
class _Due:
    """When a review, mail by the calendar, and the delivery of mail fall due next."""

    review: dt.datetime | None = None
    mail: dt.datetime | None = None
    delivery: dt.datetime | None = None

    @property
    def first(self) -> dt.datetime | None:
        return _earliest(self.review, self.mail, self.delivery)


#: The moments at which the calendar has mail to queue.
_CALENDAR = ("check_in", "question", "question_again", "contact", "digest")


def _first_due() -> QuerySet[Clinic]:
    """The clinic, with the first moment of each kind at which something is due."""
    until = Parameter("until", DateTimeField())
    queued = Mail.objects.filter(state=Mail.State.QUEUED, next_attempt_at__lte=until)
    return Clinic.objects.annotate(
        review=_first(Plan.objects.all(), "next_review_at"),
        check_in=_first(Plan.objects.all(), "next_check_in_at"),
        question=_first(Plan.objects.all(), "next_question_at"),
        question_again=_first(FollowUp.objects.all(), "remind_at"),
        contact=_first(Contact.objects.all(), "remind_at"),
        digest=_first(MailPreference.objects.all(), "next_digest_at"),
        delivery=_first(queued, "next_attempt_at"),
    )


def _first(rows: QuerySet[Any], name: str) -> Subquery:
    return Subquery(rows.filter(**{f"{name}__isnull": False}).order_by(name).values(name)[:1])


def _waiting() -> QuerySet[Any, Any]:
    due = Mail.objects.filter(
        state=Mail.State.QUEUED, next_attempt_at__lte=Parameter("until", DateTimeField())
    )
    return due.order_by().values_list("pk")


# The clock looks at every event of the history, a thousand times.
_FIRST_DUE = Prepared(_first_due)
_WAITING = PreparedRows(_waiting)


def _earliest(*moments: dt.datetime | None) -> dt.datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


@contextmanager
def mail_to(folder: Path) -> Iterator[None]:
    """Whatever ``EMAIL_URL`` says, mail goes to files in ``folder``: the people of the past have no mailboxes."""
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
