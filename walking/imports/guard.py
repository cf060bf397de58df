"""Turn unexpected errors of a reader into a refusal, so that no file ends in an error page."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from walking.imports.found import Unreadable

log = logging.getLogger(__name__)


@contextmanager
def refusing() -> Iterator[None]:
    """Wrap the work of a reader. Any exception but ``Unreadable`` is logged and becomes ``Unreadable("failed")``.

    The log names the exception and the lines of code. It leaves out the message and the values of variables, because
    they may quote the patient's file.
    """
    try:
        yield
    except Unreadable:
        raise
    except Exception as error:
        log.error(
            "A file of walks could not be read: %s in %s", type(error).__name__, _where(error)
        )
        raise Unreadable("failed") from None


def _where(error: Exception) -> str:
    """Return the innermost lines of code, such as ``table.py:92, table.py:110``."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
