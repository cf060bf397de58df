"""The servers and processes that other tests use do what those tests rely on."""

from __future__ import annotations

import errno
import os
import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services import (
    Clock,
    Disk,
    Missing,
    Process,
    SmtpSink,
    body_of,
    free_port,
    links_in,
    wait_until,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)


def send(sink: SmtpSink, *, to: str = "anna@patient.example", subject: str = "Your week") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "clinic@example.org", to, subject
    message.set_content("Answer at http://127.0.0.1/c/abc/ or look at http://127.0.0.1/plan/")
    message.add_alternative("<p>Answer</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.send_message(message)


class TestSmtpSink:
    def test_it_keeps_what_it_is_sent(self, smtp: SmtpSink) -> None:
        send(smtp)
        message = smtp.wait_for(to="anna@patient.example", subject="week")
        assert message["X-Envelope-To"] == "anna@patient.example"
        assert "<p>Answer</p>" in body_of(message, "html")
        assert links_in(message, "/c/") == ["http://127.0.0.1/c/abc/"]

    def test_it_refuses_when_told_to(self, smtp: SmtpSink) -> None:
        smtp.answer = lambda message: "550 no such mailbox" if "ben" in message["To"] else "250 OK"
        send(smtp)
        with pytest.raises(smtplib.SMTPDataError, match="no such mailbox"):
            send(smtp, to="ben@patient.example")
        assert [message["To"] for message in smtp.messages] == ["anna@patient.example"]

    def test_it_tells_what_came_instead(self, smtp: SmtpSink) -> None:
        send(smtp)
        with pytest.raises(TimeoutError, match="Your week"):
            smtp.wait_for(subject="Something else", timeout=0.1)


class TestProcess:
    def test_a_dead_process_is_told_at_once_with_its_output(self) -> None:
        process = Process("broken", [sys.executable, "-c", "raise SystemExit('no database')"])
        with process, pytest.raises(RuntimeError, match="no database"):
            process.wait_for_port(free_port(), timeout=20)

    @pytest.mark.slow
    def test_its_children_end_with_it(self) -> None:
        parent = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
        child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
        with Process("parent", [sys.executable, "-c", parent, child]) as process:
            process.wait_for_log(r"\d+\n")
            pid = int(process.log())
            process.stop(timeout=0.1)

        def ended() -> bool:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
            return False

        wait_until(ended, timeout=5, what="the end of the child")


@pytest.mark.stack
class TestClock:
    @pytest.fixture
    def clock(self) -> Iterator[Clock]:
        try:
            clock = Clock(MARCH)
        except Missing as missing:
            pytest.skip(str(missing))
        yield clock
        clock.close()

    def test_a_running_process_jumps_with_it(self, clock: Clock) -> None:
        script = (
            "import datetime, time\n"
            "while True:\n"
            "    print(datetime.datetime.now(datetime.UTC), int(time.time()), flush=True)\n"
            "    time.sleep(0.05)\n"
        )
        command = [sys.executable, "-c", script]
        with Process("ticker", command, env=dict(os.environ) | clock.env()) as process:
            process.wait_for_log(r"2026-03-02 09:00:0\d")
            clock.move_by(timedelta(days=6))
            process.wait_for_log(r"2026-03-08 09:00:\d\d")
            process.wait_for_log(str(int(MARCH.timestamp() + 6 * 86400))[:-2])

    def test_it_does_not_go_back(self, clock: Clock) -> None:
        with pytest.raises(ValueError, match="is past"):
            clock.move_to(MARCH - timedelta(minutes=1))

    def test_it_needs_a_time_zone(self, clock: Clock) -> None:
        with pytest.raises(ValueError, match="time zone"):
            clock.move_to(datetime(2026, 3, 8))  # noqa: DTZ001


@pytest.mark.browser
def test_a_page_notices_a_breach_of_its_policy(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.set_content(
        "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\">"
        "<h1>Week 1</h1><script>document.title = 'run'</script>"
    )
    assert page.title() == ""
    problems = new_page.problems  # type: ignore[attr-defined]
    assert any("Content Security Policy" in problem for problem in problems)
    problems.clear()


def test_a_full_disk_takes_less_than_asked_and_then_nothing(tmp_path: Path) -> None:
    small, other = tmp_path / "small", tmp_path / "other"
    small.mkdir()
    try:
        disk = Disk(small)
    except Missing as missing:
        pytest.skip(str(missing))
    code = (
        "import os, sys\n"
        "for name in sys.argv[1:]:\n"
        "    file = os.open(name, os.O_CREAT | os.O_WRONLY)\n"
        "    for _ in range(3):\n"
        "        try: print(os.write(file, b'x' * 60))\n"
        "        except OSError as error: print(error.errno)\n"
    )

    def written() -> list[int]:
        said = subprocess.run(
            [sys.executable, "-c", code, small / "file", other],
            env={**os.environ, **disk.env()}, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        return [int(line) for line in said.split()]

    with closing(disk):
        assert written() == [60] * 6
        disk.leave(100)
        assert not disk.is_full()
        assert written() == [60, 40, errno.ENOSPC, 60, 60, 60]
        assert disk.is_full()
        disk.make_room()
        assert written() == [60] * 6
