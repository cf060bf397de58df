"""The records as they stand, read from either engine past the app."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg

type Ask = Callable[..., Iterable[tuple[Any, ...]]]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")


@contextmanager
def records(url: str) -> Iterator[Ask]:
    """``ask(sql, values)`` with ``%s`` in it: rows, with moments in UTC."""
    if url.startswith("postgres"):
        with psycopg.connect(url) as connection:
            yield lambda sql, values=(): connection.execute(sql.encode(), values or None)
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as file:

        def ask(sql: str, values: Sequence[dt.datetime] = ()) -> Iterable[tuple[Any, ...]]:
            given = [f"{value.astimezone(dt.UTC):%F %T.%f}" for value in values]
            for row in file.execute(sql.replace("%s", "?"), given):
                yield tuple(map(_value, row))

        yield ask


def _value(cell: Any) -> Any:
    """SQLite keeps days and moments as text."""
    if isinstance(cell, str) and _DAY.fullmatch(cell):
        return dt.date.fromisoformat(cell)
    if isinstance(cell, str) and _MOMENT.fullmatch(cell):
        return dt.datetime.fromisoformat(cell).replace(tzinfo=dt.UTC)
    return cell
