"""The whole of Waymark as running processes, on a clock that the test moves.

::

    with SmtpSink() as smtp, Stack(smtp, now=datetime(2026, 3, 2, 9, tzinfo=UTC)) as stack:
        stack.manage("tick")
        page.goto(stack.url)
        stack.move_to(datetime(2026, 3, 8, 17, 5, tzinfo=UTC))
        smtp.wait_for(to="anna@patient.example")

``full`` is what production runs: PostgreSQL, Redis, gunicorn, a prefork worker and a beat of its own.
``embedded`` is what the demo runs: SQLite, the broker in the file system, and a worker with beat in it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self

from tests.databases import copy_migrated, copy_static, migrated_template
from tests.leftovers import MARK
from tests.services import (
    BIN,
    PATIENCE,
    PYTHON,
    ROOT,
    Clock,
    Missing,
    Process,
    SmtpSink,
    free_port,
    scratch_database,
)

type Kind = Literal["embedded", "full"]


class Stack:
    """Web server, Celery worker and beat. Start it as a context manager, or with ``start``.

    ``now`` is the moment it starts at; without it the stack lives in the present and its clock cannot
    be moved. Without ``database_url`` it gets a migrated database of its own. ``full`` needs
    ``TEST_POSTGRES_URL`` and ``TEST_REDIS_URL`` (``make test`` sets both).
    """

    def __init__(
        self,
        smtp: SmtpSink,
        kind: Kind = "embedded",
        *,
        now: datetime | None = None,
        tick_seconds: float = 1,
        env: Mapping[str, str] | None = None,
        database_url: str | None = None,
        broker_url: str | None = None,
    ) -> None:
        self.kind = kind
        self.smtp = smtp
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.clock = Clock(now) if now else None
        self.folder = Path(tempfile.mkdtemp(prefix="waymark-stack-"))
        self.processes: dict[str, Process] = {}
        self._exit = ExitStack()
        if self.clock:
            self._exit.callback(self.clock.close)
        self._exit.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._database_url = database_url
        self._broker_url = broker_url
        self._tick_seconds = tick_seconds
        self._extra_env = dict(env or {})
        self.env: dict[str, str] = {}

    # Its life ------------------------------------------------------------------------------------

    def start(self) -> Self:
        try:
            self.env = self._environment()
            copy_static(self.folder / "static")
            for name in ("web", "worker", "beat") if self.kind == "full" else ("web", "worker"):
                self.launch(name)
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        # All at once, as an operator's Ctrl-C does: one after the other, each would take its grace time.
        for process in self.processes.values():
            if process.running:
                process.signal(15)  # type: ignore[arg-type]
        for process in self.processes.values():
            process.stop()
        self._exit.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def launch(self, name: str) -> Process:
        """Start ``web``, ``worker`` or ``beat``, also again after a ``kill`` or ``stop_process``.

        Any other name ending in a number (``worker2``) starts one more of its kind.
        """
        role = name.rstrip("0123456789")
        process = self.processes.get(name)
        if process is None:
            process = self.processes[name] = Process(
                name, self._command(role, name), env=self.env, log=self.folder / f"{name}.log"
            )
        return process.start()

    def kill(self, name: str) -> None:
        """Send SIGKILL to the process and its children."""
        self.processes[name].kill()

    def stop_process(self, name: str) -> None:
        self.processes[name].stop()

    def restart(self, name: str) -> None:
        self.kill(name)
        self.launch(name)

    def wait_until_ready(self, timeout: float = PATIENCE) -> None:
        self.processes["web"].wait_for_port(self.port, timeout=timeout)
        self.processes["worker"].wait_for_log(r"\bready\.", timeout=timeout)
        if "beat" in self.processes:
            self.processes["beat"].wait_for_log("beat: Starting", timeout=timeout)

    # Using it ------------------------------------------------------------------------------------

    def move_to(self, moment: datetime) -> None:
        """Move all processes to ``moment``; the beat does what is due within a second or two."""
        if self.clock is None:
            raise RuntimeError(
                "this stack was started without a moment, so it lives in the present"
            )
        self.clock.move_to(moment)

    def move_by(self, step: timedelta) -> None:
        self.move_to(self.now() + step)

    def now(self) -> datetime:
        return self.clock.now() if self.clock else datetime.now(UTC)

    def manage(self, *arguments: str, stdin: str = "", check: bool = True) -> str:
        """Run a management command in the stack's environment and return what it printed."""
        answer = subprocess.run(
            [PYTHON, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and answer.returncode:
            raise RuntimeError(
                f"manage.py {' '.join(arguments)} ended with {answer.returncode}:\n"
                f"{answer.stdout}{answer.stderr}"
            )
        return answer.stdout

    def shell(self, code: str) -> Any:
        """Run Python inside the app; what the code assigns to ``result`` is returned through JSON."""
        mark = "result of the stack's shell: "
        lines = self.manage(
            "shell",
            "--no-imports",
            "--command",
            f"result = None\n{code}\nimport json\nprint({mark!r} + json.dumps(result, default=str))",
        ).splitlines()
        return json.loads(next(line for line in lines if line.startswith(mark)).removeprefix(mark))

    def logs(self) -> str:
        """Return what all processes have written, for the message of a failing test."""
        return "\n".join(
            f"--- {name} ({'running' if process.running else f'ended with {process.exit_code}'}) ---\n"
            f"{process.log()}"
            for name, process in self.processes.items()
        )

    # Its parts -----------------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        env = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", MARK)
            if name in os.environ
        }
        env |= {
            "ENV_FILE": os.devnull,
            "WAYMARK_VAR": str(self.folder),
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWX",
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "EMAIL_URL": self.smtp.url,
            "DEFAULT_FROM_EMAIL": "Waymark <waymark@clinic.example>",
            "TICK_SECONDS": f"{self._tick_seconds:g}",
            "DATABASE_URL": self._database(),
            "CELERY_BROKER_URL": self._broker(),
        }
        if self.clock:
            env |= self.clock.env()
        return env | self._extra_env

    def _database(self) -> str:
        if self._database_url:
            return self._database_url
        if self.kind == "embedded":
            file = self.folder / "waymark.sqlite3"
            copy_migrated(file)
            return f"sqlite:///{file}"
        if url := os.environ.get("TEST_POSTGRES_URL"):
            return self._exit.enter_context(scratch_database(url, migrated_template(url)))
        raise Missing("TEST_POSTGRES_URL is not set (make test starts a server and sets it)")

    def _broker(self) -> str:
        if self._broker_url:
            return self._broker_url
        if self.kind == "embedded":
            return "filesystem://"
        if url := os.environ.get("TEST_REDIS_URL"):
            import redis

            # Stacks of tests that run side by side each get a Redis database of their own.
            worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
            url = f"{url.rsplit('/', 1)[0]}/{int(worker) + 1}"
            with redis.Redis.from_url(url) as client:
                client.flushdb()
            return url
        raise Missing("TEST_REDIS_URL is not set (make test starts a server and sets it)")

    def _command(self, role: str, name: str) -> list[str | Path]:
        celery: list[str | Path] = [BIN / "celery", "-A", "config"]
        schedule = self.folder / f"{name}-schedule"
        if role == "web":
            return [
                BIN / "gunicorn",
                "config.wsgi",
                f"--bind=127.0.0.1:{self.port}",
                "--workers=1",
                "--threads=4",
                "--graceful-timeout=2",
            ]
        if role == "beat":
            return [*celery, "beat", "--loglevel=INFO", f"--schedule={schedule}", "--pidfile="]
        if role != "worker":
            raise ValueError(f"no such process: {name}")
        worker = [*celery, "worker", "--loglevel=INFO", f"--hostname={name}@%h"]
        if self.kind == "full":
            return [*worker, "--concurrency=2"]
        return [*worker, "--pool=threads", "--concurrency=2", "--beat", f"--schedule={schedule}"]
