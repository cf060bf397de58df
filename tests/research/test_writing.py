"""Tables as Parquet files: what goes in comes out, in another library's hands, however many groups it takes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars
from hypothesis import given, settings
from hypothesis import strategies as st

from walking.research.columns import Column, Kind, boolean, integer, text
from walking.research.writing import GROUP, open_table

COLUMNS = (
    text("word", ""),
    integer("count", ""),
    Column("share", Kind.NUMBER, "share", ""),
    boolean("agreed", ""),
)
ROWS = st.tuples(
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.booleans(),
)


def through_a_file(folder: Path, parts: list[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    writer = open_table(folder, "table", COLUMNS, "parquet")
    for part in parts:
        writer.write(part)
    writer.close()
    return polars.read_parquet(folder / "table.parquet").rows()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(ROWS, min_size=1), max_size=4))
def test_every_value_comes_back_as_it_went(parts: list[list[tuple[Any, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert through_a_file(Path(folder), parts) == [row for part in parts for row in part]


def test_a_table_of_several_groups_is_whole(tmp_path: Path) -> None:
    from pyarrow import parquet

    rows = [(f"né {n}", n, None if n % 3 else n / 7, n % 2 == 0) for n in range(3 * GROUP)]
    parts = [rows[first : first + 700] for first in range(0, len(rows), 700)]
    assert through_a_file(tmp_path, parts) == rows
    assert parquet.read_metadata(tmp_path / "table.parquet").num_row_groups > 1
