"""Read a backup."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from operations.backup import BackupError, restore


class Command(BaseCommand):
    help = (
        "Make the database what it was when a backup was written; all or nothing. Stop web, worker and beat before. "
        "A backup is read by the engine that wrote it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="what backup has written; - reads stdin")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="also when the database has people in it; what is there is lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["file"] == "-":
                with tempfile.NamedTemporaryFile() as file:
                    shutil.copyfileobj(sys.stdin.buffer, file)
                    file.flush()
                    restore(Path(file.name), overwrite=options["overwrite"])
            else:
                restore(Path(options["file"]), overwrite=options["overwrite"])
        except BackupError as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        self.stderr.write("Restored.", self.style.SUCCESS)
        if pending:
            self.stderr.write("The backup is of an older version: run manage.py migrate now.")
