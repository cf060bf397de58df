"""Real servers and processes for tests, benchmarks and trials: started on free loopback ports, and
always stopped.

Everything here can be used without pytest. A part that this machine lacks raises ``Missing``, which the
fixtures turn into a skip with that reason (and CI turns into a failure).
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(sys.executable).parent

#: Keeps Chromium off the network, and makes it start as root and in small containers.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--metrics-recording-only",
]


class Missing(RuntimeError):  # noqa: N818
    """A program or library that a test needs is not on this machine."""


# Waiting -----------------------------------------------------------------------------------------

#: Seconds to wait for what normally happens within a few. Long, so that a busy machine fails no test: it is
#: reached only when the thing never happens.
PATIENCE = 300.0


def free_port() -> int:
    """Return a loopback port on which no one listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until[T](
    ask: Callable[[], T], *, timeout: float = PATIENCE, every: float = 0.05, what: str = "it"
) -> T:
    """Return the first true answer of ``ask``. Raises ``TimeoutError`` naming ``what`` after ``timeout``."""
    deadline = time.monotonic() + timeout
    while True:
        if answer := ask():
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:g} s for {what}")
        time.sleep(every)


def listens(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


# Processes ---------------------------------------------------------------------------------------


class Process:
    """A child process with its own process group, its output in a file, and a guaranteed end."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        log: Path | None = None,
        user: str | None = None,
        umask: int = -1,
    ) -> None:
        self.name = name
        self.command = [str(part) for part in command]
        self.env = dict(os.environ if env is None else env)
        self.cwd = cwd
        self.user = user
        self.umask = umask
        self._made_log = log is None
        self.log_path = log or Path(tempfile.mkstemp(prefix=f"waymark-{name}-", suffix=".log")[1])
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        if self.running:
            raise RuntimeError(f"{self.name} runs already")
        with self.log_path.open("ab") as log:
            self._popen = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                umask=self.umask,
            )
        return self

    @property
    def pid(self) -> int:
        if self._popen is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._popen.pid

    @property
    def running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self._popen is None else self._popen.poll()

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def wait_for(
        self, ask: Callable[[], Any], *, timeout: float = PATIENCE, what: str = "an answer"
    ) -> Any:
        """Wait like ``wait_until``, but fail at once, with its output, if the process has died."""

        def still() -> Any:
            answer = ask()
            if not answer and not self.running:
                raise RuntimeError(f"{self.name} ended with {self.exit_code}:\n{self.log()}")
            return answer

        try:
            return wait_until(still, timeout=timeout, what=f"{what} of {self.name}")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; its output:\n{self.log()}") from None

    def wait_for_port(self, port: int, *, timeout: float = PATIENCE) -> None:
        self.wait_for(lambda: listens(port), timeout=timeout, what=f"port {port}")

    def wait_for_log(self, pattern: str, *, timeout: float = PATIENCE) -> None:
        self.wait_for(
            lambda: re.search(pattern, self.log()), timeout=timeout, what=f"the line {pattern!r}"
        )

    def signal(self, number: signal.Signals) -> None:
        """Send it to the process alone, as an operator would."""
        if self._popen is not None:
            self._popen.send_signal(number)

    def kill(self) -> None:
        """Send SIGKILL to the process and all its children, like a power cut."""
        if self._popen is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait(10)

    def stop(self, timeout: float = 60) -> int | None:
        """Send SIGTERM to the process, and SIGKILL to what is left of its group after ``timeout``."""
        if self._popen is None:
            return None
        if self._popen.poll() is None:
            self._popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(timeout)
        self.kill()
        return self._popen.returncode

    def close(self) -> None:
        self.stop()
        if self._made_log:
            self.log_path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()


# Programs that others run, for the files that we ship for them ------------------------------------


def find_caddy() -> str:
    return _find("caddy", "Caddy")


def find_promtool() -> str:
    return _find("promtool", "promtool, which comes with Prometheus,")


def _find(name: str, what: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise Missing(f"{what} is not installed")
    return program


# PostgreSQL and Redis ----------------------------------------------------------------------------


def find_postgres() -> Path:
    """Return the folder of the newest PostgreSQL server on this machine, 15 or later."""

    def version(folder: Path) -> int:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        )
        found = re.search(r"(\d+)\.", answer.stdout)
        return int(found[1]) if found else 0

    places = [Path(place) for place in os.environ.get("PATH", "").split(os.pathsep) if place]
    for parent in ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt"):
        places += Path(parent).glob("*/bin")
    servers = {place.resolve() for place in places if (place / "initdb").exists()}
    newest = max(servers, key=version, default=None)
    if newest is None:
        raise Missing("PostgreSQL 15 or newer is not installed")
    if version(newest) < 15:
        raise Missing(f"PostgreSQL 15 or newer is needed, {newest} is older")
    return newest


def _ordinary_user() -> str | None:
    """Return another user to run PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise Missing("PostgreSQL does not run as root, and there is no user postgres or nobody")


class Server(ABC):
    """Something to connect to, available within its ``with`` block."""

    @property
    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def start(self) -> Self: ...

    @abstractmethod
    def stop(self) -> None: ...

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()


class Postgres(Server):
    """A private PostgreSQL server. ``url`` names its empty database ``waymark``."""

    def __init__(self, **parameters: str | int) -> None:
        """``parameters`` are server settings, over those chosen for tests (no fsync)."""
        self._bin = find_postgres()
        self._user = _ordinary_user()
        self.port = free_port()
        defaults: dict[str, str | int] = {
            "listen_addresses": "127.0.0.1",
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
            "shared_buffers": "128MB",
            "timezone": "UTC",
        }
        self.parameters = defaults | parameters
        self._folder = Path(tempfile.mkdtemp(prefix="waymark-pg-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        self._server: Process | None = None

    def url_of(self, database: str) -> str:
        return f"postgres://waymark@127.0.0.1:{self.port}/{database}"

    @property
    def url(self) -> str:
        return self.url_of("waymark")

    def _run(self, program: str, *arguments: str | Path) -> None:
        answer = subprocess.run(
            [self._bin / program, *arguments],
            cwd=self._folder,
            user=self._user,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise RuntimeError(f"{program}: {answer.stderr or answer.stdout}")

    def start(self) -> Self:
        data = self._folder / "data"
        if not data.exists():
            locale = ["--locale=C.UTF-8"] if sys.platform == "linux" else []
            self._run(
                "initdb",
                "-A",
                "trust",
                "-U",
                "waymark",
                "-E",
                "UTF8",
                *locale,
                "--no-sync",
                "-D",
                data,
            )
        settings = [
            part for name, value in self.parameters.items() for part in ("-c", f"{name}={value}")
        ]
        self._server = Process(
            "postgres",
            [
                self._bin / "postgres",
                "-D",
                data,
                "-p",
                str(self.port),
                "-k",
                self._folder,
                *settings,
            ],
            cwd=self._folder,
            user=self._user,
        ).start()
        import psycopg

        def answers() -> bool:
            try:
                psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                return False
            return True

        self._server.wait_for(answers, what="a connection")
        with suppress(psycopg.errors.DuplicateDatabase):
            self.execute("CREATE DATABASE waymark")
        return self

    def execute(self, statement: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def kill(self) -> None:
        """Stop it like a power cut; ``start`` restarts it with what it had written."""
        if self._server:
            self._server.kill()

    def stop(self) -> None:
        if self._server and self._server.running:
            # SIGINT is PostgreSQL's fast shutdown: it drops its clients instead of waiting for them.
            self._server.signal(signal.SIGINT)
            with suppress(TimeoutError):
                wait_until(lambda: not self._server.running, timeout=60)  # type: ignore[union-attr]
        if self._server:
            self._server.close()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def scratch_database(server_url: str, template: str = "") -> Iterator[str]:
    """A fresh database on a running server, a copy of ``template`` if given, dropped at the end. Yields its address."""
    import psycopg

    name = f"waymark_{os.getpid()}_{time.monotonic_ns()}"
    base = server_url.rsplit("/", 1)[0]

    def run(statement: str) -> None:
        with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield f"{base}/{name}"
    finally:
        run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def find_redis() -> str:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise Missing("redis-server is not installed")
    return program


class Redis(Server):
    """A private Redis server that writes nothing to disk."""

    def __init__(self) -> None:
        program = find_redis()
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="waymark-redis-"))
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        self._server = Process(
            "redis",
            [program, *(part for name, value in options.items() for part in (f"--{name}", value))],
            cwd=self._folder,
        )

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> Self:
        self._server.start()
        self._server.wait_for_port(self.port)
        return self

    def empty(self) -> None:
        """Delete everything, as a Redis may at any time."""
        import redis

        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        self._server.kill()

    def stop(self) -> None:
        self._server.close()
        shutil.rmtree(self._folder, ignore_errors=True)


#: The servers that tests use, by the name of the variable that says where each is.
SERVERS: dict[str, type[Server]] = {"TEST_POSTGRES_URL": Postgres, "TEST_REDIS_URL": Redis}


# Mail --------------------------------------------------------------------------------------------


class SmtpSink(Server):
    """A real SMTP server that stores what it is sent.

    ``messages`` are parsed, oldest first, each with its envelope in the headers ``X-Envelope-From`` and
    ``X-Envelope-To``. Set ``answer`` to refuse: a status line, or a function from the message to one.
    """

    def __init__(self, hostname: str = "127.0.0.1") -> None:
        self.hostname = hostname
        self.port = free_port()
        self.messages: list[EmailMessage] = []
        self.answer: str | Callable[[EmailMessage], str] = "250 OK"
        self._lock = threading.Lock()
        self._controller: Any = None

    @property
    def url(self) -> str:
        return f"smtp://{self.hostname}:{self.port}"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        message["X-Envelope-From"] = envelope.mail_from
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        status = self.answer(message) if callable(self.answer) else self.answer
        if status.startswith("250"):
            with self._lock:
                self.messages.append(message)
        return status

    def start(self) -> Self:
        from aiosmtpd.controller import Controller

        self._controller = Controller(self, hostname=self.hostname, port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def clear(self) -> None:
        with self._lock:
            self.messages.clear()

    def find(self, *, to: str | None = None, subject: str | None = None) -> list[EmailMessage]:
        """Return the messages to an address, and with a subject matching a pattern."""
        with self._lock:
            kept = list(self.messages)
        return [
            message
            for message in kept
            if (to is None or to.lower() in str(message["To"]).lower())
            and (subject is None or re.search(subject, str(message["Subject"]), re.IGNORECASE))
        ]

    def wait_for(
        self,
        *,
        to: str | None = None,
        subject: str | None = None,
        count: int = 1,
        timeout: float = PATIENCE,
    ) -> EmailMessage:
        """Return the newest such message, once there are ``count`` of them."""

        def enough() -> list[EmailMessage]:
            found = self.find(to=to, subject=subject)
            return found if len(found) >= count else []

        what = f"{count} message(s) to {to or 'anyone'} with subject {subject or 'of any kind'}"
        try:
            return wait_until(enough, timeout=timeout, what=what)[-1]
        except TimeoutError as error:
            seen = [f"{message['To']}: {message['Subject']}" for message in self.messages]
            raise TimeoutError(f"{error}; there are: {seen}") from None


def body_of(message: EmailMessage, kind: str = "plain") -> str:
    """Return the text (``plain``) or the ``html`` of a message."""
    part = message.get_body((kind,))
    if part is None:
        raise AssertionError(f"the message {message['Subject']!r} has no {kind} part")
    content: str = part.get_content()
    return content


def links_in(message: EmailMessage, pattern: str = "") -> list[str]:
    """Return the web addresses in a message's text that match ``pattern``, in order."""
    return [
        link
        for link in re.findall(r"https?://[^\s<>\"]+", body_of(message))
        if re.search(pattern, link)
    ]


# A moveable clock --------------------------------------------------------------------------------


class Clock:
    """The time for the processes of one test.

    Processes started with ``env()`` read it through ``clock.c``. It runs at the usual speed, and ``move_to`` makes it
    jump for all of them at once while they run. Only the time of day is moved, not the monotonic clock by which
    timeouts and sleeps are measured.
    """

    def __init__(self, now: datetime | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="waymark-clock-"))
        self._library = _preloaded("clock", self._folder)
        self._file = self._folder / "offset"
        self._offset = 0
        self._file.write_bytes(struct.pack("=q", 0))
        self._set(now or datetime.now(UTC))

    def env(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "WAYMARK_TEST_CLOCK": str(self._file)}

    def start_at(self, moment: datetime) -> None:
        """Set any moment, even an earlier one, for a stack that is not running."""
        self._set(moment)

    def move_to(self, moment: datetime) -> None:
        """Move the clock. Raises ``ValueError`` for a moment in the past: beat would wait until it is reached again."""
        if moment.tzinfo is not None and moment < self.now() - timedelta(seconds=1):
            raise ValueError(f"it is {self.now():%F %T} already, {moment:%F %T} is past")
        self._set(moment)

    def _set(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        # An offset, not a time: every process then sees the same moment, whenever it was started.
        self._offset = round((moment - datetime.now(UTC)).total_seconds())
        with self._file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", self._offset))

    def move_by(self, step: timedelta) -> None:
        self.move_to(self.now() + step)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class Disk:
    """A folder whose disk is full when the test says so, for processes started with ``env()`` (``disk.c``)."""

    def __init__(self, folder: Path) -> None:
        self._made = Path(tempfile.mkdtemp(prefix="waymark-disk-"))
        self._library = _preloaded("disk", self._made)
        self._folder = folder.resolve()
        self._file = self._made / "room"
        self._file.write_bytes(struct.pack("=q", -1))

    def env(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "WAYMARK_TEST_DISK": str(self._file),
            "WAYMARK_TEST_DISK_FOLDER": f"{self._folder}/",
        }

    def leave(self, room: int) -> None:
        """Allow only ``room`` more bytes to be written."""
        self._set(room)

    def make_room(self) -> None:
        self._set(-1)

    def is_full(self) -> bool:
        (left,) = struct.unpack("=q", self._file.read_bytes())
        return bool(left == 0)

    def _set(self, room: int) -> None:
        with self._file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", room))

    def close(self) -> None:
        shutil.rmtree(self._made, ignore_errors=True)


def _preloaded(name: str, folder: Path) -> Path:
    """Return the library made from ``tests/NAME.c``."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if sys.platform != "linux" or compiler is None:
        raise Missing(f"tests/{name}.c needs Linux and a C compiler")
    library = folder / f"{name}.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", library, ROOT / f"tests/{name}.c"], check=True
    )
    return library


# Chromium ----------------------------------------------------------------------------------------


def find_chromium() -> str:
    """Return a Chromium that runs: ``$CHROMIUM``, or one of the usual names."""
    names = [os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "chromium", "chromium-browser"]
    names += ["google-chrome-stable", "google-chrome"]
    names += ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
    for name in filter(None, names):
        program = shutil.which(name)
        if program is None:
            continue
        with suppress(subprocess.SubprocessError, OSError):
            # Ubuntu's chromium-browser is a script that only says to install a snap.
            subprocess.run(
                [program, "--version"], capture_output=True, check=True, timeout=PATIENCE
            )
            return program
    raise Missing("Chromium is not installed")
