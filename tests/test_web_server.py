"""The web server as it is shipped: gunicorn with gunicorn.conf.py, alone and behind Caddy with docker/Caddyfile."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from statistics import median

import pytest

from tests.services import ROOT, Missing, Process, SmtpSink, find_caddy, free_port, wait_until
from tests.stack import Stack

pytestmark = pytest.mark.stack

HELD = 200
LARGE = 30_000_000
HOST = b"Host: 127.0.0.1\r\n"
LOGIN = (
    b"POST /accounts/login/ HTTP/1.1\r\n"
    + HOST
    + b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Cookie: csrftoken=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nContent-Length: 1000\r\n\r\na="
)
#: Requests that stop in the first line, in a header, at the end of the headers and in the body.
UNFINISHED = [LOGIN[:10], LOGIN[:60], LOGIN[:-2], LOGIN]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    env = {"ADMIN_ALLOWED_IPS": "192.0.2.0/24", "GUNICORN_CMD_ARGS": "--timeout=20"}
    with SmtpSink() as smtp, Stack(smtp, env=env, tick_seconds=60) as stack:
        (stack.folder / "static/large.bin").write_bytes(os.urandom(LARGE))
        stack.stop_process("web")
        stack.launch("web").wait_for_port(stack.port)
        ask(stack.port)
        yield stack
        print(stack.processes["web"].log()[-10_000:])


def ask(port: int, path: str = "/health/live", timeout: float = 30, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def usual(ask_once: Callable[[], int]) -> float:
    """Return how long a request for ``/health/live`` takes: the median of five, as the machine may be busy."""
    took = []
    for _ in range(5):
        began = time.monotonic()
        assert ask_once() == 200
        took.append(time.monotonic() - began)
    return median(took)


def sent(port: int, data: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.sendall(data)
    return connection


def status(connection: socket.socket) -> int:
    """Return the status of the response on ``connection``; 0 if it is closed without one."""
    line = connection.makefile("rb").readline()
    return int(line.split()[1]) if line else 0


@pytest.mark.parametrize("number", [8, HELD])
def test_slow_senders_hold_up_nobody(stack: Stack, number: int) -> None:
    with ExitStack() as held:
        for place in range(number):
            held.enter_context(sent(stack.port, UNFINISHED[place % len(UNFINISHED)]))
        time.sleep(0.5)
        assert usual(lambda: ask(stack.port)) < 1


def test_slow_readers_hold_up_nobody(stack: Stack) -> None:
    with ExitStack() as held:
        for _ in range(40):
            request = b"GET /static/large.bin HTTP/1.1\r\n" + HOST + b"\r\n"
            held.enter_context(sent(stack.port, request))
        time.sleep(0.5)
        assert usual(lambda: ask(stack.port)) < 1


def test_a_request_that_never_ends_is_ended(stack: Stack) -> None:
    """Including one that sends a byte now and then."""
    with sent(stack.port, LOGIN) as connection:
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() < began + 60:
                connection.sendall(b"a")
                time.sleep(0.3)
        assert 5 < time.monotonic() - began < 40


def test_a_slow_request_is_answered_like_any_other(stack: Stack) -> None:
    with sent(stack.port, LOGIN[:40]) as connection:
        for piece in (LOGIN[40:-2], b"a=", b"b" * 500, b"c" * 498):
            time.sleep(0.2)
            connection.sendall(piece)
        assert status(connection) == 403  # the token in the form is missing


def upload(path: bytes, size: int) -> bytes:
    return (
        b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"Content-Type: application/octet-stream\r\n"
        b"Content-Length: " + str(size).encode() + b"\r\n\r\n"
    )


def test_only_files_of_walks_may_be_large(stack: Stack) -> None:
    with sent(stack.port, upload(b"/accounts/login/", 5_000_001)) as connection:
        assert status(connection) == 413
    with sent(stack.port, upload(b"/settings/import/", 101_000_001)) as connection:
        assert status(connection) == 413
    with sent(stack.port, upload(b"/settings/import/", 20_000_000)) as connection:
        connection.sendall(b"\0" * 20_000_000)
        assert status(connection) == 302  # nobody is signed in


def test_files_that_never_end_keep_out_other_files_only(stack: Stack) -> None:
    whole = upload(b"/settings/import/", 1000) + b"x" * 1000

    def is_taken() -> bool:
        with sent(stack.port, whole) as connection:
            answer = status(connection)
        assert answer in {302, 503}
        return answer == 302

    with ExitStack() as held:

        def is_full() -> bool:
            held.enter_context(sent(stack.port, upload(b"/settings/import/", 90_000_000) + b"x"))
            return not is_taken()

        assert is_taken()
        wait_until(is_full, what="as many files as may arrive at once")
        assert usual(lambda: ask(stack.port)) < 1
    wait_until(is_taken, what="room for a file")


def test_a_worker_that_stops_finishes_what_it_has_begun(stack: Stack) -> None:
    idle = HTTPConnection("127.0.0.1", stack.port, timeout=30)
    idle.request("GET", "/health/live")
    idle.getresponse().read()
    with sent(stack.port, LOGIN) as connection:
        time.sleep(0.3)
        web = stack.processes["web"]
        web.signal(15)  # type: ignore[arg-type]
        time.sleep(0.3)
        idle.request("GET", "/health/live")
        answer = idle.getresponse()
        assert (answer.status, answer.getheader("Connection")) == (200, "close")
        connection.sendall(b"b" * 998)
        assert status(connection) == 403
    wait_until(lambda: not web.running, timeout=10, what="the end of the server")
    assert web.exit_code == 0
    stack.launch("web").wait_for_port(stack.port)


# The desk ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/admin/", {}),
        ("/%41/admin/", {"SCRIPT_NAME": "/%41"}),
        ("/a%20b/admin/walking/plan/", {"SCRIPT_NAME": "/a%20b"}),
        ("/a%20b/admin/walking/plan/", {"Script-Name": "/a%20b"}),
        ("/today/", {"SCRIPT_NAME": "/today", "PATH_INFO": "/admin/"}),
    ],
)
def test_no_header_leads_around_the_desks_networks(
    stack: Stack, path: str, headers: dict[str, str]
) -> None:
    assert ask(stack.port, path, **headers) == (302 if path == "/today/" else 404)


# Caddy ---------------------------------------------------------------------------------------------


@pytest.fixture
def caddy() -> str:
    try:
        return find_caddy()
    except Missing as missing:
        pytest.skip(str(missing))


def test_caddy_takes_the_shipped_file(caddy: str, tmp_path: Path) -> None:
    env = caddy_env(tmp_path, "https://walk.clinic.example") | {
        "ADMIN_URL": "https://desk.clinic.example"
    }
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", ROOT / "docker/Caddyfile"]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def caddy_env(folder: Path, site: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "SITE_URL": site,
        "ADMIN_URL": " ",
    }


@contextmanager
def behind_caddy(caddy: str, app: int, folder: Path) -> Iterator[int]:
    """Run the shipped file with the app's address here, and only the yielded port open."""
    port, other = free_port(), free_port()
    text = (ROOT / "docker/Caddyfile").read_text()
    text, dynamic = re.subn(r"dynamic a web 8000 \{.*?\}", f"to 127.0.0.1:{app}", text, flags=re.S)
    text, health = re.subn(r"http://:2020", f"http://127.0.0.1:{other}", text)
    text, options = re.subn(r"\tadmin off\n", "\tadmin off\n\tauto_https disable_redirects\n", text)
    assert (dynamic, health, options) == (1, 1, 1)
    file = folder / "Caddyfile"
    file.write_text(text)
    command = [caddy, "run", "--adapter", "caddyfile", "--config", file]
    env = caddy_env(folder, f"https://127.0.0.1:{port}")
    with Process("caddy", command, env=env) as process:
        process.wait_for_port(port)
        # It makes its certificate at the first connections, and refuses them until it has one.
        wait_until(lambda: _speaks_tls(port), what="a certificate")
        yield port


def _speaks_tls(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)) as plain, over_tls().wrap_socket(plain):
            return True
    except ssl.SSLError:
        return False


def over_tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_slow_clients_hold_up_nobody_behind_caddy(stack: Stack, caddy: str, tmp_path: Path) -> None:
    with behind_caddy(caddy, stack.port, tmp_path) as port, ExitStack() as held:
        context = over_tls()

        def get(path: str, **headers: str) -> int:
            connection = HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
            held.callback(connection.close)
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.getheader("Server") is None
            return answer.status

        assert get("/health/live") == 200
        assert get("/%41/admin/", SCRIPT_NAME="/%41") == 404
        for place in range(HELD):
            plain = sent(port, b"")
            connection = held.enter_context(context.wrap_socket(plain))
            connection.sendall(UNFINISHED[place % len(UNFINISHED)])
        time.sleep(0.5)
        assert usual(lambda: get("/health/live")) < 1
