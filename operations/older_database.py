"""Databases of development versions from before the first release, which ``migrate`` cannot bring up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

#: A migration, as app and name, that only those databases have: one migration for each app replaced all of them.
REMOVED_MIGRATION: Final = ("walking", "0002_triggers")


def check(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Report such a database: ``migrate`` would find nothing to do and leave its tables unchanged."""
    return [
        Error(
            "This database was made by a development version of Waymark from before the first release, "
            "and this version cannot use it.",
            hint="Name a new database in DATABASE_URL, or delete this one if nobody needs what is in it. "
            "Then run manage.py migrate again.",
            id="operations.E001",
        )
        for alias in databases or ()
        if REMOVED_MIGRATION in MigrationRecorder(connections[alias]).applied_migrations()
    ]
