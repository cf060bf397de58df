"""Limits on how much of a file is read, so that none can fill the memory or block the process."""

from __future__ import annotations

import zipfile
from typing import IO, Final

from walking.imports.found import Unreadable

MB: Final = 1_000_000
#: Unpacked bytes of all files in a zip together, and the largest ratio to the size of the zip.
UNPACKED: Final = 3_000 * MB
RATIO: Final = 200
MEMBERS: Final = 50_000
#: Bytes of the list of a zip's members, which is read whole before they are counted.
DIRECTORY: Final = 8 * MB
#: Bytes of one track or table: their readers hold all of it in memory.
TRACK: Final = 5 * MB
TABLE: Final = 1 * MB
#: Bytes of a database, which is copied into the temporary folder to be read.
DATABASE: Final = 300 * MB
#: Walks read from one file.
WALKS: Final = 100_000


def at_most(file: IO[bytes], most: int) -> bytes:
    """Return the whole file. Raises ``Unreadable`` if it is larger than ``most`` bytes."""
    data = file.read(most + 1)
    if len(data) > most:
        raise Unreadable("too_big")
    return data


class Archive:
    """A file for ``zipfile`` that allows one read of the list of members, however long it claims to be."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > DIRECTORY:
            raise Unreadable("too_big")
        return self._file.read(size)


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the files in a zip, if it is not a zip bomb. Raises ``Unreadable``."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MEMBERS:
        raise Unreadable("too_big")
    packed = sum(info.compress_size for info in infos)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > UNPACKED or unpacked > MB + RATIO * packed:
        raise Unreadable("bomb")
    if any(info.flag_bits & 1 for info in infos):
        raise Unreadable("locked")
    # ``zipfile`` unpacks the other methods without a limit for each part, so their sizes may be false.
    if any(info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for info in infos):
        raise Unreadable("packed")
    return infos
