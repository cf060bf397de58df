"""Backups: the whole database in one file, on either engine.

Everything that users enter is in the database, including the clinics' logos, so that one file is a complete backup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from django.db import connection

from operations.backup import postgres, sqlite
from operations.backup.files import BackupError, private_file
from operations.backup.records import is_in_use, unknown_migrations
from operations.older_database import REMOVED_MIGRATION

__all__ = ["BackupError", "back_up", "restore"]


class Engine(Protocol):
    """How an engine's backups are made and read. Each method raises ``BackupError`` with a message for the operator."""

    def dump(self, target: Path) -> None:
        """Write all rows of one moment, with constraints and triggers, to the empty file ``target``; others can keep
        working."""

    def migrations(self, source: Path) -> set[tuple[str, str]]:
        """Check that ``source`` is complete and a backup of Waymark; return its applied migrations."""

    def load(self, source: Path) -> None:
        """Replace everything in the database with ``source``, all or nothing."""


def back_up(target: Path) -> None:
    """Write a backup to ``target``, which only its owner can read and which must not exist yet.

    It gets its name only after a check, so that a file of that name is a good backup. Raises ``BackupError``.
    """
    if target.exists():
        raise BackupError(f"{target} exists already. A backup never replaces a file.")
    with private_file(target) as unfinished:
        engine = _engine()
        engine.dump(unfinished)
        engine.migrations(unfinished)


def restore(source: Path, *, overwrite: bool = False) -> None:
    """Restore the database to its state when ``source`` was written. Raises ``BackupError``, and then nothing has
    changed: for a damaged file or one that is not a backup, for one of a newer Waymark or of a development version, and
    for a database in use unless ``overwrite``."""
    if not source.is_file():
        raise BackupError(f"There is no file {source}.")
    engine = _engine()
    applied = engine.migrations(source)
    if REMOVED_MIGRATION in applied:
        raise BackupError(
            f"{source} was written by a development version of Waymark from before the first release, "
            "and this version cannot read it."
        )
    if unknown := unknown_migrations(applied):
        raise BackupError(
            f"{source} was written by a newer Waymark: it has {', '.join(sorted(unknown))}. "
            "Install that version first."
        )
    if not overwrite and is_in_use():
        raise BackupError(
            "The database has people in it. Restore into an empty one, or say --overwrite to lose what is there."
        )
    connection.close()
    engine.load(source)


def _engine() -> Engine:
    return postgres if connection.vendor == "postgresql" else sqlite
