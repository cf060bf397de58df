"""Databases of their own, and ``manage.py`` as an operator runs it on them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.databases import copy_migrated, migrated_template
from tests.services import PATIENCE, PYTHON, ROOT, Postgres, scratch_database


@dataclass(frozen=True)
class Place:
    """A database, and the folder for whatever else is written."""

    url: str
    folder: Path

    @property
    def is_postgres(self) -> bool:
        return self.url.startswith("postgres")

    def run(self, *arguments: str | Path, **env: str) -> subprocess.CompletedProcess[bytes]:
        """``manage.py`` with these arguments; whatever it answers."""
        return subprocess.run(
            [PYTHON, ROOT / "manage.py", *arguments],
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "ENV_FILE": os.devnull,
                "WAYMARK_OFFLINE": "1",
                "WAYMARK_VAR": str(self.folder),
                "DATABASE_URL": self.url,
                "EMAIL_URL": f"file://{self.folder / 'mail'}",
            }
            | env,
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )

    def manage(self, *arguments: str | Path, **env: str) -> str:
        """What ``manage.py`` printed; it must succeed."""
        done = self.run(*arguments, **env)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def tick(self, *arguments: str) -> dict[str, int]:
        counts: dict[str, int] = json.loads(self.manage("tick", *arguments))
        return counts

    # What is in it -------------------------------------------------------------------------------

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows that ``sql`` answers, its changes kept."""
        if self.is_postgres:
            with psycopg.connect(self.url) as connection:
                cursor = connection.execute(sql.encode())
                return cursor.fetchall() if cursor.description else []
        path = self.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as file, file:
            return file.execute(sql).fetchall()

    def tables(self) -> list[str]:
        if self.is_postgres:
            sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        else:
            sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return sorted(name for (name,) in self.execute(sql))

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        return {
            table: sorted(self.execute(f'SELECT * FROM "{table}"'), key=repr)  # noqa: S608
            for table in self.tables()
        }

    def guards(self) -> list[tuple[Any, ...]]:
        """Columns, constraints, indexes, triggers and their functions, and where numbers go on."""
        if not self.is_postgres:
            return sorted(self.execute("SELECT type, name, sql FROM sqlite_master"), key=repr)
        asked = (
            "SELECT table_name, column_name, data_type, is_nullable, column_default, identity_generation"
            " FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace",
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'",
        )
        return sorted((_plain(row) for sql in asked for row in self.execute(sql)), key=repr)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without casts and brackets: PostgreSQL writes an expression in other words once it has read its own."""
    return tuple(
        re.sub(r"::[a-z ]+(\[\])?|[()]", "", cell) if isinstance(cell, str) else cell
        for cell in row
    )


@contextmanager
def places(
    engine: str, folder: Path, *, migrated: int = 0, empty: int = 0
) -> Iterator[list[Place]]:
    """So many databases of one engine, those that are migrated first. Raises ``Missing`` without a server."""
    with ExitStack() as running:
        made = []
        server = ""
        if engine == "postgres":
            server = os.environ.get("TEST_POSTGRES_URL", "")
            server = server or running.enter_context(Postgres()).url
        for number in range(migrated + empty):
            own = folder / str(number)
            own.mkdir()
            if engine == "postgres":
                template = migrated_template(server) if number < migrated else ""
                url = running.enter_context(scratch_database(server, template))
            else:
                file = own / "waymark.sqlite3"
                if number < migrated:
                    copy_migrated(file)
                url = f"sqlite:///{file}"
            made.append(Place(url, own))
        yield made
