"""What a run sends to PostgreSQL is recorded test by test, and what only unselected tests send is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from scripts.test import Phase, Result, report
from tests.services import ROOT
from tests.statements import VARIABLE, Ran, normal, read, untried

WEEKS = 'FROM "week" WHERE "week"."plan_id" = %s'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            'SELECT "week"."id" FROM "week" WHERE "week"."id" IN (%s)',
            'SELECT "week"."id" FROM "week" WHERE "week"."id" IN (%s, %s, %s)',
        ),
        (
            'INSERT INTO "week" ("minutes", "days") VALUES (%s, %s)',
            'INSERT INTO "week" ("minutes", "days") VALUES (%s, %s), (%s, %s)',
        ),
        ('SAVEPOINT "s140_x1"', 'SAVEPOINT "s99_x20"'),
        (
            "UPDATE week SET days = 3 WHERE words = 'it''s'",
            "UPDATE week SET days = 5 WHERE words = ''",
        ),
        (f'SELECT "week"."id" {WEEKS} LIMIT 21', f'SELECT "week"."id" {WEEKS}\n  LIMIT 1'),
        (
            "INSERT INTO week (plan, days, at) SELECT new.c0, %s::smallint, new.c2 "
            "FROM unnest(%s::bigint[], %s::timestamp with time zone[]) AS new(c0, c2)",
            "INSERT INTO week (plan, days, at) SELECT new.c0, new.c1, %s::timestamp with time zone "
            "FROM unnest(%s::bigint[], %s::smallint[]) AS new(c0, c1)",
        ),
        (f'SELECT "week"."id", "week"."days" {WEEKS}', f'SELECT "week"."id" AS "pk" {WEEKS}'),
        (
            'SELECT a FROM "plan" WHERE ((UPPER("name") LIKE UPPER(%s) OR UPPER("email") LIKE UPPER(%s)))',
            'SELECT a FROM "plan" WHERE ((UPPER("name") LIKE UPPER(%s) OR UPPER("email") LIKE UPPER(%s))'
            ' AND (UPPER("name") LIKE UPPER(%s) OR UPPER("email") LIKE UPPER(%s)))',
        ),
    ],
)
def test_the_same_for_a_database(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f'SELECT "week"."id" {WEEKS}', f'SELECT "week"."id" {WEEKS} FOR UPDATE'),
        (f'SELECT "week"."id" {WEEKS}', f'SELECT DISTINCT "week"."id" {WEEKS}'),
        (f'SELECT "week"."id" {WEEKS}', f'SELECT COUNT("week"."id") {WEEKS}'),
        (f'SELECT "week"."id" {WEEKS}', f'SELECT "week"."id"::text {WEEKS}'),
        (f'SELECT "week"."id" {WEEKS}', f'SELECT "week"."id" {WEEKS} ORDER BY "week"."number" ASC'),
        (
            'SELECT "week"."id" FROM "week" INNER JOIN "plan" ON ("week"."plan_id" = "plan"."id")',
            'SELECT "week"."id" FROM "week" LEFT OUTER JOIN "plan" ON ("week"."plan_id" = "plan"."id")',
        ),
        ("SELECT a FROM b WHERE ((c = %s) AND (d = %s))", "SELECT a FROM b WHERE ((c = %s))"),
        ('UPDATE "week" SET "days" = %s', 'UPDATE "week" SET "days" = %s, "minutes" = %s'),
        (
            'SELECT "week"."days" FROM "week" GROUP BY "week"."days"',
            'SELECT "week"."minutes" FROM "week" GROUP BY "week"."minutes"',
        ),
    ],
)
def test_another_for_a_database(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def ask(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 0 AS {what}")


#: Outside our tests folder, so what it sends itself counts as Waymark's.
A_SUITE = """
import pytest
from django.db import connection
from tests.test_statements import ask

def send(what):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 0 AS {what}")

@pytest.fixture(scope="session")
def shared():
    send("shared")

@pytest.mark.database
def test_one(shared, django_db_blocker):
    send("one")

def test_two(shared):
    send("two")
    ask("a_question_of_a_test")

def test_three():
    sum(range(3_000_000))
"""
A_CONFTEST = """
from pathlib import Path
import pytest
from tests.statements import Recorder

@pytest.fixture(scope="session", autouse=True)
def _unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield

def pytest_configure(config):
    config.pluginmanager.register(Recorder(Path({folder!r})))
"""


@pytest.mark.slow
def test_each_test_has_what_waymark_sends_in_it_and_in_the_fixtures_it_shares(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "statements"
    (tmp_path / "conftest.py").write_text(A_CONFTEST.format(folder=str(folder)))
    (tmp_path / "test_it.py").write_text(A_SUITE)
    run(tmp_path, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path))
    tests = read(folder)
    assert {name: (test.short, test.statements) for name, test in tests.items()} == {
        "test_it.py::test_one": (True, {"SELECT 0 AS shared", "SELECT 0 AS one"}),
        "test_it.py::test_two": (False, {"SELECT 0 AS shared", "SELECT 0 AS two"}),
        "test_it.py::test_three": (False, set()),
    }
    assert tests["test_it.py::test_three"].seconds > tests["test_it.py::test_two"].seconds


@pytest.mark.slow
def test_a_run_of_this_suite_is_recorded_if_asked(tmp_path: Path) -> None:
    run("tests/models/test_facts.py", "-n", "1", **{VARIABLE: str(tmp_path)})
    tests = read(tmp_path)
    assert tests
    for name, test in tests.items():
        assert name.startswith("tests/models/test_facts.py::")
        assert test.short
        assert any(statement.startswith('INSERT INTO "walking_') for statement in test.statements)


def run(*arguments: str | Path, **env: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    kept.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env=kept | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_cheapest_tests_for_what_is_untried_are_named() -> None:
    tests = {
        "short": Ran(True, 0.1, {"a"}),
        "dear": Ran(False, 9.0, {"a", "b", "c"}),
        "cheap": Ran(False, 0.2, {"a", "b"}),
        "cheaper": Ran(False, 0.1, {"a"}),
        "only": Ran(False, 3.0, {"d"}),
    }
    assert untried(tests) == {
        "cheap": Ran(False, 0.2, {"b"}),
        "dear": Ran(False, 9.0, {"c"}),
        "only": Ran(False, 3.0, {"d"}),
    }


def test_nothing_is_untried_where_the_short_selection_sends_all() -> None:
    assert untried({"short": Ran(True, 0.1, {"a"}), "other": Ran(False, 0.1, {"a"})}) == {}


def test_a_whole_run_with_something_untried_fails_and_says_what_to_mark(
    capsys: pytest.CaptureFixture[str],
) -> None:
    passed = Result(Phase("on PostgreSQL", []), 0, 1, 1, {"passed": 4}, [])
    to_mark = {"tests/test_it.py::test_two": Ran(False, 0.23, {"SELECT 0", "DELETE FROM week"})}
    assert report([passed], [], {}, chosen=False, seconds=1) == 0
    assert report([passed], [], to_mark, chosen=False, seconds=1) == 1
    assert (
        "mark with `database`: tests/test_it.py::test_two (0.2 s), which alone sends\n"
        "    DELETE FROM week\n"
        "    SELECT 0\n"
    ) in capsys.readouterr().out
