"""Run the demo: a clinic with a history, the web server, and the worker with its scheduler.

``make demo`` calls it. ``PORT`` is 8000 unless set, ``FRESH=1`` starts over, an ``EMAIL_URL`` in the environment
replaces email in files, ``WAYMARK_VAR`` names another folder than ``var/``. Ctrl-C or SIGTERM stops everything.

``python -m scripts.demo mail [NUMBER]`` prints the newest emails as plain text.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from config.private_files import private_folder
from scripts.demo_mail import Inbox, print_newest

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WAYMARK_VAR") or ROOT / "var").resolve()
BIN = Path(sys.executable).parent
ENV_FILE = VAR / "demo.env"
MAIL = VAR / "mail"
LOGS = VAR / "log"
DATABASE = VAR / "demo.sqlite3"
SCHEDULE = VAR / "demo-schedule"

#: Settings fixed by the demo, whatever this shell has set for another installation.
OWN = (
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "DATABASE_URL_FILE",
    "CELERY_BROKER_URL",
    "CELERY_BROKER_URL_FILE",
    "DEFAULT_FROM_EMAIL",
    "TRUSTED_PROXIES",
    "DEBUG",
    "SENTRY_DSN",
    "VAPID_PRIVATE_KEY",
    "VAPID_PRIVATE_KEY_FILE",
    "VAPID_SUBJECT",
    "DJANGO_SETTINGS_MODULE",
    "WAYMARK_OFFLINE",
)
WEB_STARTS_WITHIN = 60
GRACE = 15


class Failed(Exception):  # noqa: N818
    """The demo cannot continue; ``str()`` says why and what to do."""


class Stopped(BaseException):
    """Someone asked the demo to stop."""


# Its settings ------------------------------------------------------------------------------------


def write_settings(port: int) -> dict[str, str]:
    """Write ``demo.env``, which ``manage.py`` reads too, and return the environment of the demo's processes."""
    from walking.push.keys import new_private_key

    kept = _read_settings()
    settings = {
        "SECRET_KEY": kept.get("SECRET_KEY") or secrets.token_urlsafe(50),
        "SITE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "EMAIL_URL": os.environ.get("EMAIL_URL") or f"file://{MAIL}",
        "CELERY_BROKER_URL": "filesystem://",
        "TICK_SECONDS": "5",
        "VAPID_PRIVATE_KEY": kept.get("VAPID_PRIVATE_KEY") or new_private_key(),
    }
    partial = ENV_FILE.with_suffix(".new")
    partial.touch(mode=0o600)
    partial.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    partial.replace(ENV_FILE)
    env = {name: value for name, value in os.environ.items() if name not in OWN}
    return env | settings | {"ENV_FILE": str(ENV_FILE), "WAYMARK_VAR": str(VAR)}


def _read_settings() -> dict[str, str]:
    if not ENV_FILE.exists():
        return {}
    lines = ENV_FILE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def start_over() -> None:
    for path in (ENV_FILE, *VAR.glob(f"{DATABASE.name}*"), *VAR.glob(f"{SCHEDULE.name}*")):
        path.unlink(missing_ok=True)
    for folder in (MAIL, VAR / "broker", LOGS):
        shutil.rmtree(folder, ignore_errors=True)


# Its processes -----------------------------------------------------------------------------------


