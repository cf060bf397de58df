"""Tells an engine whether the process in its container does its work: ``health.py web|worker|beat``.

Exits 0 when it does. ``web`` is asked over HTTP, ``worker`` through the broker; ``beat`` is known by the
file it keeps its schedule in, which it writes every three minutes.
"""

import os
import socket
import subprocess
import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

SCHEDULE = Path("/tmp/beat-schedule")  # noqa: S108 (the container's own)
SCHEDULE_WRITTEN_WITHIN = 10 * 60


def web() -> None:
    # Asked by the name it serves, since it answers to no other.
    host = urlsplit(os.environ.get("SITE_URL", "")).netloc or "localhost"
    connection = HTTPConnection("127.0.0.1", 8000, timeout=5)
    connection.request("GET", "/health/live", headers={"Host": host})
    if (status := connection.getresponse().status) != HTTPStatus.OK:
        raise RuntimeError(f"it answers {status}")


def worker() -> None:
    subprocess.run(
        [
            "celery",
            "-A",
            "config",
            "inspect",
            "ping",
            "-d",
            f"celery@{socket.gethostname()}",
            "-t",
            "5",
        ],
        check=True,
        timeout=25,
    )


def beat() -> None:
    files = list(SCHEDULE.parent.glob(f"{SCHEDULE.name}*"))
    age = time.time() - max(file.stat().st_mtime for file in files)
    if age > SCHEDULE_WRITTEN_WITHIN:
        raise RuntimeError(f"the schedule was last written {age:.0f} s ago")


if __name__ == "__main__":
    try:
        {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]()
    except Exception as error:  # whatever it is, it is why the container is not well
        sys.exit(f"{sys.argv[1]}: {error}")
