"""The demo clinic of the tests: its history is played once per run, and every test that needs it gets a copy.

The first worker that asks plays the history in its own test database, writes the rows to a file of the run, and rolls
back; the others wait for that file. ``copy_into_database`` works inside any transaction, on both databases.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from walking.demo.clinic import make_clinic

#: A Thursday evening in Sydney, when it is another day on other islands.
NOW = dt.datetime(2026, 6, 11, 10, 30, tzinfo=dt.UTC)

type Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


@dataclass(frozen=True, slots=True)
class DemoClinic:
    """The clinic at ``NOW``: the columns and rows of each table, the folder of its past emails, and how many statements
    it took to make it."""

    rows: Rows
    mail: Path
    statements: int

    def copy_into_database(self) -> None:
        """Insert the rows with their keys. The tables must be empty."""
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            for table, (columns, rows) in self.rows.items():
                names, marks = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
                    [[_adapted(value) for value in row] for row in rows],
                )
            models = [model for model in apps.get_models() if model._meta.db_table in self.rows]
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)


@pytest.fixture(scope="session")
def demo_clinic(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> DemoClinic:
    """Return the demo clinic, made once per run. The database does not contain it; see ``demo``."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder = run / f"demo-clinic-{connection.vendor}"
    folder.mkdir(exist_ok=True)
    file = folder / "clinic.pickle"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            with django_db_blocker.unblock():
                made = _make(folder / "mail")
            partial = file.with_suffix(".new")
            partial.write_bytes(pickle.dumps(made))
            partial.replace(file)
    made = pickle.loads(file.read_bytes())  # noqa: S301 - we have just written it
    assert isinstance(made, DemoClinic)
    return made


@pytest.fixture
def demo(db: None, demo_clinic: DemoClinic) -> DemoClinic:
    """Fill the database with the demo clinic."""
    demo_clinic.copy_into_database()
    return demo_clinic


def _make(mail: Path) -> DemoClinic:
    statements = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    with transaction.atomic():
        filled = set(rows_of_tables())
        with connection.execute_wrapper(count):
            make_clinic(now=NOW, seed=1, mail_folder=mail)
        rows = {table: rows for table, rows in rows_of_tables().items() if table not in filled}
        transaction.set_rollback(True)
    return DemoClinic(rows, mail, statements)


def _adapted(value: Any) -> Any:
    """Convert times of day, which SQLite returns in a form that it does not accept."""
    if isinstance(value, dt.time) and connection.vendor == "sqlite":
        return str(value)
    return value


def rows_of_tables() -> Rows:
    """Return the columns and rows of all tables that have any, as the database returns them."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # By the first column, the key: some tables accept a row only after the one before it.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")  # noqa: S608 - our own names
            if rows := cursor.fetchall():
                found[table] = ([column[0] for column in cursor.description], rows)
    return found
