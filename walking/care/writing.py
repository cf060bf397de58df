"""Writing the rows of a batch in one statement, and its plans back in another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Field, JSONField, Model

from walking.models import Plan

#: What the clock changes on a plan; the types are PostgreSQL's, for ``unnest``.
_COLUMNS = {
    "status": "varchar",
    "paused_for": "varchar",
    "week_number": "int2",
    "empty_row": "int2",
    "low_row": "int2",
    "settling": "bool",
    "good_weeks": "int2",
    "unchecked_raises": "int2",
    "next_review_at": "timestamptz",
    "next_check_in_at": "timestamptz",
    "next_question_at": "timestamptz",
    "next_question_month": "int2",
}
CLOCK_FIELDS = tuple(_COLUMNS)


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of ``columns``, without a model instance for each.

    COPY on PostgreSQL, which is several times faster than ``bulk_create``.
    """
    fields = [cast("Field[Any, Any]", model._meta.get_field(name)) for name in columns]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            documents = [
                place for place, field in enumerate(fields) if isinstance(field, JSONField)
            ]
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    if documents:
                        row = list(row)
                        for place in documents:
                            row[place] = json.dumps(row[place])
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names of our own models
            [
                [
                    field.get_db_prep_save(value, connection)
                    for field, value in zip(fields, row, strict=True)
                ]
                for row in rows
            ],
        )


def write_back(plans: Sequence[Plan]) -> None:
    """Save the clock's columns of ``plans``, which the caller holds locked."""
    if not plans:
        return
    if connection.vendor != "postgresql":
        Plan.objects.bulk_update(plans, CLOCK_FIELDS, batch_size=50)
        return
    # One UPDATE from arrays is several times faster than bulk_update's CASE per row and column.
    names = list(_COLUMNS)
    table = Plan._meta.db_table
    sql = (
        f"UPDATE {table} AS plan SET {', '.join(f'{name} = new.{name}' for name in names)} "  # noqa: S608
        f"FROM unnest(%s::int8[], {', '.join(f'%s::{kind}[]' for kind in _COLUMNS.values())}) "
        f"AS new(id, {', '.join(names)}) WHERE plan.id = new.id"
    )
    arrays = [
        [plan.pk for plan in plans],
        *([getattr(plan, name) for plan in plans] for name in names),
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)
