"""Migrated databases and collected static files, made once and copied wherever a test needs its own.

Migrating takes 2 CPU seconds and collecting static files 8. Both are kept under ``var/tests/``, in a folder named
after the content of everything they are made from, so a run finds what an earlier run made, and a change of any
migration, model, trigger or package makes a new one. Processes that need one at the same time wait for each other.
On PostgreSQL the migrated database stays on its server as a template.

Delete ``var/tests/`` after changing an installed package in place: only names and versions of packages are looked at.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings

from tests.leftovers import MARK
from tests.services import PYTHON, ROOT

KEPT: Final = ROOT / "var" / "tests"
#: How many of each kind are kept, so that switching between branches rebuilds nothing.
HOW_MANY: Final = 4
#: All our code that runs when a database is made. Finding out which of it matters is not worth it.
PACKAGES: Final = ("accounts", "config", "operations", "walking")
DATABASE: Final = "waymark.sqlite3"
TEMPLATE: Final = "waymark_template_"


# What there is to copy ---------------------------------------------------------------------------


def copy_migrated(target: Path) -> None:
    """Make the file ``target``, a migrated SQLite database."""
    with _kept("database", _code, _migrate) as folder:
        shutil.copyfile(folder / DATABASE, target)


def fill_migrated(database: sqlite3.Connection) -> None:
    """Make ``database`` a migrated one; its contents are lost."""
    with (
        _kept("database", _code, _migrate) as folder,
        closing(sqlite3.connect(_unchanging(folder / DATABASE), uri=True)) as template,
    ):
        template.backup(database)


def copy_static(target: Path) -> None:
    """Make the folder ``target`` with the static files as ``collectstatic`` leaves them."""
    with _kept("static", _static, _collect) as folder:
        shutil.copytree(folder / "static", target)


def migrated_template(server_url: str) -> str:
    """Return the name of the migrated database of a PostgreSQL server, for ``CREATE DATABASE ... TEMPLATE``."""
    import psycopg

    base = server_url.rsplit("/", 1)[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        # Held until the connection closes.
        server.execute("SELECT pg_advisory_lock(hashtext('waymark templates'))")
        while True:
            name = f"{TEMPLATE}{_fingerprint(_code())[:16]}"
            rows = server.execute("SELECT datname FROM pg_database").fetchall()
            found = {row[0] for row in rows if row[0].startswith(TEMPLATE)}
            if name in found:
                return name
            # From other code, or unfinished.
            for old in found:
                server.execute(f"DROP DATABASE {old}".encode())
            unfinished = f"{TEMPLATE}unfinished"
            server.execute(f"CREATE DATABASE {unfinished}".encode())
            with TemporaryDirectory(prefix="waymark-template-") as folder:
                _manage(Path(folder), f"{base}/{unfinished}", "migrate", "--skip-checks")
            # So that no one can change it, and no connection prevents copying it.
            server.execute(f"ALTER DATABASE {unfinished} ALLOW_CONNECTIONS false".encode())
            server.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}".encode())


def copy_for_django(connection: Any, server_url: str) -> None:
    """From now on ``connection`` makes its test database as a copy, without migrating."""
    creation = connection.creation
    on_postgres = connection.vendor == "postgresql"

    def create_test_db(
        verbosity: int = 1, autoclobber: bool = False, serialize: None = None, keepdb: bool = False
    ) -> str:
        if on_postgres:
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template(server_url)
        name: str = creation._get_test_db_name()
        creation._create_test_db(verbosity, autoclobber, keepdb)
        connection.close()
        settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        if not on_postgres:
            fill_migrated(connection.connection)
        # Django checks this once for each connection, which must not count as a query of the first test.
        _ = connection.features.supports_json_field
        return name

    creation.create_test_db = create_test_db


# Making it ---------------------------------------------------------------------------------------


def _migrate(folder: Path) -> None:
    _manage(folder, f"sqlite:///{folder / DATABASE}", "migrate", "--skip-checks")


def _collect(folder: Path) -> None:
    _manage(folder, "sqlite:///:memory:", "collectstatic", "--noinput")


def _manage(folder: Path, database_url: str, *arguments: str) -> None:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", MARK, "PYTHONDONTWRITEBYTECODE")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env |= {
        "ENV_FILE": os.devnull,
        "WAYMARK_OFFLINE": "1",
        "WAYMARK_VAR": str(folder),
        "DATABASE_URL": database_url,
    }
    done = subprocess.run(
        [PYTHON, "manage.py", *arguments, "--verbosity=0"],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]}: {done.stdout}{done.stderr}")


# Keeping it --------------------------------------------------------------------------------------


@contextmanager
def _kept(
    kind: str, made_from: Callable[[], Iterator[Path]], make: Callable[[Path], None]
) -> Iterator[Path]:
    """Return the folder of what ``make`` has made from these files. No other process deletes it meanwhile."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Repeat if a file has changed while it was made.
        while not (folder := KEPT / f"{kind}-{_fingerprint(made_from())}").exists():
            # A process that left another of these was interrupted.
            for left in KEPT.glob(f"new-{kind}-*"):
                shutil.rmtree(left)
            new = KEPT / f"new-{kind}-{os.getpid()}"
            new.mkdir()
            make(new)
            if folder.name == f"{kind}-{_fingerprint(made_from())}":
                new.rename(folder)
        os.utime(folder)
        by_use = sorted(KEPT.glob(f"{kind}-*"), key=lambda path: path.stat().st_mtime)
        for old in by_use[:-HOW_MANY]:
            shutil.rmtree(old)
        yield folder


def _unchanging(file: Path) -> str:
    """Return the address of a SQLite file that no one writes to: reading it creates no other files next to it."""
    return f"{file.as_uri()}?immutable=1"


def _code() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def _static() -> Iterator[Path]:
    yield from (ROOT / "config").rglob("*.py")
    yield from (ROOT / "static").rglob("*")
    for package in PACKAGES:
        yield from (ROOT / package).rglob("static/**/*")


def _fingerprint(files: Iterator[Path]) -> str:
    """Return a digest of the names and contents of these files, and of Python, SQLite and the installed packages."""
    installed = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    parts = [sys.version, sqlite3.sqlite_version, *sorted(path.name for path in installed)]
    for path in sorted([*files, Path(__file__)]):
        if path.is_file():
            parts += [str(path), sha256(path.read_bytes()).hexdigest()]
    return sha256("\0".join(parts).encode()).hexdigest()
