"""Backups of SQLite: a normal database file, copied by SQLite's online backup while others read and write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from operations.backup.files import BackupError

#: How long a restore waits for others to release the database, in seconds.
PATIENCE = 10.0


def dump(target: Path) -> None:
    connection.ensure_connection()
    with _errors_about(target), closing(sqlite3.connect(target)) as copy:
        # In one step, it is a snapshot: with WAL neither it nor any writer waits for the other.
        connection.connection.backup(copy)
        # One file, without a separate log file.
        copy.execute("PRAGMA journal_mode = DELETE")


def migrations(source: Path) -> set[tuple[str, str]]:
    # Opened by Django, since constraints call Django's functions.
    wrapper = DatabaseWrapper({**connection.settings_dict, "NAME": str(source), "OPTIONS": {}})
    with _errors_about(source), closing(wrapper):
        wrapper.connect()
        file: sqlite3.Connection = wrapper.connection
        problems = [row[0] for row in file.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        problems += [
            f"{table} refers to a row of {other} that is not there"
            for table, _, other, _ in file.execute("PRAGMA foreign_key_check")
        ][:5]
        if problems:
            raise BackupError(f"{source} is damaged: {'; '.join(problems)}.")
        applied = set(file.execute("SELECT app, name FROM django_migrations"))
        file.execute("SELECT count(*) FROM accounts_user")
        return applied


def load(source: Path) -> None:
    target = connection.settings_dict["NAME"]
    with (
        _errors_about(target),
        closing(sqlite3.connect(source)) as file,
        closing(sqlite3.connect(target, timeout=PATIENCE, isolation_level=None)) as database,
    ):
        # The copying itself would wait for ever.
        database.execute("BEGIN EXCLUSIVE")
        database.execute("ROLLBACK")
        file.backup(database)
        database.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _errors_about(path: object) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        words = str(error)
        if "locked" in words:
            words = "others are using it. Stop web, worker and beat first"
        elif "no such table" in words:
            words = "it is no backup of Waymark"
        raise BackupError(f"{path}: {words}.") from error
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path}: it is no backup, or damaged ({error}).") from error
