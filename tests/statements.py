"""Which SQL statements Waymark sends to PostgreSQL in each test, so that a part of the tests can stand for all of them.

Switched on by ``WAYMARK_STATEMENTS``, a folder: each process of the run writes a file there. ``make test-all`` runs
every test on PostgreSQL with it, and fails if a statement is sent only by tests without the marker ``database``,
because ``make test`` would never try it there.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import django.db
import pytest

from tests.services import ROOT

VARIABLE: Final = "WAYMARK_STATEMENTS"
#: Statements that `make test` need not try on PostgreSQL, as regular expressions, each with the reason.
NOT_TRIED: dict[str, str] = {
    r'SELECT … FROM "(\w+)" WHERE "\1"\."\w+" = %s LIMIT 0': "the same for every table and column",
    r'SELECT %s AS "a" FROM "\w+" LIMIT 0': "the same for every table",
    r'UPDATE "accounts_user" SET "date_joined" = %s WHERE "accounts_user"\."id" = %s': (
        "only the demo sends it, which takes 20 seconds to make"
    ),
    r'SELECT … FROM "walking_plan" .* WHERE "accounts_user"\."email" = %s LIMIT 0': (
        "only the demo sends it, which takes 20 seconds to make"
    ),
}
#: Seconds that pytest itself adds to each test.
EACH: Final = 0.02


@dataclass
class Ran:
    """A test: whether it has the marker ``database``, the CPU seconds that it takes alone, and what it sends."""

    short: bool = False
    seconds: float = 0
    statements: set[str] = field(default_factory=set)


# What makes two statements one -------------------------------------------------------------------

#: What differs between two runs of one statement: how many values, and the names that Django makes up.
_MANY = re.compile(r"\((?:%s(?:::\w+(?:\[\])?)?,\s*)+%s(?:::\w+(?:\[\])?)?\)")
_ROWS = re.compile(r"(\((?:[^()]|\([^()]*\))*\))(?:,\s*\1)+")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_MADE_UP = re.compile(r'"?(?:s\d+_x\d+|_django_curs_\w+)"?')
#: One condition for each word of a search.
_AGAIN = re.compile(r"(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))(?: AND \1)+")
#: Which columns of the same tables are read.
_COLUMN = r'"\w+"\."\w+"(?: AS "\w+")?'
_COLUMNS = re.compile(rf"(?<=SELECT ){_COLUMN}(?:, {_COLUMN})*(?= FROM )")  # noqa: S608 - no query
#: Whether a column of many rows has one value or several, where ``walking/bulk.py`` writes them.
_BULK = re.compile(r"unnest\((?:[^()]|\([^()]*\))*\) AS new\([^()]*\)")
_BULK_VALUE = re.compile(r"new\.c\d+|%s::(?:timestamp with time zone|\w+)")
#: The schema is built once for each run and has tests of its own.
_SCHEMA = re.compile(r"\s*(?:ALTER|COMMENT|CREATE|DROP|PRAGMA)\b", re.IGNORECASE)
_LITERAL = re.compile(r"'(?:[^']|'')*'")


def normal(statement: str) -> str:
    """Return a statement without what makes no difference to a database, so that two uses of one query are the same.

    Removed are its values, how many there are, which plain columns it reads, and which columns of many new rows have
    one value for all. Other joins, conditions, orders, locks, functions and casts make a different statement.
    """
    words = " ".join(statement.split())
    if _BULK.search(words):
        words = _BULK_VALUE.sub("…", _BULK.sub("unnest(…)", words))
    for pattern, stand_in in (
        (_LITERAL, "'…'"),
        (_MADE_UP, "…"),
        (_MANY, "(…)"),
        (_NUMBER, "0"),
        (_ROWS, r"\1"),
        (_AGAIN, r"\1"),
        (_COLUMNS, "…"),
    ):
        words = pattern.sub(stand_in, words)
    return words.replace("(%s)", "(…)")


# Recording ---------------------------------------------------------------------------------------


#: Code between a query and its caller.
_BETWEEN: Final = (str(Path(django.db.__file__).parent), contextlib.__file__, __file__)
_TESTS: Final = tuple(f"{ROOT / folder}{os.sep}" for folder in ("tests", "bench"))


def _a_test_asks() -> bool:
    """Return whether a test sends the statement itself. Its result on PostgreSQL says nothing about Waymark."""
    frame = sys._getframe()
    while frame.f_back and frame.f_code.co_filename.startswith(_BETWEEN):
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(_TESTS)


class Recorder:
    """A pytest plugin that records what Waymark sends in each test."""

    def __init__(self, folder: Path) -> None:
        from django.db.backends.signals import connection_created

        self._folder = folder
        self._tests: dict[str, Ran] = {}
        #: Fixtures made once for several tests, by their scope and name.
        self._shared: dict[tuple[str, str], Ran] = {}
        self._running: Ran | None = None
        connection_created.connect(self._connected)

    def _connected(self, connection: Any, **_signal: Any) -> None:
        if self._record not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._record)

    def _record(self, execute: Callable[..., Any], sql: Any, *arguments: Any) -> Any:
        if self._running and not _SCHEMA.match(str(sql)) and not _a_test_asks():
            self._running.statements.add(normal(str(sql)))
        return execute(sql, *arguments)

    @contextmanager
    def _of(self, ran: Ran) -> Iterator[None]:
        """Credit statements and time in this block to ``ran``, not to what it interrupts."""
        interrupted, self._running = self._running, ran
        started = time.process_time()
        try:
            yield
        finally:
            spent = time.process_time() - started
            ran.seconds += spent
            if interrupted:
                interrupted.seconds -= spent
            self._running = interrupted

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        test = Ran(short=item.get_closest_marker("database") is not None)
        with self._of(test):
            answer = yield
        for (place, name), fixture in self._shared.items():
            if name in getattr(item, "fixturenames", ()) and item.nodeid.startswith(place):
                test.seconds += fixture.seconds
                test.statements |= fixture.statements
        self._tests[item.nodeid] = test
        return answer

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        if fixturedef.scope == "function":
            return (yield)
        key = fixturedef.baseid, fixturedef.argname
        # With parameters, it is made more than once.
        with self._of(self._shared.setdefault(key, Ran())):
            return (yield)

    def pytest_sessionfinish(self) -> None:
        if self._tests:
            write(self._folder / f"{os.getpid()}.json", self._tests)


def write(file: Path, tests: dict[str, Ran]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    numbers: dict[str, int] = {}
    rows = {
        name: [
            test.short,
            round(test.seconds, 3),
            [numbers.setdefault(statement, len(numbers)) for statement in test.statements],
        ]
        for name, test in tests.items()
    }
    file.write_text(json.dumps({"statements": list(numbers), "tests": rows}))


def read(folder: Path) -> dict[str, Ran]:
    """Return all tests that the processes of a run wrote to a folder."""
    tests: dict[str, Ran] = {}
    for path in folder.glob("*.json"):
        found = json.loads(path.read_text())
        for name, (short, seconds, numbers) in found["tests"].items():
            tests[name] = Ran(short, seconds, {found["statements"][number] for number in numbers})
    return tests


# What is missing ---------------------------------------------------------------------------------


def untried(tests: dict[str, Ran]) -> dict[str, Ran]:
    """Return the tests to mark with ``database`` so that marked tests send everything, and what is new in each.

    They are the cheapest for what they send.
    """
    left = {statement for test in tests.values() for statement in test.statements}
    left -= {statement for test in tests.values() if test.short for statement in test.statements}
    left = {each for each in left if not any(re.fullmatch(known, each) for known in NOT_TRIED)}
    to_mark: dict[str, Ran] = {}
    while left:
        _cost, name = min(
            ((test.seconds + EACH) / len(test.statements & left), name)
            for name, test in tests.items()
            if test.statements & left
        )
        to_mark[name] = replace(tests[name], statements=tests[name].statements & left)
        left -= tests[name].statements
    return to_mark
