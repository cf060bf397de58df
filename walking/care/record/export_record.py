"""Exporting a record: everything about one patient, as one value and as a file of tables."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
import uuid
import zipfile
from typing import Any, Final

from django.db.models import ForeignKey, Model
from django.utils.translation import gettext_lazy

from accounts.models import User
from walking.care.record.tables import PARTS, PERSON, Part
from walking.csv_cells import written

FORMAT: Final = "waymark-my-data-2"

#: How the export names the patient; staff are written as ``role: name``.
PATIENT: Final = "patient"

README: Final = (
    gettext_lazy("This is everything that is kept about you."),
    gettext_lazy("my-data.json has all of it in one file, for a program to read."),
    gettext_lazy("The same is in the tables (.csv), which any spreadsheet opens."),
    gettext_lazy("A column such as “plan” holds the number of a row in the table “plans”."),
    gettext_lazy("Moments are in UTC."),
    gettext_lazy("Passwords and keys are left out."),
)


def record_of(user: User, *, at: dt.datetime, private: bool = False) -> dict[str, Any]:
    """Return everything stored about ``user``: plain values for JSON, in the order of ``PARTS``.

    Rows refer to each other by position in their part, from 1. ``private`` adds what staff wrote for each other.
    """
    record: dict[str, Any] = {
        "format": FORMAT,
        "made_at": _plain(at),
        "full": private,
        "clinic": user.clinic.name if user.clinic else None,
        "person": {name: _plain(getattr(user, name)) for name in PERSON},
    }
    places: dict[type[Model], dict[Any, int]] = {}
    people: dict[int, str] = {user.pk: PATIENT}
    for part in PARTS:
        if part.all_private and not private:
            continue
        names = part.named(private=private)
        rows = list(part.rows(user))
        places[part.model] = {row.pk: place for place, row in enumerate(rows, 1)}
        _learn_names(part, names, rows, people)
        record[part.name] = [
            {name: _value(part, name, row, places, people) for name in names} for row in rows
        ]
    return record


def as_zip(record: dict[str, Any]) -> bytes:
    """Return the record as a zip file: one JSON file, a table for each part, and a description."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("README.txt", "\n".join(map(str, README)) + "\n")
        file.writestr("my-data.json", json.dumps(record, indent=2, ensure_ascii=False))
        file.writestr("person.csv", _table([record["person"]]))
        for part in PARTS:
            if rows := record.get(part.name):
                file.writestr(f"{part.name}.csv", _table(rows))
    return out.getvalue()


def _table(rows: list[dict[str, Any]]) -> str:
    names = list(rows[0])
    head = ["", *names]
    return written(
        [head, *([place, *map(_cell, row.values())] for place, row in enumerate(rows, 1))]
    )


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _points_to(part: Part, name: str) -> type[Model] | None:
    column = part.model._meta.get_field(name)
    if not isinstance(column, ForeignKey):
        return None
    target: type[Model] = column.related_model
    return target


def _learn_names(
    part: Part, names: tuple[str, ...], rows: list[Any], people: dict[int, str]
) -> None:
    """Load all the people of a table with one query."""
    columns = [name for name in names if _points_to(part, name) is User]
    unknown = {getattr(row, f"{name}_id") for row in rows for name in columns} - {None, *people}
    for pk, role, name in User.objects.filter(pk__in=unknown).values_list("pk", "role", "name"):
        people[pk] = f"{role}: {name}"


def _value(
    part: Part,
    name: str,
    row: Any,
    places: dict[type[Model], dict[Any, int]],
    people: dict[int, str],
) -> Any:
    target = _points_to(part, name)
    if target is None:
        return _plain(getattr(row, name))
    key = getattr(row, f"{name}_id")
    if key is None:
        return None
    return people[key] if target is User else places[target].get(key)


def _plain(value: Any) -> Any:
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case decimal.Decimal() | uuid.UUID():
            return str(value)
        case _:
            return value
