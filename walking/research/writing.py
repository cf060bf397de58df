"""Tables as files, a batch at a time: CSV or Parquet, with as much memory for a million rows as for a thousand."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from walking.csv_cells import safe
from walking.research.columns import Column, Kind

FORMATS: Final = ("csv", "parquet")
#: So many rows of a table are put together before they are written as one group of a Parquet file.
GROUP: Final = 10_000


class Writer(Protocol):
    rows: int

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None: ...

    def close(self) -> None: ...


class CsvWriter:
    """UTF-8 with commas; a missing value is an empty cell, booleans are ``true`` and ``false``. What a spreadsheet
    could take for a formula has an apostrophe before it."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.rows = 0
        self._file = path.open("x", encoding="utf-8", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow([column.name for column in columns])

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._csv.writerows(map(_cells, rows))
        self.rows += len(rows)

    def close(self) -> None:
        self._file.close()


def _cells(row: tuple[Any, ...]) -> list[str]:
    return [("true" if cell else "false") if isinstance(cell, bool) else safe(cell) for cell in row]


class ParquetWriter:
    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        # Read by Arrow as it loads: the system's pool gives back what was freed, its own keeps some thirty megabytes.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {
            Kind.TEXT: pa.string(),
            Kind.INTEGER: pa.int32(),
            Kind.NUMBER: pa.float64(),
            Kind.BOOLEAN: pa.bool_(),
        }
        self.rows = 0
        self._schema = pa.schema([(column.name, kinds[column.kind]) for column in columns])
        self._writer = parquet.ParquetWriter(
            path,
            self._schema,
            compression="snappy",
            use_dictionary=[column.name for column in columns if not column.name.endswith("_id")],
        )
        self._held: list[Any] = []
        self._held_rows = 0

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None:
        # By way of CSV in memory: pa.array() would load pandas, which takes as much memory as all the rest.
        from pyarrow import csv as arrow_csv

        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_STRINGS).writerows(rows)
        self._held += arrow_csv.read_csv(
            io.BytesIO(text.getvalue().encode()),
            read_options=arrow_csv.ReadOptions(column_names=self._schema.names, use_threads=False),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=self._schema,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["True"],
                false_values=["False"],
            ),
        ).to_batches()
        self.rows += len(rows)
        self._held_rows += len(rows)
        if self._held_rows >= GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_batches(self._held, self._schema))
        self._held, self._held_rows = [], 0

    def close(self) -> None:
        if self._held:
            self._flush()
        self._writer.close()


def open_table(folder: Path, name: str, columns: Sequence[Column], kind: str) -> Writer:
    make = CsvWriter if kind == "csv" else ParquetWriter
    return make(folder / f"{name}.{kind}", columns)


def write_csv(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """A small table, such as the dictionary, as CSV in any format."""
    with path.open("x", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [safe(cell) for cell in row] for row in rows
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept(path: Path) -> None:
    """Returns once the disk has the file or folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
