"""Makes the people of a test once per run, and inserts the same rows when another test begins in the same way.

Making Rosa's plan through the use cases takes a quarter of the time of the tests that need it. The second time that a
test makes the same people in the same order in an empty database, the rows are stored; from the third time on they are
inserted. This is for SQLite in memory. Elsewhere, and where statements are recorded, everyone is made each time.

Anything else that a test writes to the database ends this until the database is empty again, so rows are only ever
inserted into the state in which they were made.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any

import time_machine
from django.db import connection, models, transaction
from django.utils import timezone, translation

from accounts.models import User
from tests.statements import VARIABLE
from walking.models import Plan

#: Relations that tests read from a result without another query.
RELATED: dict[type[models.Model], tuple[str, ...]] = {
    User: ("clinic",),
    Plan: ("patient__clinic", "clinic", "physiotherapist__clinic"),
}

#: The most calls of one test that are stored. A test that makes a hundred patients makes each differently.
LONGEST = 12
EMPTY = (
    "SELECT NOT EXISTS (SELECT 1 FROM accounts_clinic) AND NOT EXISTS (SELECT 1 FROM accounts_user)"
)

type Path = tuple[Hashable, ...]


@dataclasses.dataclass(slots=True)
class _Kept:
    """The statements that insert what a call made, and the model and key of its result."""

    statements: list[str]
    model: type[models.Model]
    key: int


#: What has been made so far, by the calls that led to it. None: made once and not stored.
_by_path: dict[Path, _Kept | None] = {}
#: The calls that made everything in the database, and how many changes its connection had made by then.
_path: Path = ()
_changes = -1
_inside = False


def kept[**P, T: models.Model](make: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function that makes someone. Its arguments must be values or saved instances for the rows to be
    stored."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        global _inside, _path, _changes
        if _inside or VARIABLE in os.environ or not _is_in_memory():
            return make(*args, **kwargs)
        path = _path_here()
        if path is not None:
            path = _extended(path, make.__name__, args, kwargs)
        if path is None:
            return make(*args, **kwargs)
        found: Any = _by_path.get(path)
        if found:
            result: Any = _insert(found)
        else:
            before = _statements() if path in _by_path else None
            _inside = True
            try:
                result = make(*args, **kwargs)
            finally:
                _inside = False
            _by_path[path] = _difference(before, result) if before is not None else None
        _path, _changes = path, connection.connection.total_changes
        return result

    return made


def _is_in_memory() -> bool:
    connection.ensure_connection()
    return bool(connection.vendor == "sqlite" and connection.is_in_memory_db())


def _path_here() -> Path | None:
    """Return the calls that made everything in the database, or None if the test has written something else."""
    raw = connection.connection
    is_empty = raw.execute(EMPTY).fetchone() == (1,)
    if is_empty:
        return ()
    return _path if raw.total_changes == _changes else None


def _extended(path: Path, name: str, args: Any, kwargs: Any) -> Path | None:
    if len(path) == LONGEST:
        return None
    moment = timezone.now() if time_machine.escape_hatch.is_travelling() else None
    try:
        call = (name, moment, translation.get_language(), _hashable(args), _hashable(kwargs))
        hash(call)
    except TypeError:
        return None
    return (*path, call)


def _hashable(value: Any) -> Any:
    match value:
        case models.Model():
            if value.pk is None:
                raise TypeError
            return value._meta.label, value.pk
        case dict():
            return tuple(sorted((name, _hashable(each)) for name, each in value.items()))
        case list() | tuple():
            return tuple(map(_hashable, value))
        case dt.datetime():
            return value, str(value.tzinfo)
        case _:
            return type(value), value


# Rows, as the statements that insert them ---------------------------------------------------------


def _statements() -> list[str]:
    """Return, for each row in the database, the statement that inserts it."""
    found: list[str] = []
    ask = connection.connection.execute
    for table in connection.introspection.table_names():
        columns = [row[1] for row in ask(f'PRAGMA table_info("{table}")')]
        values = " || ',' || ".join(f'quote("{column}")' for column in columns)
        rows = ask(f'SELECT {values} FROM "{table}" ORDER BY rowid')  # noqa: S608 - our own names
        found += [f'INSERT INTO "{table}" VALUES ({row[0]})' for row in rows]  # noqa: S608
    return found


def _difference(before: list[str], result: models.Model) -> _Kept | None:
    after, known = _statements(), set(before)
    if not known <= set(after):
        # It changed existing rows, which inserting cannot reproduce.
        return None
    new = [statement for statement in after if statement not in known]
    return _Kept(new, type(result), result.pk)


def _insert(found: _Kept) -> models.Model:
    raw = connection.connection
    with transaction.atomic():
        # The rows include what triggers wrote.
        raw.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        try:
            for statement in found.statements:
                raw.execute(statement)
        finally:
            raw.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, True)
    everyone = found.model._base_manager.all()
    if related := RELATED.get(found.model):
        everyone = everyone.select_related(*related)
    return everyone.get(pk=found.key)
