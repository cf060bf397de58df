"""The address that is asked for after each run of the clock."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from config.environment import deadman_url
from operations import deadman
from tests.operations.listener import Listener, listening
from tests.services import free_port
from walking.models import Heartbeat
from walking.tasks import review_due_plans

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def watcher(settings: Any) -> Iterator[Listener]:
    with listening() as listener:
        settings.DEADMAN_URL = f"{listener.url}/ping/secret"
        yield listener


def test_a_run_of_the_clock_tells_that_it_is_alive(watcher: Listener) -> None:
    review_due_plans()
    call_command("tick", stdout=io.StringIO())
    assert [path for path, _ in watcher.asked] == ["/ping/secret"] * 2


def test_another_moment_is_no_sign_of_life(watcher: Listener) -> None:
    call_command("tick", "--at", "2026-03-08T17:00:00+11:00", stdout=io.StringIO())
    assert watcher.asked == []


def test_a_run_that_breaks_gives_no_sign(watcher: Listener) -> None:
    from django.db import DatabaseError, connection

    def broken(execute: Any, sql: str, *others: Any) -> Any:
        if "walking_plan" in sql:
            raise DatabaseError("the disk is full")
        return execute(sql, *others)

    with connection.execute_wrapper(broken), pytest.raises(DatabaseError):
        review_due_plans()
    assert watcher.asked == []


def test_nobody_is_asked_without_an_address(settings: Any) -> None:
    assert settings.DEADMAN_URL == ""
    review_due_plans()
    assert Heartbeat.objects.filter(name="clock").exists()


@pytest.mark.parametrize("trouble", ["refuses", "fails", "hangs", "is no web server"])
def test_the_clock_goes_on_when_the_watcher(
    trouble: str, watcher: Listener, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(deadman, "PATIENCE", 0.3)
    if trouble == "refuses":
        settings.DEADMAN_URL = f"http://127.0.0.1:{free_port()}/ping/secret"
    elif trouble == "fails":
        watcher.status = 500
    elif trouble == "hangs":
        watcher.delay = 20
    else:
        settings.DEADMAN_URL = watcher.url.replace("http://", "https://") + "/ping/secret"
    began = time.monotonic()
    review_due_plans()
    assert time.monotonic() - began < 10
    assert Heartbeat.objects.filter(name="clock").exists()
    [line] = [line for line in caplog.messages if "dead-man" in line]
    assert "secret" not in line


@pytest.mark.parametrize("text", ["watcher.example", "file:///etc/passwd", "https://"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DEADMAN_URL"):
        deadman_url(text)
