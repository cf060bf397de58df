"""Write tables as CSV or Parquet, a batch at a time: a million rows need as much memory as a thousand."""

from __future__ import annotations

import csv
import hashlib
import os
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import isqrt
from pathlib import Path
from typing import Any, Final, Protocol

from walking.csv_cells import safe
from walking.research.columns import Column, Kind

FORMATS: Final = ("csv", "parquet")
#: At least this many rows of a table are collected before they are written as one group of a Parquet file.
GROUP: Final = 10_000


class Writer(Protocol):
    rows: int

    def write(self, rows: Sequence[tuple[Any, ...]]) -> None: ...

    def close(self) -> None: ...


class CsvWriter:
    """UTF-8 with commas; a missing value is an empty cell, booleans are ``true`` and ``false``. Text that a spreadsheet
    could take for a formula gets an apostrophe in front."""

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


#: Each group uses about seven kilobytes until the file is closed, and each row waiting for its group a hundred bytes:
#: with groups that grow with the square root of the rows, so does the memory for both.
_MORE: Final = 200


class ParquetWriter:
    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        # Arrow reads this when it loads: the system's pool returns freed memory, its own keeps about thirty megabytes.
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
        import pyarrow as pa

        columns = zip(self._schema.types, zip(*rows, strict=True), strict=True)
        arrays = [_array(of, values) for of, values in columns]
        self._held.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self.rows += len(rows)
        self._held_rows += len(rows)
        if self._held_rows >= max(GROUP, isqrt(_MORE * self.rows)):
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_batches(self._held, self._schema))
        self._held, self._held_rows = [], 0

    def close(self) -> None:
        if self._held:
            self._flush()
        self._writer.close()


def _array(of: Any, values: Sequence[Any]) -> Any:
    """Return the values of a column in Arrow's layout. ``pa.array()`` would load pandas, which needs as much memory as
    everything else."""
    import pyarrow as pa
    from pyarrow import types

    there = [value is not None for value in values]
    buffers = [None if all(there) else _bits(there)]
    if types.is_string(of):
        words = [b"" if value is None else value.encode() for value in values]
        ends = array("i", accumulate(map(len, words), initial=0))
        buffers += [pa.py_buffer(ends), pa.py_buffer(b"".join(words))]
    elif types.is_boolean(of):
        buffers.append(_bits(values))
    else:
        buffers.append(pa.py_buffer(array(_CODES[of.bit_width], (value or 0 for value in values))))
    return pa.Array.from_buffers(of, len(values), buffers)


#: The type codes in ``array`` for 32-bit integers and 64-bit floats.
_CODES: Final = {32: "i", 64: "d"}


def _bits(values: Sequence[Any]) -> Any:
    """Return one bit for each value, set if it is true, lowest bit first."""
    import pyarrow as pa

    digits = "".join("1" if value else "0" for value in reversed(values))
    return pa.py_buffer(int(digits, 2).to_bytes(len(values) // 8 + 1, "little"))


def open_table(folder: Path, name: str, columns: Sequence[Column], kind: str) -> Writer:
    make = CsvWriter if kind == "csv" else ParquetWriter
    return make(folder / f"{name}.{kind}", columns)


def write_csv(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """Write a small table, such as the dictionary, as CSV, whatever the export's format."""
    with path.open("x", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [safe(cell) for cell in row] for row in rows
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept(path: Path) -> None:
    """Return once the file or folder is on the disk (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
