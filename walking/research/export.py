"""Write the whole export: a folder that appears complete or not at all."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from array import array
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from walking.research import dictionary
from walking.research.columns import PlanKey, Table
from walking.research.people import COLUMNS, Batch, Crowd, flow_of, people_of
from walking.research.tables import TABLES
from walking.research.writing import Writer, kept, open_table, sha256_of, write_csv

#: People whose rows are loaded together. A full year of daily walks is 364 rows each.
BATCH: Final = 100


class CannotWrite(Exception):  # noqa: N818 - it reads better where it is raised
    """The export cannot be written to the folder; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """``flow``: counts by step of ``dictionary.FLOW``. ``rows``: rows per table. ``people``: keys of those exported."""

    flow: dict[str, int]
    rows: dict[str, int]
    people: array[int]


def export_to(
    out: Path,
    *,
    kind: str,
    clinics: Collection[int] | None,
    at: dt.datetime,
    batch: int = BATCH,
    progress: Callable[[int], None] = lambda done: None,
) -> Exported:
    """Export the people of ``clinics`` (None: all) who agree at ``at`` to ``out``, a folder that is empty or missing.

    ``kind``: ``csv`` or ``parquet``. Raises ``CannotWrite`` before anything is loaded, ``OSError`` if the disk is full
    or fails; then nothing is left behind.
    """
    work = _workplace(out)
    try:
        exported = _write(work, kind, clinics, at, batch, progress)
        for path in (*work.iterdir(), work):
            kept(path)
        work.rename(out)  # also replaces an empty folder; fails if it was filled meanwhile
        kept(out.parent)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return exported


def _workplace(out: Path) -> Path:
    """Make a folder next to ``out``, on the same disk, so that one step can move it there."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise CannotWrite(f"{out} is no folder. Name one that is not there yet.")
    try:
        if out.is_dir() and any(out.iterdir()):
            raise CannotWrite(f"{out} is not empty. Name a folder that is not there yet.")
        return Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.absolute().parent))
    except OSError as error:
        raise CannotWrite(f"{out}: {error.strerror}. Name a folder that can be made.") from error


def _write(
    work: Path,
    kind: str,
    clinics: Collection[int] | None,
    at: dt.datetime,
    size: int,
    progress: Callable[[int], None],
) -> Exported:
    people = people_of(clinics, at)
    flow = flow_of(people, clinics, at)
    crowd = Crowd(people)
    crowd.gather()
    done, sharing = 0, 0
    with ExitStack() as files:
        writers: dict[str, Writer] = {}
        for name, _about, columns, _model in dictionary.tables():
            writers[name] = open_table(work, name, columns, kind)
            files.callback(writers[name].close)
        for some in crowd.batches(size):
            if some.rows:
                writers[dictionary.PEOPLE].write(some.rows)
            for table in TABLES:
                if found := rows_of(table, some):
                    writers[table.name].write(found)
            done += len(some.pks)
            sharing += sum(row[_WORDS] for row in some.rows)
            progress(done)
    rows = {name: writer.rows for name, writer in writers.items()}
    flow |= {
        "left_out_meanwhile": flow["agreed"] - done,
        "exported": done,
        "sharing_words": sharing,
    }
    _tell(work, kind, rows, flow)
    return Exported(flow, rows, crowd.keys)


_WORDS: Final = [column.name for column in COLUMNS].index("shares_words")


def rows_of(table: Table, some: Batch) -> list[tuple[Any, ...]]:
    """Return the table's rows for these people, grouped by plan, plans sorted by their random codes."""
    plans: dict[int, PlanKey] = some.plans
    asked = some.sharing if table.words else plans
    if not asked:
        return []
    found = table.rows(asked).values_list(*table.paths())
    rows = [table.told(row, plans[row[0]]) for row in found]
    rows.sort(key=_plan_word)
    return rows


def _plan_word(row: tuple[Any, ...]) -> str:
    word: str = row[1]
    return word


def _tell(work: Path, kind: str, rows: dict[str, int], flow: dict[str, int]) -> None:
    """Write the files that describe the tables; the manifest last, as it covers all the others."""
    write_csv(work / "dictionary.csv", [dictionary.HEAD, *dictionary.dictionary_rows()])
    (work / "DICTIONARY.md").write_text(dictionary.dictionary_text(), encoding="utf-8")
    write_csv(work / "flow.csv", dictionary.flow_rows(flow))
    readme = dictionary.readme_text(kind, flow["exported"])
    (work / "README.md").write_text(readme, encoding="utf-8")
    digests = {path.name: sha256_of(path) for path in work.iterdir()}
    manifest = dictionary.manifest_text(kind, rows, digests)
    (work / "manifest.json").write_text(manifest, encoding="utf-8")
