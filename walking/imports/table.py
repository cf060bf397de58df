"""A table (CSV) whose columns are named by the patient."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from walking.imports.found import FoundWalk, Unreadable, minutes_of_steps, whole_minutes
from walking.imports.guard import refusing

ROWS: Final = 20_000
COLUMNS: Final = 60
#: The order of a date's parts: year, day or month first.
ORDERS: Final = {
    "year": ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"),
    "day": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"),
    "month": ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"),
}
_TIMES: Final = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column is what, counted from 0. ``day`` may contain a start with its time as well. One of ``minutes``,
    ``end`` and ``steps`` is needed: the first of them with a value in a row counts."""

    day: int
    order: str = "year"
    minutes: int | None = None
    end: int | None = None
    steps: int | None = None


@refusing()
def text_of(data: bytes) -> str:
    """Decode the file. Raises ``Unreadable`` if it is not text."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if any(ord(c) < 32 and c not in "\t\r\n" for c in text) or "�" in text:
        raise Unreadable("unknown")
    return text


@refusing()
def rows(text: str) -> list[list[str]]:
    """Return the header and the lines. Raises ``Unreadable`` if it is not a table."""
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:4000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    lines = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), dialect):
            if any(cell.strip() for cell in line):
                lines.append([cell.strip() for cell in line])
            if len(lines) > ROWS:
                raise Unreadable("too_big")
    except csv.Error as error:
        raise Unreadable("unknown") from error
    if len(lines) < 2 or not 2 <= len(lines[0]) <= COLUMNS:
        raise Unreadable("unknown")
    return lines


def walks(
    lines: list[list[str]], columns: Columns, zone: dt.tzinfo | None = None
) -> Iterator[FoundWalk]:
    """Yield the walks of the lines below the header; a line without a day or a duration is skipped. Times without an
    offset are in ``zone``; if that is unknown too, only two of the same kind can be compared."""
    with refusing():
        for line in lines[1:]:
            if walk := _walk(line, columns, zone):
                yield walk


def _walk(line: list[str], columns: Columns, zone: dt.tzinfo | None) -> FoundWalk | None:
    start = _moment(_cell(line, columns.day), columns.order)
    if start is None:
        return None
    steps, minutes, estimated = _number(_cell(line, columns.steps)), None, False
    given = _number(_cell(line, columns.minutes))
    end = _moment(_cell(line, columns.end), columns.order)
    seconds = _seconds(start, end, zone) if end else None
    if given:
        minutes = whole_minutes(given * 60)
    elif seconds and seconds > 0:
        minutes = whole_minutes(seconds)
    elif steps:
        minutes, estimated = minutes_of_steps(int(steps)), True
    if not minutes:
        return None
    count = int(steps) if steps and steps < 1_000_000 else None
    timed = ":" in _cell(line, columns.day)
    return FoundWalk(
        "csv",
        minutes,
        start=start if timed else None,
        day=None if timed else start.date(),
        steps=count,
        estimated=estimated and count is not None,
    )


def _seconds(start: dt.datetime, end: dt.datetime, zone: dt.tzinfo | None) -> float | None:
    """Return the time between both, correct across clock changes. None if it cannot be computed."""
    if zone is not None:
        try:
            start, end = (
                (each if each.tzinfo else each.replace(tzinfo=zone)).astimezone(dt.UTC)
                for each in (start, end)
            )
        except (OverflowError, ValueError):  # the very first or last days that Python can represent
            return None
    elif (start.tzinfo is None) != (end.tzinfo is None):
        return None
    return (end - start).total_seconds()


def _cell(line: list[str], column: int | None) -> str:
    return line[column] if column is not None and column < len(line) else ""


def _moment(text: str, order: str) -> dt.datetime | None:
    if order == "year":
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            pass
    for day in ORDERS[order]:
        for time in _TIMES:
            try:
                # A table has no time zone: the patient's own applies.
                return dt.datetime.strptime(text.replace("T", " "), day + time)  # noqa: DTZ007
            except ValueError:
                continue
    return None


def _number(text: str) -> float | None:
    """Parse a number, also with a decimal comma; None if it is not a number above 0."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number < 1_000_000 else None
