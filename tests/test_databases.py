"""Copies for tests equal what today's code makes, and are made once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from accounts.models import Access
from tests import databases
from tests.databases import copy_migrated, copy_static, migrated_template
from tests.days import START, local
from tests.people import make_plan
from tests.services import ROOT, scratch_database

pytestmark = pytest.mark.slow


class Made:
    """Something made from one file, with a count of how often it was made."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source.py"
        self.source.write_text("one")
        self.times = 0

    def files(self) -> Iterator[Path]:
        yield self.source

    def make(self, folder: Path) -> None:
        self.times += 1
        (folder / "made").write_text(self.source.read_text())

    def get(self) -> str:
        with databases._kept("made", self.files, self.make) as folder:
            return (folder / "made").read_text()


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr(databases, "KEPT", tmp_path / "kept")
    return Made(tmp_path)


class TestKeeping:
    def test_what_the_same_files_make_is_made_once(self, made: Made) -> None:
        with ThreadPoolExecutor(4) as asking:
            answers = set(asking.map(lambda _number: made.get(), range(8)))
        assert (answers, made.times) == ({"one"}, 1)

    def test_a_change_makes_it_anew_and_the_way_back_does_not(self, made: Made) -> None:
        assert made.get() == "one"
        made.source.write_text("two")
        assert made.get() == "two"
        made.source.write_text("one")
        assert (made.get(), made.times) == ("one", 2)

    def test_a_change_while_it_is_made_counts(self, made: Made) -> None:
        make = made.make

        def interrupted(folder: Path) -> None:
            make(folder)
            made.source.write_text("two")

        made.make = interrupted  # type: ignore[method-assign]
        assert (made.get(), made.times) == ("two", 2)

    def test_what_failed_or_was_killed_half_way_is_not_kept(self, made: Made) -> None:
        make = made.make

        def failing(folder: Path) -> None:
            make(folder)
            raise RuntimeError

        made.make = failing  # type: ignore[method-assign]
        with pytest.raises(RuntimeError):
            made.get()
        made.make = make  # type: ignore[method-assign]
        assert (made.get(), made.times) == ("one", 2)
        assert len(list(databases.KEPT.glob("*made-*"))) == 1

    def test_only_the_last_used_are_kept(self, made: Made) -> None:
        for number in range(databases.HOW_MANY + 2):
            made.source.write_text(str(number))
            made.get()
        assert len(list(databases.KEPT.glob("made-*"))) == databases.HOW_MANY

    @pytest.mark.parametrize(
        "file",
        [
            "accounts/create_models.py",
            "accounts/migrations/0001_initial.py",
            "accounts/triggers.py",
            "config/settings.py",
            "walking/migrations/0001_initial.py",
            "walking/models/plan.py",
            "walking/programme/ranges.py",
            "walking/triggers.py",
        ],
    )
    def test_all_that_makes_a_database_is_looked_at(self, file: str) -> None:
        assert ROOT / file in set(databases._code())


def test_a_copied_file_is_a_migrated_database_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "other"):
        copy_migrated(tmp_path / name)
    with closing(sqlite3.connect(tmp_path / "one")) as one:
        one.execute("INSERT INTO django_content_type (app_label, model) VALUES ('new', 'new')")
        one.commit()
    copy_migrated(tmp_path / "third")
    sizes = set()
    for name in ("other", "third"):
        with closing(sqlite3.connect(tmp_path / name)) as database:
            sizes |= set(database.execute("SELECT count(*) FROM django_content_type"))
    assert sizes == {(len(apps.get_models()),)}


@pytest.mark.slow
def test_copied_static_files_are_those_of_production(tmp_path: Path) -> None:
    copy_static(tmp_path / "static")
    assert (tmp_path / "static" / "staticfiles.json").is_file()
    assert list((tmp_path / "static").rglob("*.css.gz"))


@pytest.mark.postgres
def test_nobody_can_change_the_template_of_a_server() -> None:
    server = os.environ["DATABASE_URL"]
    template = migrated_template(server)
    assert migrated_template(server) == template
    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        psycopg.connect(f"{server.rsplit('/', 1)[0]}/{template}")
    with scratch_database(server, template) as url, psycopg.connect(url) as copy:
        assert copy.execute("SELECT count(*) FROM walking_plan").fetchone() == (0,)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_what_a_test_committed_is_cleared_and_what_migrating_filled_stays() -> None:
    def rows() -> dict[str, int]:
        with connection.cursor() as cursor:
            counts = {}
            for table in connection.introspection.django_table_names(only_existing=True):
                cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - names of ours
                counts[table] = cursor.fetchone()[0]
        return {table: count for table, count in counts.items() if count}

    before = rows()
    plan = make_plan()
    Access.objects.create(
        by=plan.physiotherapist, role="physiotherapist", patient=plan.patient,
        clinic=plan.clinic, action="viewed", what="diary", at=local(START, 9),
    )  # fmt: skip
    assert len(rows()) > len(before)
    call_command("flush", interactive=False, verbosity=0)
    assert rows() == before
    assert set(before) == {"auth_permission", "django_content_type"}
