"""``manage.py backup`` and ``restore``, on both engines, as an operator runs them."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import models

from tests.operations.places import Place, places
from tests.services import PYTHON, ROOT, Missing

pytestmark = [pytest.mark.stack, pytest.mark.slow]
REFUSED = (sqlite3.IntegrityError, psycopg.errors.DatabaseError)


@dataclass(frozen=True)
class Clinic:
    """A clinic with a history, its backup, and an empty database."""

    old: Place
    file: Path
    empty: Place


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def clinic(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as running:
        try:
            old, empty = running.enter_context(places(request.param, folder, migrated=1, empty=1))
        except Missing as missing:
            pytest.skip(str(missing))
        old.manage("load_cohort", "--patients", "12", "--weeks", "3")
        assert old.tick()["queued"] >= 0
        file = folder / "monday.backup"
        old.manage("backup", file)
        yield Clinic(old, file, empty)


def without_signs_of_life(rows: dict[str, list]) -> dict[str, list]:
    # That a backup was made is written down once it is whole.
    return {table: found for table, found in rows.items() if table != "walking_heartbeat"}


def test_a_restored_database_is_the_one_that_was_backed_up(clinic: Clinic) -> None:
    clinic.empty.manage("restore", clinic.file)
    was, now = clinic.old.rows(), clinic.empty.rows()
    assert len(was) > 30
    assert was["walking_review"]
    assert was["walking_week"]
    assert without_signs_of_life(now) == without_signs_of_life(was)
    assert clinic.empty.guards() == clinic.old.guards()
    # Its guards hold, its numbers go on, and the clock does what is due.
    for sql in (
        "UPDATE walking_review SET reason = 'another'",
        "UPDATE walking_plan SET week_number = -1",
    ):
        with pytest.raises(REFUSED):
            clinic.empty.execute(sql)
    clinic.empty.manage("migrate", "--check")
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(days=8)).isoformat()
    assert clinic.empty.tick("--at", later)["reviewed"] > 0

    # Now there are people in it, and it has gone on: nothing replaces that without being asked to.
    moved_on = clinic.empty.rows()
    refused = clinic.empty.run("restore", clinic.file)
    assert refused.returncode == 1
    assert b"has people in it" in refused.stderr
    assert clinic.empty.rows() == moved_on
    clinic.empty.manage("restore", "--overwrite", clinic.file)
    assert without_signs_of_life(clinic.empty.rows()) == without_signs_of_life(was)
    assert clinic.empty.guards() == clinic.old.guards()


def test_only_its_owner_can_read_a_backup_and_none_replaces_a_file(clinic: Clinic) -> None:
    assert stat.S_IMODE(clinic.file.stat().st_mode) == 0o600
    before = clinic.file.read_bytes()
    again = clinic.old.run("backup", clinic.file)
    assert again.returncode == 1
    assert b"exists already" in again.stderr
    assert clinic.file.read_bytes() == before
    assert [path.name for path in clinic.file.parent.iterdir() if path.is_file()] == [
        clinic.file.name
    ]


def test_a_backup_goes_through_pipes(clinic: Clinic) -> None:
    sent = clinic.old.run("backup", "-")
    assert sent.returncode == 0, sent.stderr
    received = subprocess.run(
        [PYTHON, ROOT / "manage.py", "restore", "--overwrite", "-"],
        input=sent.stdout,
        env=os.environ | {"ENV_FILE": os.devnull, "WAYMARK_OFFLINE": "1", "DATABASE_URL": clinic.empty.url,
                          "WAYMARK_VAR": str(clinic.empty.folder)},
        capture_output=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert received.returncode == 0, received.stderr
    assert without_signs_of_life(clinic.empty.rows()) == without_signs_of_life(clinic.old.rows())


def test_whom_a_restore_brings_back_is_erased_again(clinic: Clinic) -> None:
    place = clinic.empty
    place.manage("restore", "--overwrite", clinic.file)
    patients = "SELECT count(*) FROM accounts_user WHERE role = 'patient'"
    [(all_of_them,)] = place.execute(patients)
    place.manage(
        "shell", "--no-imports", "--command",
        "from accounts.models import User; from django.utils import timezone\n"
        "from walking.care.record.erase import Why, erase\n"
        "erase(User.objects.patients().first(), why=Why.ASKED, at=timezone.now())",
    )  # fmt: skip
    assert place.execute(patients) == [(all_of_them - 1,)]
    restored = place.run("restore", "--overwrite", clinic.file)
    assert restored.returncode == 0, restored.stderr
    assert b"since the backup: 1." in restored.stderr
    assert place.execute(patients) == [(all_of_them - 1,)]


def test_what_is_damaged_or_no_backup_changes_nothing(clinic: Clinic, tmp_path: Path) -> None:
    was = clinic.old.rows()
    whole = clinic.file.read_bytes()
    cut, text, foreign = tmp_path / "cut", tmp_path / "text", tmp_path / "foreign"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    text.write_text("hello")
    with closing(sqlite3.connect(foreign)) as other, other:
        other.execute("CREATE TABLE songs (name text)")
    for file in (cut, text, foreign, tmp_path / "missing"):
        refused = clinic.old.run("restore", "--overwrite", file)
        assert refused.returncode == 1, file
        assert b"Nothing was changed" in refused.stderr
        assert b"Traceback" not in refused.stderr
    assert clinic.old.rows() == was


def test_a_backup_of_a_newer_version_is_refused(clinic: Clinic, tmp_path: Path) -> None:
    added = "INSERT INTO django_migrations (app, name, applied) VALUES ('walking', '9999_newer', '2026-01-01')"
    clinic.old.execute(added)
    try:
        clinic.old.manage("backup", tmp_path / "newer")
    finally:
        clinic.old.execute("DELETE FROM django_migrations WHERE name = '9999_newer'")
    refused = clinic.old.run("restore", "--overwrite", tmp_path / "newer")
    assert refused.returncode == 1
    assert b"newer Waymark" in refused.stderr
    assert b"walking.9999_newer" in refused.stderr


def test_a_backup_of_a_development_version_is_refused(clinic: Clinic, tmp_path: Path) -> None:
    added = "INSERT INTO django_migrations (app, name, applied) VALUES ('walking', '0002_triggers', '2026-01-01')"
    clinic.old.execute(added)
    try:
        clinic.old.manage("backup", tmp_path / "older")
    finally:
        clinic.old.execute("DELETE FROM django_migrations WHERE name = '0002_triggers'")
    refused = clinic.old.run("restore", "--overwrite", tmp_path / "older")
    assert refused.returncode == 1
    assert b"development version" in refused.stderr
    assert b"Nothing was changed" in refused.stderr


@pytest.mark.parametrize("clinic", ["postgres"], indirect=True)
def test_missing_programs_are_named(clinic: Clinic, tmp_path: Path) -> None:
    for command in (("backup", tmp_path / "b"), ("restore", "--overwrite", clinic.file)):
        refused = clinic.old.run(*command, PATH=str(tmp_path))
        assert refused.returncode == 1
        assert b"is not installed here" in refused.stderr
        assert b"postgresql-client" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_all_that_people_give_is_in_the_database() -> None:
    """A file beside the database would be in no backup."""
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert [field for field in fields if isinstance(field, models.FileField)] == []