class Processes:
    """The demo's child processes, each in a group of its own, so that Ctrl-C reaches them only through us."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str | Path) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def manage(self, name: str, *arguments: str) -> None:
        self.start(name, sys.executable, "manage.py", *arguments)

    def finish(self, *names: str) -> None:
        """Wait for these to end. Raises ``Failed`` with the end of its output if one fails."""
        for name in names:
            if self._running[name].wait():
                raise Failed(f"{name} failed:\n{self.last_words(name)}")
            del self._running[name]

    def check(self) -> None:
        """Raise ``Failed`` if one has ended by itself."""
        for name, process in self._running.items():
            if (code := process.poll()) is not None:
                raise Failed(f"The {name} ended with {code}:\n{self.last_words(name)}")

    def last_words(self, name: str) -> str:
        log = LOGS / f"{name}.log"
        lines = log.read_text(errors="replace").splitlines()[-25:]
        return textwrap.indent("\n".join(lines), "  ") + f"\n(all of it in {log})"

    def stop(self) -> None:
        for process in self._running.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
        for process in self._running.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)


# Its life ----------------------------------------------------------------------------------------


def run(port: int, *, fresh: bool) -> None:
    private_folder(VAR)
    lock = _lock()
    _check_port(port)
    if fresh:
        start_over()
    new = _is_empty()
    _check_version()
    processes = Processes(write_settings(port))
    try:
        # Creating the history takes longest. Start the web server meanwhile, as no one knows its address yet; the
        # worker would write to the database, so it has to wait.
        processes.manage("static", "collectstatic", "--noinput", "--verbosity=0")
        if new:
            _say("making the database and a clinic with a history")
            processes.manage("database", "demo_clinic", "--migrate")
        else:
            _say("starting")
            processes.manage("database", "migrate", "--verbosity=0")
            processes.finish("database")
        processes.finish("static")
        _start_web(processes, port)
        if new:
            processes.finish("database")
        inbox = Inbox(MAIL)
        _start_worker(processes)
        _wait_until_live(processes, port)
        _print_welcome(port, processes.env["EMAIL_URL"])
        while True:
            processes.check()
            for line in inbox.new_lines():
                print(line, flush=True)
            time.sleep(0.5)
    finally:
        _ignore_signals()
        processes.stop()
        lock.close()


def _start_web(processes: Processes, port: int) -> None:
    processes.start(
        "web",
        BIN / "gunicorn",
        "config.wsgi",
        f"--bind=127.0.0.1:{port}",
        "--workers=1",
        "--threads=4",
        "--graceful-timeout=3",
    )


def _start_worker(processes: Processes) -> None:
    processes.start(
        "worker",
        *(BIN / "celery", "-A", "config", "worker", "-B", "-P", "threads", "--concurrency=2"),
        f"--schedule={SCHEDULE}",
        "--hostname=demo@localhost",
        "--loglevel=INFO",
    )


def _is_empty() -> bool:
    """Return whether there is no history yet: none was made, or making it was interrupted (it is one transaction)."""
    if not DATABASE.exists():
        return True
    with closing(sqlite3.connect(DATABASE)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        return (
            "accounts_user" not in tables
            or not database.execute("SELECT EXISTS (SELECT 1 FROM accounts_user)").fetchone()[0]
        )


def _check_version() -> None:
    """Raise ``Failed`` for a demo database that this version cannot read."""
    from operations.older_database import REMOVED_MIGRATION

    if not DATABASE.exists():
        return
    with closing(sqlite3.connect(DATABASE)) as database, suppress(sqlite3.OperationalError):
        if REMOVED_MIGRATION in database.execute("SELECT app, name FROM django_migrations"):
            raise Failed(
                f"The demo in {VAR} was made by an older version of Waymark, and this version cannot read it. "
                "To delete it and make a new one: make demo FRESH=1"
            )


def _lock() -> IO[str]:
    lock = (VAR / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Failed(
            "The demo is running already. Stop it first, with Ctrl-C in its terminal."
        ) from None
    return lock


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn does; a connection that was just closed must not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failed(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make demo PORT={port % 65000 + 1}"
            ) from None


def _wait_until_live(processes: Processes, port: int) -> None:
    deadline = time.monotonic() + WEB_STARTS_WITHIN
    # Do not use a proxy from the environment for our own port.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        processes.check()
        with suppress(OSError), opener.open(f"http://127.0.0.1:{port}/health/live", timeout=5):
            return
        if time.monotonic() > deadline:
            raise Failed(f"The web server does not answer:\n{processes.last_words('web')}")
        time.sleep(0.2)


# What it says ------------------------------------------------------------------------------------


def _say(text: str) -> None:
    print(f"demo: {text}", flush=True)


def _print_welcome(port: int, email_url: str) -> None:
    from walking.demo.people import CLINIC_NAME, MANAGER, PASSWORD, PATIENTS, PHYSIOTHERAPISTS

    staff = [(MANAGER, "clinic manager")] + [(one, "physiotherapist") for one in PHYSIOTHERAPISTS]
    lines = [
        "",
        f"Waymark is running at  http://localhost:{port}/",
        "",
        f"{CLINIC_NAME}: sign in with one of these; the password of all is",
        "",
        f"    {PASSWORD}",
        "",
        f"At the desk, http://localhost:{port}/admin/",
        *(f"    {one.email:26} {one.name}, {what}" for one, what in staff),
        "",
        "Patients, as they were when the demo was made",
        *(f"    {one.email or 'no email':26} {one.name}, {one.state}" for one in PATIENTS),
        "",
    ]
    if email_url.startswith("file:"):
        lines += [
            f"Mail is in files in {MAIL} (that of the past in history/), and told here as it comes.",
            "To read it as text:    .venv/bin/python -m scripts.demo mail",
        ]
    else:
        lines += [f"Mail goes out by {email_url.split(':', 1)[0]}, as EMAIL_URL says."]
    lines += [
        f"Logs are in {LOGS}. The clock by hand:    .venv/bin/python manage.py tick",
        "Ctrl-C stops the demo; make demo starts it again as it was, make demo FRESH=1 anew.",
        "",
    ]
    print("\n".join(lines), flush=True)


# Signals -----------------------------------------------------------------------------------------

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped


def _ignore_signals() -> None:
    """Ignore signals while stopping: a second Ctrl-C would leave child processes behind."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["mail"]:
        return print_newest(MAIL, arguments[1:])
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        print(f"demo: PORT is {given!r}. Give a number from 1 to 65535.", file=sys.stderr)
        return 2
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        run(int(given), fresh=os.environ.get("FRESH", "") not in {"", "0"})
    except Stopped:
        _say("stopped")
    except Failed as reason:
        print(f"demo: {reason}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
