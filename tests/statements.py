"""Which SQL statements a test run sends to the database, by the file of the test that sent them.

Switched on by ``WAYMARK_STATEMENTS``, a folder: each process of the run writes a file there. ``make test-all``
compares two runs with it: no statement of the full suite may be missing from the shorter one on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

VARIABLE = "WAYMARK_STATEMENTS"

_seen: dict[str, set[str]] = defaultdict(set)
_now = ""

#: What differs between two runs of one statement: how many values, and the names that Django makes up.
_MANY = re.compile(r"\((?:%s(?:::\w+(?:\[\])?)?,\s*)+%s(?:::\w+(?:\[\])?)?\)")
_ROWS = re.compile(r"(\((?:[^()]|\([^()]*\))*\))(?:,\s*\1)+")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_MADE_UP = re.compile(r'"?(?:s\d+_x\d+|_django_curs_\w+)"?')
#: The schema is built once for each run and has tests of its own.
_SCHEMA = re.compile(r"\s*(?:ALTER|COMMENT|CREATE|DROP|PRAGMA)\b", re.IGNORECASE)
_LITERAL = re.compile(r"'(?:[^']|'')*'")


def normal(statement: str) -> str:
    """A statement without its values, so that two uses of one query are one."""
    words = " ".join(statement.split())
    for pattern, stand_in in (
        (_LITERAL, "'…'"),
        (_MADE_UP, "…"),
        (_MANY, "(…)"),
        (_NUMBER, "0"),
        (_ROWS, r"\1…"),
    ):
        words = pattern.sub(stand_in, words)
    return words.replace("(%s)", "(…)")


def _record(execute: Callable[..., Any], sql: Any, *arguments: Any) -> Any:
    if _now and not _SCHEMA.match(str(sql)):
        _seen[normal(str(sql))].add(_now)
    return execute(sql, *arguments)


def listen() -> None:
    """Records the statements of every connection that is opened from now on."""
    from django.db.backends.signals import connection_created

    def connected(connection: Any, **_signal: Any) -> None:
        if _record not in connection.execute_wrappers:
            connection.execute_wrappers.append(_record)

    connection_created.connect(connected, weak=False)


def test_begins(file: str) -> None:
    global _now
    _now = file


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = {statement: sorted(files) for statement, files in sorted(_seen.items())}
    (folder / f"{os.getpid()}.json").write_text(json.dumps(found, indent=1))


def read(folder: Path) -> dict[str, set[str]]:
    """All statements that were written to a folder, each with the files of the tests that sent it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in folder.glob("*.json"):
        for statement, files in json.loads(path.read_text()).items():
            found[statement] |= set(files)
    return found
