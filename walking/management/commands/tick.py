"""Do everything that is due."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from operations.deadman import sign_of_life
from walking.care.tick import catch_up_all
from walking.companions.ringing import ring_due
from walking.mail.delivery import deliver_due, until_next_tick
from walking.push.delivery import deliver_reminders


class Command(BaseCommand):
    help = (
        "Do everything that is due: weekly reviews, check-ins, reminders, monthly questions, delivery of queued email. "
        "Prints one JSON object of counts, in which a message on a phone counts like an email. "
        "Safe to run beside the worker, twice, or after days of outage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            metavar="MOMENT",
            help="ISO 8601 with offset, such as 2026-03-08T17:00:00+11:00; default now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = _moment(options["at"]) if options["at"] else timezone.now()
        ticked = catch_up_all(at)
        rung = ring_due(at)
        # Reminders first: email with a rate limit may take until the next tick.
        reminders, mail = deliver_reminders(at), deliver_due(at, stay=until_next_tick())
        counts = {
            "reviewed": ticked.reviewed,
            "queued": ticked.queued,
            "sent": mail.sent + reminders.sent + rung,
            "failed": mail.failed + reminders.failed,
            "suppressed": mail.suppressed + reminders.suppressed,
        }
        self.stdout.write(json.dumps(counts))
        if not options["at"]:
            sign_of_life()
        if ticked.broken:
            plans = ", ".join(map(str, sorted(ticked.broken)))
            raise CommandError(
                f"These plans could not be reviewed: {plans}. All others were; the log says why."
            )


def _moment(text: str) -> dt.datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(
            f"--at: {text!r} is no moment. Give ISO 8601 with an offset, such as 2026-03-08T17:00:00+11:00.",
            returncode=2,
        )
    return moment.astimezone(dt.UTC)
