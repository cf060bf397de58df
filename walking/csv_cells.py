"""Tables as CSV that a spreadsheet shows as text and numbers, and never runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

#: A spreadsheet treats a cell that begins like this as a formula.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: object) -> str:
    """Return the cell's text, with an apostrophe in front if it could be a formula. Numbers stay numbers."""
    if cell is None:
        return ""
    text = str(cell)
    if isinstance(cell, int | float):
        return text
    return f"'{text}" if text.startswith(RISKY) else text


def written(rows: Iterable[Iterable[object]]) -> str:
    """Return the rows as CSV, with the mark by which spreadsheets recognise UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
