"""Importing a clinic's file into a new installation: everything or nothing."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from itertools import batched
from typing import IO

from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from accounts.models import Clinic, User
from walking.care.clinic_move.export_clinic import CHUNK, FORMAT, MANIFEST, VERSION, name_of
from walking.care.clinic_move.tables import TABLES, columns_of
from walking.care.refusal import Refused

#: Longest line. No row of ours is nearly as long, so a longer one is not ours.
LONGEST_LINE = 16_000_000
_DAMAGED = "This file is damaged, or not what export_clinic wrote: {}. Export the clinic once more."


def read_in(file: IO[bytes]) -> dict[str, int]:
    """Import the clinic of ``file`` with everything that belongs to it. Returns the number of rows of each table.

    Raises ``Refused`` if the installation has people already, and for a file that is damaged, newer, or not of a
    clinic. Call it in a transaction that is rolled back if it raises.
    """
    if Clinic.objects.exists() or User.objects.exists():
        raise Refused(
            "There are people or a clinic here already. A clinic is read into a fresh installation only: a database "
            "that was just migrated, before createsuperuser."
        )
    try:
        with zipfile.ZipFile(file) as opened:
            tables = _manifest(opened)
            with transaction.atomic():
                counts = {
                    model._meta.label: _read(opened, model, tables[model._meta.label])
                    for model in TABLES
                }
                connection.check_constraints()
                _go_on_counting()
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refused(_DAMAGED.format(error)) from error
    except (DeserializationError, ValidationError, DatabaseError) as error:
        raise Refused(_DAMAGED.format(str(error).splitlines()[0][:200])) from error
    return counts


def _manifest(opened: zipfile.ZipFile) -> dict[str, tuple[int, str]]:
    """Return the number of rows and the digest of each table."""
    try:
        info = opened.getinfo(MANIFEST)
        if info.file_size > 1_000_000:
            raise ValueError("its list of tables is too long")
        manifest = json.loads(opened.read(info))
        if manifest["format"] != FORMAT:
            raise ValueError("it is of another kind")
        version = int(manifest["version"])
        tables = {
            label: (int(it["rows"]), str(it["sha256"])) for label, it in manifest["tables"].items()
        }
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Refused(_DAMAGED.format(error)) from error
    if version > VERSION:
        raise Refused("This file is of a newer Waymark. Upgrade this installation first.")
    wanted = {model._meta.label for model in TABLES}
    if set(tables) != wanted:
        odd = ", ".join(sorted(set(tables) ^ wanted))
        raise Refused(f"This file is of another version of Waymark, which has other tables: {odd}.")
    return tables


def _read(opened: zipfile.ZipFile, model: type[Model], told: tuple[int, str]) -> int:
    rows, digest = told
    read = hashlib.sha256()
    count = 0
    try:
        info = opened.getinfo(name_of(model))
    except KeyError:
        raise Refused(_DAMAGED.format(f"{model._meta.label} is not in it")) from None
    with opened.open(info) as table:
        for lines in batched(_lines(table, rows), CHUNK):
            for line in lines:
                read.update(line)
            model._base_manager.bulk_create(_records(model, lines), batch_size=CHUNK)
            count += len(lines)
    if count != rows or read.hexdigest() != digest:
        raise Refused(_DAMAGED.format(f"{model._meta.label} is not whole"))
    return count


def _lines(table: IO[bytes], most: int) -> Iterator[bytes]:
    """Yield at most one line more than there should be, so that a longer file is not read to its end."""
    for _number in range(most + 1):
        line = table.readline(LONGEST_LINE)
        if not line:
            return
        if not line.endswith(b"\n"):
            raise Refused(_DAMAGED.format("a line has no end"))
        yield line


def _records(model: type[Model], lines: tuple[bytes, ...]) -> list[Model]:
    known = {column.name for column in columns_of(model)}
    records = []
    for line in lines:
        try:
            told = json.loads(line)["fields"].keys()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Refused(_DAMAGED.format(f"a row of {model._meta.label} is none")) from error
        if told != known:
            raise Refused(
                f"{model._meta.label} has other columns in this file: it is of another version of Waymark."
            )
        for each in serializers.deserialize("jsonl", line.decode()):
            if not isinstance(each.object, model):
                raise Refused(_DAMAGED.format(f"{model._meta.label} holds something else"))
            records.append(each.object)
    return records


def _go_on_counting() -> None:
    """Continue the keys after those that were imported."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(TABLES)):
            cursor.execute(statement)
