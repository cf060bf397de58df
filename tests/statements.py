"""Which SQL statements a test run sends to the database, and whether a test that always runs there sends them.

Switched on by ``WAYMARK_STATEMENTS``, a folder: each process of the run writes a file there. ``make test-all`` runs
every test on PostgreSQL with it, and lists the statements that only tests without the marker ``database`` send: those
are what ``make test`` does not try on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "WAYMARK_STATEMENTS"
#: Statements that `make test` need not try on PostgreSQL, each with the reason.
NOT_TRIED: dict[str, str] = {}


@dataclass
class Sent:
    """``short``: a test with the marker ``database`` sends it. ``files`` are of the tests that send it."""

    short: bool = False
    files: set[str] = field(default_factory=set)


_sent: dict[str, Sent] = defaultdict(Sent)
_file, _short = "", False

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
    if _file and not _SCHEMA.match(str(sql)):
        sent = _sent[normal(str(sql))]
        sent.files.add(_file)
        sent.short |= _short
    return execute(sql, *arguments)


def listen() -> None:
    """Records the statements of every connection that is opened from now on."""
    from django.db.backends.signals import connection_created

    def connected(connection: Any, **_signal: Any) -> None:
        if _record not in connection.execute_wrappers:
            connection.execute_wrappers.append(_record)

    connection_created.connect(connected, weak=False)


def test_begins(file: str, *, short: bool) -> None:
    global _file, _short
    _file, _short = file, short


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    found = {
        statement: {"short": sent.short, "files": sorted(sent.files)}
        for statement, sent in sorted(_sent.items())
    }
    (folder / f"{os.getpid()}.json").write_text(json.dumps(found, indent=1))


def read(folder: Path) -> dict[str, Sent]:
    """All statements that the processes of a run wrote to a folder."""
    found: dict[str, Sent] = defaultdict(Sent)
    for path in folder.glob("*.json"):
        for statement, sent in json.loads(path.read_text()).items():
            found[statement].files |= set(sent["files"])
            found[statement].short |= sent["short"]
    return found
