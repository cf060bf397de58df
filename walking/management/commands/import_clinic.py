"""Import a whole clinic into a fresh installation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from walking.care.clinic_move.import_clinic import read_in
from walking.care.refusal import Refused


class Command(BaseCommand):
    help = (
        "Import what export_clinic wrote into a fresh installation: migrated, without any users. All or nothing is "
        "imported. People sign in with their passwords; two-step verification, connections and reminders on phones "
        "must be set up again. Exit status: 0 done, 1 refused, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be imported, and save nothing"
        )

    def handle(self, *args: Any, file: str, dry_run: bool, **options: Any) -> None:
        try:
            with Path(file).open("rb") as opened, transaction.atomic():
                counts = read_in(opened)
                transaction.set_rollback(dry_run)
        except Refused as error:
            raise CommandError(f"{file}: {error}", returncode=1) from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.", returncode=2) from error
        for table, rows in counts.items():
            if rows:
                self.stdout.write(f"{rows:>8}  {table}")
        self.stdout.write("Nothing was kept." if dry_run else "The clinic is here.")
