"""``manage.py end_all_access``: sign everyone out and revoke every access token, after a breach."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.access import end_all_access
from accounts.models import Clinic


class Command(BaseCommand):
    help = (
        "End all sessions and all access tokens, of everyone or of one clinic. Nothing else changes;"
        " people sign in again. To end links in emails and calendars too, change SECRET_KEY (docs/runbook.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", metavar="NAME", help="only people of this clinic")

    def handle(self, *args: Any, clinic: str | None, **options: Any) -> None:
        only = None
        if clinic is not None:
            only = Clinic.objects.filter(name=clinic).first()
            if only is None:
                names = ", ".join(Clinic.objects.order_by("name").values_list("name", flat=True))
                raise CommandError(
                    f"--clinic: there is no clinic called {clinic!r}. There are: {names or 'none'}",
                    returncode=2,
                )
        ended = end_all_access(timezone.now(), clinic=only)
        self.stdout.write(f"{ended.sessions} sessions and {ended.tokens} access tokens have ended.")
