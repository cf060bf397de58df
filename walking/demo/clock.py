"""The clock of an invented history: does what fell due on the way to a moment, each thing at its own moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.models import Min

from walking.care.tick import catch_up_all
from walking.mail.delivery import deliver_due
from walking.models import Contact, Mail, MailPreference, Plan


class Clock:
    """Mail due by ``mail_until`` goes to files in ``mail_folder``, a folder for each day; what is due later waits in
    the outbox for whoever delivers next."""

    def __init__(self, start: dt.datetime, *, mail_folder: Path, mail_until: dt.datetime) -> None:
        self.now = start
        self._mail_folder = mail_folder
        self._mail_until = mail_until
        self._next: dt.datetime | None = start

    def move_to(self, moment: dt.datetime) -> None:
        while self._next is not None and self._next <= moment:
            at = max(self._next, self.now)
            self._tick(at)
            self._next = self._next_due()
            if self._next is not None and self._next <= at:
                raise RuntimeError(f"something due at {self._next} could not be done")
        self.now = max(self.now, moment)

    def look_again(self) -> None:
        """Something was done that may have changed what is due."""
        self._next = self._next_due()

    def _tick(self, at: dt.datetime) -> None:
        self.now = at
        catch_up_all(at)
        until = min(at, self._mail_until)
        with mail_to(self._mail_folder / until.date().isoformat()):
            deliver_due(until)

    def _next_due(self) -> dt.datetime | None:
        plans = Plan.objects.aggregate(
            Min("next_review_at"), Min("next_check_in_at"), Min("next_question_at")
        )
        moments = [
            *plans.values(),
            Contact.objects.aggregate(due=Min("remind_at"))["due"],
            MailPreference.objects.aggregate(due=Min("next_digest_at"))["due"],
            Mail.objects.filter(
                state=Mail.State.QUEUED, next_attempt_at__lte=self._mail_until
            ).aggregate(due=Min("next_attempt_at"))["due"],
        ]
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
