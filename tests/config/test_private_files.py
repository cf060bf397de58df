"""Nobody else on the machine can read what the app writes, however permissive the shell that starts it."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from config.private_files import private_folder
from tests.services import BIN, PYTHON, ROOT, Process, free_port, wait_until

pytestmark = pytest.mark.slow

OTHERS = stat.S_IRWXG | stat.S_IRWXO
USUAL_UMASK = 0o022
SEND = """
from django.core.mail import send_mail
send_mail("Your code", "123456", None, ["anna@patient.example"])
"""


def open_to_others(folder: Path) -> list[str]:
    """``folder`` and what is in it, as far as others can use it. Static files are public, and nobody gets to them."""
    found = []
    for path in (folder, *folder.rglob("*")):
        # The broker's messages come and go.
        with suppress(FileNotFoundError):
            mode = path.lstat().st_mode
            is_public = stat.S_ISLNK(mode) or folder / "static" in path.parents
            if mode & OTHERS and not is_public:
                found.append(f"{path} {stat.filemode(mode)}")
    return found


@pytest.mark.stack
@pytest.mark.sqlite
def test_whatever_the_app_writes_is_private(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir()
    var.chmod(0o755)
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "WAYMARK_VAR": str(var),
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWX",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "TICK_SECONDS": "1",
        "LOG_FORMAT": "text",
    }

    def manage(*arguments: str) -> None:
        command = [PYTHON, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=env, umask=USUAL_UMASK, check=True)

    manage("migrate", "--verbosity=0")
    manage("collectstatic", "--noinput", "--verbosity=0")
    manage("tick")
    manage("backup", str(var / "backup"))
    manage("shell", "--no-imports", "--command", SEND)
    celery = [BIN / "celery", "-A", "config", "worker", "-B", "-P", "threads", "-c", "2"]
    with ExitStack() as running:
        for name, command in (
            ("worker", [*celery, "--loglevel=INFO", f"--schedule={var / 'beat'}"]),
            ("web", [BIN / "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--workers=1"]),
        ):
            running.enter_context(
                Process(name, command, env=env, umask=USUAL_UMASK, log=tmp_path / f"{name}.log")
            )
        # The worker opens its databases for a moment only: what lies there while they are open counts, too.
        done = tmp_path / "worker.log"
        while_running: set[str] = set()

        def has_worked() -> bool:
            while_running.update(path.name for path in var.rglob("*"))
            assert open_to_others(var) == []
            return "succeeded" in done.read_text()

        wait_until(has_worked, timeout=120, what="a task")
    assert {"waymark.sqlite3", "mail", "broker", "static", "backup"} <= while_running
    assert any(name.startswith("beat") for name in while_running)
    assert any(name.endswith(".log") for name in while_running), "no email"
    assert open_to_others(var) == []


def test_a_folder_that_is_more_private_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    private_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o500
    tmp_path.chmod(0o700)


def test_a_folder_that_cannot_be_closed_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, mode: int) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), path)

    tmp_path.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.warns(RuntimeWarning, match=f"not permitted.*chmod 700 {tmp_path}"):
        private_folder(tmp_path)
