"""Fixtures for all tests, and the rule that in CI no test is skipped."""

from __future__ import annotations

import json
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as examples

from tests import statements
from tests.databases import copy_for_django
from tests.demo_clinic import demo, demo_clinic  # noqa: F401 - fixtures
from tests.leftovers import guard
from tests.services import CHROMIUM_FLAGS, PATIENCE, Missing, SmtpSink, find_chromium
from tests.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CI = os.environ.get("CI") == "true"

# No deadline: on a busy machine the time of one example says nothing. CI always tries the same examples for a commit;
# elsewhere Hypothesis looks for new ones.
examples.register_profile("waymark", deadline=None, derandomize=CI)
examples.load_profile("waymark")


# What a run leaves behind: nothing ---------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    guard()
    if folder := os.environ.get(statements.VARIABLE):
        config.pluginmanager.register(statements.Recorder(Path(folder)))


# Which tests run ---------------------------------------------------------------------------------


#: Folders about what the database does: their tests run on PostgreSQL too, unless they are slow.
ABOUT_THE_DATABASE = ("mail", "models", "moving", "push", "record", "research")

#: Values of ``-m`` that select only tests with a marker, and that marker. Such tests are in files that name it.
WITH_MARKER = {"browser": "browser", "stack and not browser": "stack"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files that cannot contain a selected test: collecting them takes each process 20 CPU seconds."""
    marker = WITH_MARKER.get(config.option.markexpr)
    if marker and collection_path.suffix == ".py" and not _names(collection_path, marker):
        return True
    return None


@cache
def _names(file: Path, marker: str) -> bool:
    return f"mark.{marker}" in file.read_text()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what runs on both databases. A test about one database is left out on the other, not skipped."""
    for item in items:
        for marker in WITH_MARKER.values():
            if item.get_closest_marker(marker) and not _names(item.path, marker):
                raise pytest.UsageError(
                    f"{item.nodeid}: name the marker {marker} in the test's own file"
                )
        if item.get_closest_marker("postgres") or _is_about_the_database(item):
            item.add_marker("database")
    foreign = "sqlite" if on_postgres() else "postgres"
    left_out = [item for item in items if item.get_closest_marker(foreign)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_about_the_database(item: pytest.Item) -> bool:
    """Return whether a test commits, as those about concurrency do, or is quick and in one of the folders."""
    fixtures = set(getattr(item, "fixturenames", ()))
    asked = item.get_closest_marker("django_db")
    if "transactional_db" in fixtures or (asked and asked.kwargs.get("transaction")):
        return True
    here = Path(__file__).parent
    folder = item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
    if folder not in ABOUT_THE_DATABASE or item.get_closest_marker("slow"):
        return False
    return asked is not None or "db" in fixtures


def on_postgres() -> bool:
    from django.conf import settings

    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    counts = {
        kind: len(reporter.stats.get(kind, []))
        for kind in ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
    }
    reasons = sorted(
        {
            str(report.longrepr[2]).removeprefix("Skipped: ")
            for report in reporter.stats.get("skipped", [])
        }
    )
    if CI and counts["skipped"] and exitstatus == pytest.ExitCode.OK:
        reporter.write_line("")
        reporter.write_line("In CI no test may be skipped: " + "; ".join(reasons), red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if target := os.environ.get("WAYMARK_TEST_REPORT"):
        told = counts | {"reasons": reasons, "cpu_seconds": _cpu_seconds()}
        Path(target).write_text(json.dumps(told))


def _cpu_seconds() -> float:
    """Return this run's CPU time so far, including processes that have ended: a busy machine changes it little."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _needs[T](make: Callable[[], T]) -> T:
    try:
        return make()
    except Missing as missing:
        pytest.skip(str(missing))


# The database ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Make the test database as a copy of a migrated one.

    A browser sends several requests at once, as a service worker does: with a file they are handled as in a clinic. In
    memory, SQLite shares one cache between the threads, and fails where it would wait for a file.
    """
    from django.db import connection

    in_a_browser = any(it.get_closest_marker("browser") for it in request.session.items)
    if in_a_browser and not on_postgres():
        connection.settings_dict["TEST"]["NAME"] = str(
            tmp_path_factory.mktemp("sqlite") / "test.db"
        )
    # Not if one is kept between runs: it may be from older code, and Django migrates it.
    if not django_db_keepdb:
        copy_for_django(connection, os.environ.get("DATABASE_URL", ""))


#: Tables that migrating fills. No test changes them.
FILLED_BY_MIGRATING = ("auth_permission", "django_content_type")


@pytest.fixture(scope="session", autouse=True)
def _clears_what_a_test_has_committed() -> Iterator[None]:
    """After a test that commits, Django clears all tables and then fills the content types and permissions again,
    which takes most of the time. Here they are kept.

    The audit trail refuses DELETE, by which SQLite clears tables; so allow it meanwhile.
    """
    from django.core.management.commands import flush
    from django.db import connection

    operations = type(connection.ops)
    clear = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        others = [table for table in tables if table not in FILLED_BY_MIGRATING]
        statements: list[str] = clear(self, style, others, **options)
        if on_postgres():
            return statements
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'accounts_access_kept'")
            (trigger,) = cursor.fetchone()
        return ["DROP TRIGGER accounts_access_kept", *statements, trigger]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_arguments: None)
        yield


# Mail --------------------------------------------------------------------------------------------


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    """A real SMTP server: ``smtp.url`` for ``EMAIL_URL``, ``smtp.wait_for(to=…)`` for what arrived."""
    with SmtpSink() as sink:
        yield sink


# Processes ---------------------------------------------------------------------------------------


@pytest.fixture
def start_stack(smtp: SmtpSink) -> Iterator[Callable[..., Stack]]:
    """``start_stack("full", now=moment)``: a running ``Stack`` that emails ``smtp``. Mark the test ``stack``."""
    with ExitStack() as running:

        def start(*arguments: Any, **options: Any) -> Stack:
            stack = _needs(lambda: running.enter_context(Stack(smtp, *arguments, **options)))
            # pytest shows it when the test fails.
            running.callback(lambda: print(stack.logs()[-20_000:]))
            return stack

        yield start


# Browser -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Mark the test ``browser``."""
    program = _needs(find_chromium)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1000)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in the thread of the test, which makes Django refuse plain queries.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """``new_page(**options)``: a page in a browser of its own, so that two people can act in one test.

    Options are those of Playwright's ``new_context``: ``viewport``, ``java_script_enabled``, ``timezone_id``. A script
    error or a breach of the Content-Security-Policy fails the test; they are in ``new_page.problems``, from which a
    test that expects one can remove it.
    """
    served_here = "live_server" in request.fixturenames
    with _answered() if served_here else nullcontext(), pages_in(chromium) as make:
        yield make
    problems = make.problems  # type: ignore[attr-defined]
    assert not problems, "\n".join(problems)


@contextmanager
def pages_in(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Like ``new_page``, for as long as the caller likes: only the caller checks ``problems``."""
    problems: list[str] = []

    def watch(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            problems.append(message.text)

    with ExitStack() as contexts:

        def make(**options: Any) -> Page:
            context = chromium.new_context(**options)
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE * 1000)
            page = context.new_page()
            page.on(
                "pageerror",
                lambda error: problems.append(f"{page.url}: script error: {error}"),
            )
            page.on("console", watch)
            return page

        make.problems = problems  # type: ignore[attr-defined]
        yield make


@contextmanager
def _answered() -> Iterator[None]:
    """Wait at the end until the live server has answered all requests.

    A service worker in the browser may still fetch when its page is closed; a thread that answered then would use the
    database of the next test, or none.
    """
    from django.core.signals import request_finished, request_started

    underway: list[int] = []

    def started(**_signal: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            underway.append(1)

    def finished(**_signal: Any) -> None:
        if threading.current_thread() is not threading.main_thread() and underway:
            underway.pop()

    request_started.connect(started)
    request_finished.connect(finished)
    try:
        yield
        quiet, patience = 0, time.monotonic() + PATIENCE
        while quiet < 3 and time.monotonic() < patience:
            time.sleep(0.03)
            quiet = 0 if underway else quiet + 1
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page in a fresh browser."""
    return new_page()
