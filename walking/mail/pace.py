"""Rate limits for email: in total, for each domain, and a full stop for a domain that asked us to slow down. Alarms and
safety emails (``Mail.FIRST``) are counted, but never wait.

The counts are in the database, so that any number of workers and a ``tick`` share one rate. A message that must wait
gets the time of its next attempt and is not looked at before then.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from walking.mail.rates import Rate, domain_of
from walking.models import Mail, MailPace

#: How long a domain is left alone when it asks for it; doubled each time, up to the longest.
HOLD, LONGEST_HOLD = dt.timedelta(minutes=1), dt.timedelta(hours=1)
JITTER = 0.2
#: Up to this much of a rate may be sent at once: 10/s is not split finer than a second, and what comes a little late
#: loses nothing.
SLACK = dt.timedelta(seconds=1)


def order_of_urgency(mail: Mail) -> tuple[bool, dt.datetime, int]:
    """Sort email that someone's health may depend on first, then what has been due for longest."""
    return mail.kind not in Mail.FIRST, mail.due_at, mail.pk


def domain_of_mail(mail: Mail) -> str:
    person = mail.recipient or mail.invitation
    return domain_of(person.email) if person is not None else ""


def limits() -> Mapping[str, Rate]:
    """Return the rates in the settings by domain; the rate of all email is under ``MailPace.ALL``."""
    rates: dict[str, Rate] = dict(settings.MAIL_DOMAIN_RATES)
    if settings.MAIL_RATE is not None:
        rates[MailPace.ALL] = settings.MAIL_RATE
    return rates


@dataclass(slots=True)
class Shares:
    """Which messages of a batch must wait, by key, and until when; and the domains whose hold has just ended."""

    waits: dict[int, dt.datetime] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)


def shares(mails: Sequence[Mail], at: dt.datetime) -> Shares:
    """Count those of ``mails`` that may go at ``at``, in their order, and give the others their next time.

    Without rates, one query; with them a short transaction that concurrent callers wait for.
    """
    rates = limits()
    domains = {domain_of_mail(mail) for mail in mails}
    if not rates:
        rows = _rows(domains)
        return _shared(mails, {}, rows, at) if rows else Shares()
    wanted = {MailPace.ALL} | domains
    MailPace.objects.bulk_create(
        [MailPace(domain=each) for each in sorted(wanted & rates.keys())], ignore_conflicts=True
    )
    with transaction.atomic():
        rows = _rows(wanted, lock=True)
        shared = _shared(mails, rates, rows, at)
        MailPace.objects.bulk_update(
            [row for domain, row in rows.items() if domain in rates], ["full_at", "line_at"]
        )
    return shared


def _rows(domains: Iterable[str], *, lock: bool = False) -> dict[str, MailPace]:
    rows = MailPace.objects.filter(domain__in=sorted(domains)).order_by("domain")
    return {row.domain: row for row in (rows.select_for_update() if lock else rows)}


def _shared(
    mails: Sequence[Mail], rates: Mapping[str, Rate], rows: Mapping[str, MailPace], at: dt.datetime
) -> Shares:
    found = Shares(held={domain for domain, row in rows.items() if row.holds})
    counts = {
        domain: _Count(rates[domain], row, at) for domain, row in rows.items() if domain in rates
    }
    for mail in mails:
        domain = domain_of_mail(mail)
        counting = [counts[name] for name in (MailPace.ALL, domain) if name in counts]
        if mail.kind in Mail.FIRST:
            # Counted like any other, but never delayed: someone's health may depend on it.
            for count in counting:
                count.take()
            continue
        row = rows.get(domain)
        if row is not None and row.held_until is not None and row.held_until > at:
            found.waits[mail.pk] = row.held_until
            continue
        # It has queued before, and something more urgent took its place: it does not go to the end again.
        returned = mail.next_attempt_at > mail.due_at
        if all(count.is_free(passes=returned) for count in counting):
            for count in counting:
                count.take()
        elif returned:
            found.waits[mail.pk] = _whole(max(count.next_free() for count in counting))
        else:
            found.waits[mail.pk] = _whole(max(counting, key=lambda count: count.line).queue())
    return found


def _whole(moment: dt.datetime) -> dt.datetime:
    """Return the next whole second: those waiting for the same one are handled together, in order of urgency."""
    return moment.replace(microsecond=0) + dt.timedelta(seconds=1)


class _Count:
    """The count of one rate within one batch."""

    def __init__(self, rate: Rate, row: MailPace, at: dt.datetime) -> None:
        self._rate, self._row, self._at = rate, row, at
        self._turned_away = 0

    @property
    def _free(self) -> dt.datetime:
        """Return the moment from which the next message may go."""
        return max(self._at, self._row.full_at or self._at)

    @property
    def line(self) -> dt.datetime:
        """Return the moment for a message that joins the queue now."""
        return max(self._free, self._row.line_at or self._free)

    def is_free(self, *, passes: bool) -> bool:
        """Return whether a message may go now. ``passes``: whether it may overtake those that queue."""
        return (self._free if passes else self.line) <= self._at

    def take(self) -> None:
        slack = self._at - SLACK
        self._row.full_at = max(self._row.full_at or slack, slack) + self._rate.interval

    def next_free(self) -> dt.datetime:
        self._turned_away += 1
        return self._free + self._rate.interval * (self._turned_away - 1)

    def queue(self) -> dt.datetime:
        moment = self.line
        self._row.line_at = moment + self._rate.interval
        return moment


def hold(domain: str, at: dt.datetime) -> dt.datetime:
    """Leave a domain alone for a while, because it asked for it; return until when."""
    MailPace.objects.bulk_create([MailPace(domain=domain)], ignore_conflicts=True)
    with transaction.atomic():
        row = MailPace.objects.select_for_update().get(pk=domain)
        if row.held_until is None or row.held_until <= at:
            row.holds = min(row.holds + 1, 20)
            wait = min(HOLD * 2 ** (row.holds - 1), LONGEST_HOLD)
            row.held_until = at + wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
            row.save(update_fields=["held_until", "holds"])
        return row.held_until


def let_go(domain: str) -> None:
    """End the hold: the domain accepts email again."""
    MailPace.objects.filter(pk=domain).update(held_until=None, holds=0)
