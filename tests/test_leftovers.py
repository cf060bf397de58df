"""However a test run ends, it leaves no process and no temporary file behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.leftovers import MARK
from tests.services import ROOT, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.slow]

#: A run with all there is: PostgreSQL, Redis, Chromium, a web server, a worker and a beat.
A_TEST = "tests/browser/test_whole_loop.py"
PROGRAMS = ("postgres", "redis-server", "chrom", "gunicorn", "celery")


def processes_of(folder: Path) -> list[psutil.Process]:
    """Return the processes that were started with this temporary folder, or name it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            words = [process.cwd(), *process.cmdline(), *process.environ().values()]
            if any(str(folder) in word for word in words):
                found.append(process)
    return found


def names(processes: list[psutil.Process]) -> str:
    words = []
    for process in processes:
        with suppress(psutil.Error):
            words += [process.name(), *process.cmdline()]
    return " ".join(words)


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield a short temporary path: sockets of PostgreSQL and Chromium need short paths."""
    folder = Path(tempfile.mkdtemp(prefix="w-", dir="/tmp"))
    # PostgreSQL may run as another user.
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left(number: signal.Signals, place: Path) -> None:
    # A run of its own, not a part of this one.
    env = {name: value for name, value in os.environ.items() if name != MARK}
    env = {
        name: value for name, value in env.items() if not name.startswith(("TEST_", "PYTEST_"))
    } | {"TMPDIR": str(place)}
    runner = subprocess.Popen(
        # One pytest worker is enough here, and starting one costs as much as the servers.
        [sys.executable, "-m", "scripts.test", A_TEST, "-k", "embedded", "-n", "1"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(
        lambda: all(program in names(processes_of(place)) for program in PROGRAMS),
        every=1,
        what="everything to be running",
    )
    runner.send_signal(number)
    runner.wait()
    wait_until(
        lambda: not processes_of(place) and not list(place.iterdir()),
        every=0.5,
        what="the end of every process, and an empty folder",
    )
