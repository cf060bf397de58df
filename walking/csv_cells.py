"""Tables as CSV that a spreadsheet shows as words and numbers, and never runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

#: A spreadsheet takes a cell that begins so for a formula.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: object) -> str:
    """The cell's text; an apostrophe before what could be a formula. Numbers stay numbers."""
    if cell is None:
        return ""
    text = str(cell)
    if isinstance(cell, int | float):
        return text
    return f"'{text}" if text.startswith(RISKY) else text


def written(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
