"""Leave nothing behind, however a test run ends.

``guard()`` gives the run one temporary folder and starts a guardian: a small process of its own that waits
until the run is over, ends every process the run has started, and deletes the folder. The guardian notices
the end by a pipe that only the run holds open, so it also cleans up after SIGKILL, when nothing in the run
itself can.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

#: Holds the run's folder. Every process of the run inherits it, which is how the guardian finds them.
MARK = "WAYMARK_TEST_RUN"


def guard() -> Path:
    """Return the folder for everything temporary in this run. The first call starts the guardian.

    A process started by a guarded run belongs to that run and gets its folder.
    """
    if folder := os.environ.get(MARK):
        return Path(folder)
    folder = tempfile.mkdtemp(prefix="waymark-run-")
    # PostgreSQL runs as another user when the run is root's, and must reach its own folder in here.
    Path(folder).chmod(0o711)
    guardian = subprocess.Popen(
        [sys.executable, "-I", __file__, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.environ |= {MARK: folder, "TMPDIR": folder}
    tempfile.tempdir = None
    run = os.getpid()

    def dismiss() -> None:
        # A fork of the run is not the run itself.
        if os.getpid() == run:
            guardian.communicate()

    atexit.register(dismiss)
    return Path(folder)


def _belongs(process: psutil.Process, folder: str) -> bool:
    with suppress(psutil.Error, OSError):
        return process.environ().get(MARK) == folder
    return False


def _mentions(process: psutil.Process, folder: str) -> bool:
    """Return whether a process that lost the mark (started with other variables, or overwrote them) names the
    folder."""
    with suppress(psutil.Error, OSError):
        return folder in process.cwd() or any(folder in part for part in process.cmdline())
    return False


def _processes_of(folder: str) -> list[psutil.Process]:
    own = {os.getpid(), os.getppid()}
    found = {
        process.pid: process
        for process in psutil.process_iter()
        if process.pid not in own and (_belongs(process, folder) or _mentions(process, folder))
    }
    for process in list(found.values()):
        with suppress(psutil.Error):
            found |= {
                child.pid: child
                for child in process.children(recursive=True)
                if child.pid not in own
            }
    return list(found.values())


def clear(folder: str) -> None:
    """End the processes of a run and delete its folder."""
    # A process that was just being started may appear after the first check.
    for _look in range(20):
        processes = _processes_of(folder)
        if not processes:
            break
        for process in processes:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes, timeout=2)
    for _try in range(5):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            break
        time.sleep(0.2)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Returns when the last process that holds the other end has ended.
    sys.stdin.buffer.read()
    clear(sys.argv[1])


if __name__ == "__main__":
    main()
