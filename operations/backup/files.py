"""Files that only their owner can read, and that get their name only when complete."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BackupError(Exception):
    """A backup was not made or not restored; the message says why, for the operator."""


@contextmanager
def private_file(target: Path) -> Iterator[Path]:
    """Yield an empty file (mode 0600) next to ``target`` to write to. It gets that name if the block succeeds, and is
    removed otherwise. Raises ``BackupError`` if the folder cannot be written to or ``target`` appeared meanwhile."""
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise BackupError(f"{target.parent}: {error.strerror}.") from error
    os.close(number)
    unfinished = Path(name)
    try:
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        try:
            os.link(unfinished, target)  # unlike a rename, it never replaces a file
        except FileExistsError as error:
            raise BackupError(
                f"{target} exists already. A backup never replaces a file."
            ) from error
    except OSError as error:
        raise BackupError(f"{target}: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
