"""Backups of PostgreSQL: ``pg_dump``'s own format, restored by ``pg_restore`` through one transaction of ``psql``."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, cast

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from operations.backup.files import BackupError

#: Everything of ours in the database, but nothing of an extension. Waits ten seconds for locks.
_EMPTY = b"""
SET lock_timeout = '10s';
SET client_min_messages = warning;
DO $$
DECLARE statements text;
BEGIN
    SELECT string_agg(format('DROP TABLE IF EXISTS %s CASCADE;', c.oid::regclass), ' ') INTO statements
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');
    EXECUTE coalesce(statements, '');
    SELECT string_agg(format('DROP ROUTINE IF EXISTS %s CASCADE;', p.oid::regprocedure), ' ') INTO statements
    FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e');
    EXECUTE coalesce(statements, '');
END $$;
SET lock_timeout = 0;
"""


def dump(target: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def migrations(source: Path) -> set[tuple[str, str]]:
    # Read and unpack all of it, so that a damaged file is found before anything is dropped.
    _run("pg_restore", f"--file={os.devnull}", str(source), connects=False)
    listed = _run("pg_restore", "--list", str(source), connects=False)
    if " TABLE DATA " not in listed or " accounts_user " not in listed:
        raise BackupError(f"{source}: it is no backup of Waymark.")
    script = _run(
        "pg_restore", "--data-only", "--table=django_migrations", "--file=-", str(source),
        connects=False,
    )  # fmt: skip
    rows = [line.split("\t") for line in script.splitlines() if line.count("\t") == 3]
    return {(app, name) for _, app, name, _ in rows}


def load(source: Path) -> None:
    # In one transaction that is committed only after the whole file was read, whatever fails before.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        psql = _start(
            "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-",
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said,
        )  # fmt: skip
        pg_restore = _start(
            "pg_restore", "--no-owner", "--no-privileges", "--file=-", str(source),
            stdout=subprocess.PIPE, stderr=complained, connects=False,
        )  # fmt: skip
        script, database = cast(IO[bytes], pg_restore.stdout), cast(IO[bytes], psql.stdin)
        try:
            database.write(b"BEGIN;" + _EMPTY)
            shutil.copyfileobj(script, database)
            if pg_restore.wait() == 0:
                database.write(b"\nCOMMIT;\n")
            database.close()
        except BrokenPipeError:
            pg_restore.kill()  # psql has ended, and has said why
        finally:
            script.close()
            pg_restore.wait()
            failed = psql.wait()
        if failed:
            raise BackupError(_last_words("psql", said))
        if pg_restore.returncode:
            raise BackupError(_last_words("pg_restore", complained))


def _command(program: str, arguments: tuple[str, ...], *, connects: bool) -> list[str]:
    path = shutil.which(program)
    if path is None:
        raise BackupError(
            f"{program} is not installed here. It comes with PostgreSQL's client programs "
            "(postgresql-client on Debian), in the server's version or a newer one."
        )
    if not connects:
        return [path, *arguments]
    where, _ = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return [path, *where[1:], *arguments]


def _environment() -> dict[str, str]:
    # Pass the password in the environment, which other users of the machine cannot read.
    _, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return {**os.environ, **(secrets or {}), "LC_ALL": "C"}


def _run(program: str, *arguments: str, connects: bool = True) -> str:
    """Run the program and return its output. Raises ``BackupError`` with its last line if it fails."""
    done = subprocess.run(
        _command(program, arguments, connects=connects),
        env=_environment(), capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise BackupError(f"{program} failed: {lines[-1]}")
    return done.stdout


def _start(
    program: str,
    *arguments: str,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: IO[bytes] | None = None,
    connects: bool = True,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _command(program, arguments, connects=connects),
        env=_environment(), stdin=stdin, stdout=stdout, stderr=stderr,
    )  # fmt: skip


def _last_words(program: str, file: IO[bytes]) -> str:
    file.seek(0)
    said = file.read().decode(errors="replace")
    if "lock timeout" in said:
        return "Others are using the database. Stop web, worker and beat first."
    lines = [line for line in said.splitlines() if "ERROR" in line] or said.splitlines()
    return f"{program} failed: {lines[0] if lines else 'it said nothing'}"
