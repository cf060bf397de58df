"""Export a whole clinic, to move it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Clinic, Role, User
from operations.backup.files import BackupError, private_file
from operations.stopping import stops_tidily
from walking.care.clinic_move.export_clinic import take_out
from walking.care.refusal import Refused

UNUSABLE_INPUT = 2


class Command(BaseCommand):
    help = (
        "Write everything of one clinic, its people and their records into a zip file; import_clinic imports it into "
        "a fresh installation. Stop the worker first: afterwards only one of the two may run. The file contains health "
        "data and password hashes: encrypt it. Exit status: 0 done, 1 refused, 2 unusable input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("clinic", metavar="CLINIC", help="its name")
        parser.add_argument("--out", required=True, metavar="FILE", help="a new file")
        parser.add_argument(
            "--by",
            required=True,
            metavar="EMAIL",
            help="a manager of the clinic, or an operator, who asked for it, for each patient's access log",
        )
        parser.add_argument(
            "--leave-mail", action="store_true", help="never send the emails in the queue"
        )

    def handle(
        self, *args: Any, clinic: str, out: str, by: str, leave_mail: bool, **options: Any
    ) -> None:
        found = Clinic.objects.filter(name=clinic).first()
        if found is None:
            names = ", ".join(Clinic.objects.order_by("name").values_list("name", flat=True))
            raise CommandError(
                f"There is no clinic called {clinic!r}. There are: {names or 'none'}.",
                returncode=UNUSABLE_INPUT,
            )
        who = User.objects.filter(email__iexact=by, is_active=True, is_staff=True).first()
        if who is None or not (
            who.is_superuser or (who.role == Role.MANAGER and who.clinic_id == found.pk)
        ):
            raise CommandError(
                f"--by: {by!r} is no manager of {clinic} and no operator.",
                returncode=UNUSABLE_INPUT,
            )
        target = Path(out)
        if target.exists():
            raise CommandError(f"--out {out}: there is a file already.", returncode=UNUSABLE_INPUT)
        try:
            with stops_tidily(), private_file(target) as unfinished, unfinished.open("wb") as file:
                counts = take_out(found, file, by=who, at=timezone.now(), leave_mail=leave_mail)
        except Refused as error:
            raise CommandError(str(error), returncode=1) from error
        except BackupError as error:
            raise CommandError(f"--out: {error}", returncode=UNUSABLE_INPUT) from error
        self.stdout.write(
            f"{out}: {found.name}, {counts['accounts.User']} people, {sum(counts.values())} rows."
        )
