"""Writing back the plans of a batch in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

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
