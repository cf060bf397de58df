"""The export of Android's Health Connect: a zip with one SQLite database, ``health_connect_export.db``.

Only the table of exercise sessions is read; times are milliseconds since 1970, offsets are seconds, and the kinds of
exercise are the numbers of the Android platform (``android.health.connect.datatypes.ExerciseSessionType``, which
differ from those of the Jetpack library). A database can contain code, and this one comes from a stranger: it is
opened read-only, nothing in its schema is run, and its running time is limited.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any, Final

from walking.imports.found import FoundWalk, Unreadable, whole_minutes
from walking.imports.limits import DATABASE, MB

MAGIC: Final = b"SQLite format 3\x00"
TABLE: Final = "exercise_session_record_table"
#: EXERCISE_SESSION_TYPE_WALKING and EXERCISE_SESSION_TYPE_HIKING.
WALKING: Final = (53, 21)
COLUMNS: Final = ("start_time", "end_time", "start_zone_offset", "exercise_type")
#: Steps of SQLite's virtual machine between two checks, and the limit of checks: hundreds of times what years take.
LOOK: Final = 100_000
LOOKS: Final = 2_000
_UNWANTED: Final = (
    sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA,
    sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW,
    sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER,
)
#: The largest size of a cell.
CELL: Final = MB
#: The largest offset of a time zone from UTC, in seconds (``java.time.ZoneOffset``).
FARTHEST: Final = 18 * 3600


def walks(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Yield the walks of one such database. Raises ``Unreadable``, possibly after some walks."""
    with tempfile.NamedTemporaryFile(suffix=".db") as copy:
        size = 0
        while part := file.read(MB):
            size += len(part)
            if size > DATABASE:
                raise Unreadable("too_big")
            copy.write(part)
        copy.flush()
        try:
            with closing(_opened(Path(copy.name))) as database:
                yield from _sessions(database)
        # Not only SQLite's errors: its messages about a damaged file, and the file's own texts, may be invalid text.
        except (sqlite3.Error, ValueError, OverflowError) as error:
            interrupted = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
            raise Unreadable("too_big" if interrupted else "cut_off") from error


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    left = LOOKS

    def enough() -> int:
        nonlocal left
        left -= 1
        return left < 0

    database.set_progress_handler(enough, LOOK)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL)
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    for unwanted in _UNWANTED:
        database.setconfig(unwanted, False)
    database.text_factory = bytes
    return database


def _sessions(database: sqlite3.Connection) -> Iterator[FoundWalk]:
    # A view or a virtual table has no root page.
    plain = database.execute(
        "SELECT count(*) FROM sqlite_schema WHERE name = ? AND type = 'table' AND rootpage > 0",
        [TABLE],
    ).fetchone()[0]
    told = database.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", [TABLE]).fetchall()
    # The last column marks columns computed by the schema; ours never are.
    stored = {bytes(name).decode(errors="replace") for name, hidden in told if not hidden}
    if plain != 1 or not stored.issuperset(COLUMNS):
        raise Unreadable("unknown")
    rows = database.execute(
        f"SELECT {', '.join(COLUMNS)} FROM {TABLE} NOT INDEXED"  # noqa: S608 - names of ours
        f" WHERE exercise_type IN ({', '.join(map(str, WALKING))})"
    )
    for start, end, offset, _kind in rows:
        if (began := _moment(start, offset)) is not None and isinstance(end, int):
            yield FoundWalk("health_con", whole_minutes((end - start) / 1000), began)


def _moment(milliseconds: Any, offset: Any) -> dt.datetime | None:
    """Return the start in the phone's time zone at that moment; in UTC if that is unknown."""
    known = isinstance(offset, int) and abs(offset) <= FARTHEST
    zone = dt.timezone(dt.timedelta(seconds=offset)) if known else dt.UTC
    try:
        return dt.datetime.fromtimestamp(milliseconds / 1000, zone)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
