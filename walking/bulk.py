"""Inserting many rows in one statement, without a model instance for each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Field, JSONField, Model

type Row = Sequence[Any]


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows whose values stand in the order of ``columns`` (names of fields, or of their columns).

    COPY on PostgreSQL, which is several times faster than ``bulk_create``.
    """
    if connection.vendor != "postgresql":
        _insert_each(model, columns, rows, "")
        return
    fields = _fields(model, columns)
    documents = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
    statement = f"COPY {_into(model, fields)} FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(_with_json(row, documents) if documents else row)


def insert_new(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> int:
    """Like ``insert``, leaving out what a unique constraint says is there already; returns how many were new."""
    if not rows:
        return 0
    if connection.vendor != "postgresql":
        return _insert_each(model, columns, rows, " ON CONFLICT DO NOTHING")
    fields = _fields(model, columns)
    # Without a length: a cast would cut off what is too long, where an insert refuses it.
    kinds = [str(field.db_type(connection)).split("(")[0] for field in fields]
    statement = (
        f"INSERT INTO {_into(model, fields)} "  # noqa: S608 - names of our own models
        f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in kinds)}) "
        "ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)


def _insert_each(
    model: type[Model], columns: Sequence[str], rows: Iterable[Row], ending: str
) -> int:
    fields = _fields(model, columns)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_into(model, fields)} VALUES ({marks}){ending}"  # noqa: S608 - our own names
    prepared = [
        [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields, row, strict=True)
        ]
        for row in rows
    ]
    if not prepared:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(statement, prepared)
        return int(cursor.rowcount)


def _fields(model: type[Model], columns: Sequence[str]) -> list[Field[Any, Any]]:
    return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in columns]


def _into(model: type[Model], fields: Sequence[Field[Any, Any]]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(model._meta.db_table)} ({', '.join(quote(str(f.column)) for f in fields)})"


def _with_json(row: Row, documents: Sequence[int]) -> Row:
    values = list(row)
    for place in documents:
        values[place] = json.dumps(values[place])
    return values
