"""Files the app writes are readable only by the user that runs it: health data, codes and links in emails."""

from __future__ import annotations

import os
import stat
import warnings
from pathlib import Path
from typing import Final

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def keep_files_private() -> None:
    """Make files and folders of this process and its children private to their owner from now on."""
    os.umask(_OTHERS)


def private_folder(folder: Path) -> None:
    """Create ``folder``, or make an existing one private to its owner."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & _OTHERS:
        try:
            folder.chmod(mode & ~_OTHERS)
        except OSError as problem:
            warnings.warn(
                f"Other users can open {folder}, and it cannot be changed ({problem.strerror}). "
                f"Run: chmod 700 {folder}",
                RuntimeWarning,
                stacklevel=2,
            )
