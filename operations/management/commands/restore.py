"""Restore a backup."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from operations.backup import BackupError, restore
from walking.care.record.erase import erase_again
from walking.management.commands.erase import told
from walking.models import Erasure


class Command(BaseCommand):
    help = (
        "Restore the database to its state when a backup was written; all or nothing. First stop web, worker and beat. "
        "A backup can only be restored by the engine that wrote it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a file written by backup; - reads stdin")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="restore even if the database has users; its data is lost",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        erasures = _erasures()
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
        self.stderr.write("Restored.", self.style.SUCCESS)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stderr.write("The backup is of an older version: run manage.py migrate now.")
            if erasures:
                self.stderr.write("Then give these lines to manage.py erase --again -")
                self.stdout.write("\n".join(told(one) for one in erasures))
        elif erasures:
            again = erase_again(erasures, at=timezone.now())
            self.stderr.write(f"Erased again, as they had been since the backup: {again}.")


def _erasures() -> list[Erasure]:
    """Return who was erased from the database to be replaced: the backup may still contain them."""
    if Erasure._meta.db_table not in connection.introspection.table_names():
        return []
    return list(Erasure.objects.order_by("at", "pk"))
