"""Fill an empty database with the demo clinic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from walking.demo.clinic import NotEmpty, make_clinic
from walking.models import Invitation, Plan

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Fill an empty database with an invented clinic whose patients are in every state a plan can be in, as of now."
        " Exit status: 0 done, 1 failed, 2 this database already has users."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another seed, other weeks")
        parser.add_argument(
            "--migrate", action="store_true", help="bring the database up to date first"
        )
        parser.add_argument(
            "--mail",
            type=Path,
            metavar="DIR",
            default=settings.VAR_DIR / "mail" / "history",
            help="folder for emails of the past (default: %(default)s)",
        )

    def handle(self, *args: Any, seed: int, mail: Path, migrate: bool, **options: Any) -> None:
        if migrate:
            # In the same process as the history: starting another takes seconds.
            call_command("migrate", verbosity=0)
        try:
            clinic = make_clinic(now=timezone.now(), seed=seed, mail_folder=mail)
        except NotEmpty:
            raise CommandError(
                "There are people in this database already, and the demo clinic is only made in an empty one."
                " Name an empty database with DATABASE_URL, or start the demo over with make demo FRESH=1.",
                returncode=UNUSABLE_INPUT,
            ) from None
        self.stdout.write(
            f"{clinic.name}: {Plan.objects.count()} patients,"
            f" {Invitation.objects.filter(accepted_at=None).count()} invitations"
        )
