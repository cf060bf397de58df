"""Detect the format of a file, by its first bytes and never by its name, and read its walks."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Final

from walking.imports import apple_health, health_connect, takeout, tracks
from walking.imports.found import FoundWalk, Unreadable
from walking.imports.guard import refusing
from walking.imports.limits import TABLE, WALKS, Archive, at_most, members
from walking.imports.table import text_of

#: Exceptions of ``zipfile`` for archives that are incomplete or manipulated.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(NotImplementedError, ValueError, LookupError, OverflowError, RuntimeError),
)

#: How many XML files of a zip are checked, largest first, to find the export of Apple Health.
_LOOKED_AT: Final = 5

type Reader = Callable[[IO[bytes]], Iterator[FoundWalk]]


@refusing()
def is_table(file: IO[bytes]) -> bool:
    """Return whether it is none of the formats that identify themselves, so it can only be a table."""
    return _reader(_head(file)) is None


@refusing()
def table_text(file: IO[bytes]) -> str:
    """Return the text of a table. Raises ``Unreadable``."""
    return text_of(at_most(file, TABLE))


def walks(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Yield the walks of any file but a table; ``file`` must be seekable. Raises ``Unreadable``, possibly after some
    walks."""
    with refusing():
        reader = _reader(_head(file))
        if reader is None:
            raise Unreadable("unknown")
        found = iter(reader(file))
        yield from islice(found, WALKS)
        if next(found, None) is not None:
            raise Unreadable("too_big")


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    head = file.read(200_000)
    file.seek(0)
    if not head.strip():
        raise Unreadable("empty")
    return head


def _reader(head: bytes) -> Reader | None:
    if head.startswith(b"PK"):
        return _zip
    if head.startswith(health_connect.MAGIC):
        return health_connect.walks
    if head[8:12] == b".FIT":
        return tracks.fit
    if head[:4] in _UTF16:
        return apple_health.walks
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        if b"<gpx" in head:
            return tracks.gpx
        if b"<TrainingCenterDatabase" in head:
            return tracks.tcx
        return apple_health.walks
    if start.startswith(b"{"):
        return takeout.session
    return None


def _zip(file: IO[bytes]) -> Iterator[FoundWalk]:
    try:
        with zipfile.ZipFile(Archive(file)) as archive:
            yield from _members(archive)
    except _DAMAGED as error:
        raise Unreadable("cut_off") from error


def _members(archive: zipfile.ZipFile) -> Iterator[FoundWalk]:
    """Yield the walks of Apple Health's one large file, whose tracks are parts of its workouts; else of each walk's
    file."""
    infos = [info for info in members(archive) if not _of_a_mac(info.filename)]
    for info in _perhaps_health(infos):
        with archive.open(info) as file:
            if not apple_health.is_export(file):
                continue
        with archive.open(info) as file:
            yield from apple_health.walks(file)
        return
    read, refused = 0, ""
    for info in infos:
        ending = info.filename.lower().rpartition(".")[2]
        reader: Reader | None = _SINGLE.get(ending)
        if reader is None:
            refused = refused or ("nested" if ending == "zip" else "")
            continue
        try:
            with archive.open(info) as file:
                yield from reader(file)
            read += 1
        except Unreadable as error:  # one of many; reported only if no other can be read
            refused = refused or error.code
    if not read:
        raise Unreadable(refused or "unknown")


def _of_a_mac(name: str) -> bool:
    """Return whether it is a file that a Mac adds to a zip for each file in it."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")


def _perhaps_health(infos: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Return the candidates: the name depends on the phone's language, and a large document of another kind is next to
    it."""
    xml = [
        info
        for info in infos
        if info.filename.lower().endswith(".xml") and not info.filename.lower().endswith("cda.xml")
    ]
    return sorted(xml, key=lambda info: info.file_size, reverse=True)[:_LOOKED_AT]


#: How XML in UTF-16 begins.
_UTF16: Final = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_SINGLE: dict[str, Reader] = {
    "gpx": tracks.gpx,
    "tcx": tracks.tcx,
    "fit": tracks.fit,
    "json": takeout.session,
    "db": health_connect.walks,
}
