"""Write a backup."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from operations.backup import BackupError, back_up
from operations.stopping import stops_tidily
from walking.care.heartbeat import beat


class Command(BaseCommand):
    help = (
        "Write the whole database to one file that only you can read, while everything keeps running. "
        "It contains health data: store it encrypted, on another machine. Restore it with the restore command."
    )
    # Backups are needed most when something is wrong.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="must not exist yet; - writes it to stdout"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            with stops_tidily():
                if options["file"] == "-":
                    size = _to_stdout()
                else:
                    target = Path(options["file"])
                    back_up(target)
                    size = target.stat().st_size
        except BackupError as error:
            raise CommandError(str(error)) from error
        beat("backup", at)
        self.stderr.write(f"{size:,} bytes written and checked.", self.style.SUCCESS)


def _to_stdout() -> int:
    if sys.stdout.isatty():
        raise CommandError("A backup is nothing to read. Send it to a file: backup - > FILE")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "backup"
        back_up(target)
        with target.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return target.stat().st_size
