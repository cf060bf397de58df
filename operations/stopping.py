"""Clean up when the system asks a command to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

#: The shell's exit status for a process ended by SIGTERM.
STATUS: Final = 128 + signal.SIGTERM


@contextmanager
def stops_tidily() -> Iterator[None]:
    """Raise ``SystemExit`` in the block on SIGTERM, as from ``docker stop`` or a shutdown, so that partial results are
    removed as after an error. Outside the main thread, the only one to receive signals, it changes nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(*_signal: Any) -> NoReturn:
    sys.exit(STATUS)
