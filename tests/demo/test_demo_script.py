"""``scripts/demo.py`` from start to stop, as a person runs it."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import requests

from tests.config.test_private_files import open_to_others
from tests.services import PATIENCE, PYTHON, ROOT, Process, free_port, listens, wait_until
from walking.demo.people import PASSWORD

pytestmark = [pytest.mark.stack, pytest.mark.sqlite]


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A folder for the demo; whatever of it still runs at the end is killed."""
    yield tmp_path / "var"
    for process in children_of(tmp_path / "var"):
        process.kill()


def demo(var: Path, port: int, **env: str) -> Process:
    kept = {name: value for name, value in os.environ.items() if name not in {"EMAIL_URL", "FRESH"}}
    return Process(
        "demo",
        [PYTHON, "-m", "scripts.demo"],
        env=kept | {"WAYMARK_VAR": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1"} | env,
        log=var.parent / "demo.out",
        umask=0o022,
    )


def children_of(var: Path) -> list[psutil.Process]:
    """Every process that runs on this demo's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("WAYMARK_VAR") == str(var):
                found.append(process)
        except psutil.Error:
            continue
    return found


def sign_in(port: int, address: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    login = f"http://localhost:{port}/accounts/login/"
    session.get(login, timeout=PATIENCE).raise_for_status()
    answer = session.post(
        login,
        {
            "login": address,
            "password": PASSWORD,
            "csrfmiddlewaretoken": session.cookies["csrftoken"],
        },
        timeout=PATIENCE,
        allow_redirects=False,
    )
    assert answer.status_code == 302, answer.text
    return session


@pytest.mark.timeout(400)
def test_it_starts_tells_lets_people_in_stops_and_starts_again_as_it_was(var: Path) -> None:
    port = free_port()
    first = demo(var, port).start()
    first.wait_for_log("is running at", timeout=PATIENCE)
    said = first.log()
    assert f"http://localhost:{port}/" in said
    assert PASSWORD in said
    assert str(var / "mail") in said
    assert "grace@home.example" in said

    session = sign_in(port, "margaret@home.example")
    page = session.get(f"http://localhost:{port}/today/", timeout=PATIENCE)
    assert page.status_code == 200
    styles = re.findall(r'href="(/static/[^"]+[.]css)"', page.text)
    assert styles
    assert session.get(f"http://localhost:{port}{styles[0]}", timeout=PATIENCE).status_code == 200
    desk = sign_in(port, "priya@riverbend.example").get(
        f"http://localhost:{port}/admin/", timeout=PATIENCE
    )
    assert desk.status_code == 200

    # The worker sends what waited, and the demo tells so.
    first.wait_for_log(r"mail to .*clive@home[.]example", timeout=PATIENCE)
    printed = run(var, "-m", "scripts.demo", "mail", "9")
    assert f"http://localhost:{port}/i/" in printed

    # A second one does not get in the way.
    second = demo(var, free_port())
    second.log_path = var.parent / "second.out"
    second.start()
    second.wait_for_log("running already", timeout=PATIENCE)
    assert wait_until(lambda: second.exit_code) == 1

    first.signal(signal.SIGINT)
    assert wait_until(lambda: first.exit_code is not None, timeout=PATIENCE)
    assert first.exit_code == 0
    assert children_of(var) == []
    assert not listens(port)
    assert open_to_others(var) == []

    # Commands find the demo without any environment but the folder.
    assert '"failed": 0' in run(var, "manage.py", "tick")

    before = people(var)
    again = demo(var, port)
    again.log_path = var.parent / "again.out"
    again.start()
    again.wait_for_log("is running at", timeout=PATIENCE)
    assert people(var) == before
    assert session.get(f"http://localhost:{port}/today/", timeout=PATIENCE).url.endswith("/today/")
    again.signal(signal.SIGTERM)
    assert wait_until(lambda: again.exit_code is not None, timeout=PATIENCE)
    assert again.exit_code == 0
    assert children_of(var) == []


def test_a_demo_of_an_older_version_says_how_to_start_over(var: Path) -> None:
    var.mkdir()
    with closing(sqlite3.connect(var / "demo.sqlite3")) as database, database:
        database.execute("CREATE TABLE django_migrations (app text, name text)")
        database.execute("INSERT INTO django_migrations VALUES ('walking', '0002_triggers')")
    old = demo(var, free_port()).start()
    assert wait_until(lambda: old.exit_code, timeout=60) == 1
    assert "To delete it and make a new one: make demo FRESH=1" in old.log()
    assert "Traceback" not in old.log()


def test_a_port_in_use_and_a_port_that_is_none_are_told_at_once(var: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        busy = demo(var, port).start()
        assert wait_until(lambda: busy.exit_code) == 1
        assert f"Port {port} cannot be used" in busy.log()
    wrong = demo(var, 0).start()
    assert wait_until(lambda: wrong.exit_code) == 2
    assert "Give a number from 1 to 65535" in wrong.log()


def run(var: Path, *arguments: str) -> str:
    env = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [PYTHON, *arguments],
        cwd=ROOT,
        env=env | {"WAYMARK_VAR": str(var)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def people(var: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(var / "demo.sqlite3") as database:
        return database.execute(
            "SELECT email, password FROM accounts_user ORDER BY email"
        ).fetchall()
