"""Import a patient's record."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from walking.care.record.import_record import LARGEST, opened, read_in
from walking.care.record.tables import PARTS
from walking.care.refusal import Refused

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Create a patient here with everything in their “My data” file (the zip, or its my-data.json). "
        "The plan continues with the physiotherapist; the patient signs in with a code by email. All or nothing is "
        "imported. End the plan at the other clinic first, or both will write to the patient. "
        "Exit status: 0 done, 1 refused, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="- for standard input")
        parser.add_argument(
            "--physiotherapist",
            required=True,
            metavar="EMAIL",
            help="who continues the plan, in their clinic",
        )
        parser.add_argument(
            "--match-staff",
            action="store_true",
            help="match staff in the file to staff of this clinic with the same role and name",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be imported, and save nothing"
        )

    def handle(
        self, *args: Any, file: str, physiotherapist: str, dry_run: bool, **options: Any
    ) -> None:
        who = User.objects.filter(
            email__iexact=physiotherapist, role=Role.PHYSIOTHERAPIST, is_active=True
        ).first()
        if who is None:
            raise CommandError(
                f"--physiotherapist: nobody here is a physiotherapist with the address {physiotherapist!r}.",
                returncode=UNUSABLE_INPUT,
            )
        try:
            record = opened(_content(file))
        except (OSError, Refused) as error:
            raise CommandError(f"{file}: {error}", returncode=UNUSABLE_INPUT) from error
        try:
            with transaction.atomic():
                patient = read_in(
                    record,
                    physiotherapist=who,
                    match_staff=options["match_staff"],
                    at=timezone.now(),
                )
                rows = sum(len(record.get(part.name, ())) for part in PARTS if not part.stays)
                transaction.set_rollback(dry_run)
        except Refused as error:
            raise CommandError(f"{file}: {error}", returncode=1) from error
        done = "would be" if dry_run else "is"
        self.stdout.write(
            f"{patient.name} {done} a patient of {who.clinic}, with {rows} rows of the record."
        )


def _content(file: str) -> bytes:
    """Read one byte more than the limit, which is enough to refuse the file."""
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    with Path(file).open("rb") as opened_file:
        return opened_file.read(LARGEST + 1)
