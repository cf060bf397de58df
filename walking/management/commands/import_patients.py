"""Invite the patients of a CSV file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from walking.care.enrolment.bulk_invite import import_patients
from walking.care.enrolment.patient_file import MAY, NEEDED
from walking.care.refusal import Refused


class Command(BaseCommand):
    help = (
        "Invite the patients of a CSV file; no one is invited if a line is wrong. "
        f"Columns: {', '.join(NEEDED)}; optional: {', '.join(MAY)}. "
        "Exit status: 0 done, 1 lines are wrong, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV; - for standard input")
        parser.add_argument(
            "--physiotherapist", required=True, metavar="EMAIL", help="who invites them"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be done, and do nothing"
        )
        parser.add_argument(
            "--leave-out-bad", action="store_true", help="invite the others if lines are wrong"
        )

    def handle(
        self, *args: Any, file: str, physiotherapist: str, dry_run: bool, **options: Any
    ) -> None:
        by = User.objects.filter(
            email__iexact=physiotherapist, is_staff=True, is_active=True, clinic__isnull=False
        ).first()
        if by is None:
            raise CommandError(
                f"No member of a clinic's staff has the address {physiotherapist!r}.", returncode=2
            )
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            done = import_patients(
                content,
                by=by,
                at=timezone.now(),
                dry_run=dry_run,
                leave_out_bad=options["leave_out_bad"],
            )
        except (OSError, Refused) as error:
            raise CommandError(str(error), returncode=2) from None
        for problem in done.problems:
            place = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
            self.stderr.write(f"{place}: {problem.words}")
        if dry_run:
            self.stdout.write(f"{len(done.good)} would be invited, {_bad(done)} lines are wrong.")
        else:
            self.stdout.write(f"{len(done.invitations)} invited, {_bad(done)} lines are wrong.")
        if done.problems and not options["leave_out_bad"]:
            raise CommandError("Correct these lines and try again.", returncode=1)


def _bad(done: Any) -> int:
    return len({problem.line for problem in done.problems})
