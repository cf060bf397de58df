"""Ending well when the system asks a command to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

#: What a shell tells of a process that SIGTERM ended.
STATUS: Final = 128 + signal.SIGTERM


@contextmanager
def stops_tidily() -> Iterator[None]:
    """SIGTERM, as from ``docker stop`` or a shutdown, raises ``SystemExit`` in the block, so that what is half written
    is taken away as after an error. Outside the main thread, which alone is told of signals, it changes nothing."""
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
