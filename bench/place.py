"""The environment of the benchmarks: a PostgreSQL, a mail sink and a web server of its own, removed afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import BIN, PYTHON, ROOT, Postgres, Process, free_port


@dataclass(frozen=True, slots=True)
class Place:
    """The ports of the web server (``web``, not started) and of the mail sink."""

    web: int
    sink: int
    folder: Path


@contextmanager
def place() -> Iterator[Place]:
    """Set the environment of this process and its children, and make an empty database with our tables."""
    with ExitStack() as exits:
        folder = Path(tempfile.mkdtemp(prefix="waymark-bench-"))
        exits.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = exits.enter_context(Postgres(shared_buffers="512MB", max_wal_size="4GB"))
        here = Place(free_port(), free_port(), folder)
        os.environ.update(
            ENV_FILE=os.devnull,
            DJANGO_SETTINGS_MODULE="bench.settings",
            PYTHONPATH=str(ROOT),
            WAYMARK_VAR=str(folder),
            DATABASE_URL=postgres.url,
            SECRET_KEY="only-for-the-bench-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM",
            SITE_URL=f"http://127.0.0.1:{here.web}",
            ALLOWED_HOSTS="127.0.0.1,testserver",
            EMAIL_URL=f"smtp://127.0.0.1:{here.sink}",
            DEFAULT_FROM_EMAIL="Waymark <waymark@clinic.example>",
            LOG_LEVEL="ERROR",
        )
        for name in ("DEBUG", "CELERY_BROKER_URL", "SENTRY_DSN", "TRUSTED_PROXIES"):
            os.environ.pop(name, None)
        (folder / "static").mkdir()
        migrate = [PYTHON, "manage.py", "migrate", "--verbosity=0", "--skip-checks"]
        subprocess.run(migrate, cwd=ROOT, check=True)
        sink = exits.enter_context(
            Process("sink", [PYTHON, "-m", "bench.sink", str(here.sink)], cwd=ROOT)
        )
        sink.wait_for_port(here.sink)
        yield here


@contextmanager
def web(here: Place) -> Iterator[str]:
    """Start gunicorn with one worker; yield its address."""
    command: list[str | Path] = [
        *(BIN / "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{here.web}"),
        *("--workers=1", "--threads=4", "--max-requests=0"),
    ]
    with Process("gunicorn", command, cwd=ROOT) as server:
        server.wait_for_port(here.web)
        yield f"127.0.0.1:{here.web}"
