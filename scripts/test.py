"""Run the whole test suite: on SQLite and PostgreSQL, and also as real processes and in a browser.

``make test`` calls it; arguments are passed to pytest (``make test ARGS="-k ladder"``). As root on Debian or Ubuntu it
installs what is missing; elsewhere a part whose server is missing is left out, and the last lines say which and why.
With ``CI=true`` nothing may be left out or skipped.
"""

from __future__ import annotations

import ctypes.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.leftovers import guard  # noqa: E402
from tests.services import (  # noqa: E402
    SERVERS,
    Clock,
    Missing,
    find_caddy,
    find_chromium,
    find_postgres,
    find_promtool,
    find_redis,
)
from tests.statements import VARIABLE, Ran, read, untried  # noqa: E402

CI = os.environ.get("CI") == "true"
NOTHING_COLLECTED = 5

#: A marker expression for the tests that need nothing but Python and a database.
PLAIN = "not browser and not stack"


@dataclass
class Phase:
    name: str
    arguments: list[str]
    env: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    phase: Phase
    exit_code: int
    seconds: float
    cpu_seconds: float
    counts: dict[str, int]
    reasons: list[str]


# What the machine has ----------------------------------------------------------------------------


def _pango() -> None:
    if not ctypes.util.find_library("pango-1.0"):
        raise Missing("Pango is not installed, which WeasyPrint draws PDF files with")


def _gettext() -> None:
    if not shutil.which("msgfmt"):
        raise Missing("gettext is not installed")


def _clock() -> None:
    Clock().close()


#: What a part of the suite needs: a check whether it is there, and Debian's packages for it.
NEEDS: list[tuple[Callable[[], object], tuple[str, ...]]] = [
    (find_postgres, ("postgresql",)),
    (find_redis, ("redis-server",)),
    (find_caddy, ("caddy",)),
    (find_promtool, ("prometheus",)),
    (find_chromium, ("chromium", "fonts-dejavu-core")),
    (_clock, ("gcc", "libc6-dev")),
    (_gettext, ("gettext",)),
    (_pango, ("libpango-1.0-0", "libpangoft2-1.0-0", "fonts-dejavu-core")),
]


def missing() -> tuple[list[str], list[str]]:
    """Return what is missing on this machine, in words, and Debian's packages for it."""
    words: list[str] = []
    packages: list[str] = []
    for ask, names in NEEDS:
        try:
            ask()
        except Missing as problem:
            words.append(str(problem))
            packages += [name for name in names if name not in packages]
    return words, packages


def install(packages: list[str]) -> None:
    """Install with apt, quietly unless it fails. Services in the packages are not started."""
    print(f"test: installing {', '.join(packages)}", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (
        ["apt-get", "-q", "update"],
        ["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages],
    ):
        answer = subprocess.run(
            command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        if answer.returncode:
            print(answer.stdout + answer.stderr, file=sys.stderr)
            print(f"test: {' '.join(command[:3])} failed", file=sys.stderr)
            return


# Running -----------------------------------------------------------------------------------------

#: One phase prints at a time.
_printing = threading.Lock()
_running: list[subprocess.Popen[bytes]] = []
_interrupted = threading.Event()


def run(phase: Phase, env: dict[str, str], arguments: list[str]) -> Result:
    """Run a phase, and print pytest's output when it is over, because another phase runs at the same time."""
    with tempfile.TemporaryDirectory(prefix="waymark-report-") as folder:
        counted, said = Path(folder) / "report.json", Path(folder) / "output.txt"
        started = time.monotonic()
        with said.open("wb") as output:
            pytest = subprocess.Popen(
                [sys.executable, "-m", "pytest", *phase.arguments, *arguments],
                cwd=ROOT,
                env=env | phase.env | {"WAYMARK_TEST_REPORT": str(counted)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _running.append(pytest)
            exit_code = pytest.wait()
        seconds = time.monotonic() - started
        with _printing:
            print(f"\n----- {phase.name} -----", flush=True)
            print(said.read_text(errors="replace"), flush=True)
        counts = json.loads(counted.read_text()) if counted.exists() else {}
    reasons = counts.pop("reasons", [])
    cpu_seconds = counts.pop("cpu_seconds", 0)
    return Result(phase, exit_code, seconds, cpu_seconds, counts, reasons)


def _stop() -> None:
    """Stop what is running and start nothing more, because the run was interrupted."""
    _interrupted.set()
    for pytest in _running:
        pytest.terminate()


def phases(env: dict[str, str], statements: Path | None) -> list[list[Phase]]:
    """Return the phases in two rows that run side by side: one computes, the other mostly waits for processes.

    With ``statements``, a folder, every test runs on both databases, and the statements sent to PostgreSQL are
    recorded there.
    """
    computing = [Phase("on SQLite", ["-n", "2", "-m", PLAIN])]
    if "TEST_POSTGRES_URL" in env:
        on_postgres = {"DATABASE_URL": env["TEST_POSTGRES_URL"]}
        chosen = f"database and {PLAIN}"
        if statements:
            on_postgres[VARIABLE] = str(statements)
            chosen = PLAIN
        computing.append(Phase("on PostgreSQL", ["-n", "2", "-m", chosen], on_postgres))
    # By file: what the tests of a file share, such as a running clinic, is started once, and pages are visited in
    # order.
    by_file = ["-n", "2", "--dist", "loadfile"]
    waiting = [
        Phase("as real processes", [*by_file, "-m", "stack and not browser"]),
        Phase("in the browser", [*by_file, "-m", "browser"]),
    ]
    return [computing, waiting]


def main(arguments: list[str]) -> int:
    folder = guard()
    statements = folder / "statements" if "--all" in arguments else None
    arguments = [argument for argument in arguments if argument != "--all"]
    words, packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
        words, packages = missing()

    left_out: list[str] = []
    started = time.monotonic()
    with ExitStack() as servers:
        env = dict(os.environ)
        env.pop("DATABASE_URL", None)
        for name, server in SERVERS.items():
            if name in env:
                continue
            try:
                env[name] = servers.enter_context(server()).url
            except Missing as problem:
                left_out.append(str(problem))
        try:
            env["CHROMIUM"] = find_chromium()
        except Missing as problem:
            left_out.append(str(problem))
        left_out += [word for word in words if word not in left_out]

        def one_after_the_other(row: list[Phase]) -> list[Result]:
            return [run(phase, env, arguments) for phase in row if not _interrupted.is_set()]

        rows = phases(env, statements)
        with ThreadPoolExecutor(len(rows)) as side_by_side:
            try:
                results = [
                    result for row in side_by_side.map(one_after_the_other, rows) for result in row
                ]
            except BaseException:
                _stop()
                raise
    # Only a whole run shows which statements are sent by unselected tests alone.
    to_mark = untried(read(statements)) if statements and not arguments else {}
    seconds = time.monotonic() - started
    return report(results, left_out, to_mark, chosen=bool(arguments), seconds=seconds)


def report(
    results: list[Result],
    left_out: list[str],
    to_mark: dict[str, Ran],
    *,
    chosen: bool,
    seconds: float,
) -> int:
    """Print the closing lines and return the exit status.

    ``to_mark``: tests that need the marker ``database``, and what they send to PostgreSQL that no test with it does.
    ``chosen``: an argument may have selected no test of a part.
    """
    total = {"passed": 0, "failed": 0, "skipped": 0}
    failures = []
    print("\n----- in all -----")
    for result in results:
        counts = result.counts
        total["passed"] += counts.get("passed", 0)
        total["failed"] += counts.get("failed", 0) + counts.get("error", 0)
        total["skipped"] += counts.get("skipped", 0)
        said = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)
        took = f"{result.seconds:.0f} s ({result.cpu_seconds:.0f} s of CPU)"
        print(f"{result.phase.name}: {said or 'no tests'} in {took}")
        left_out += [reason for reason in result.reasons if reason not in left_out]
        if result.exit_code and not (chosen and result.exit_code == NOTHING_COLLECTED):
            failures.append(f"{result.phase.name}: pytest ended with {result.exit_code}")
    for name, test in sorted(to_mark.items()):
        print(f"mark with `database`: {name} ({test.seconds:.1f} s), which alone sends")
        print("".join(f"    {statement}\n" for statement in sorted(test.statements)), end="")
    if to_mark:
        failures.append("`make test` does not try the statements above on PostgreSQL")
    if not total["passed"] and not failures:
        failures.append("no test was run")
    if CI and left_out:
        failures.append("in CI nothing may be left out")
    print(f"all of it in {seconds:.0f} s")
    for reason in left_out:
        print(f"left out: {reason}")
    for failure in failures:
        print(f"failed: {failure}")
    print(", ".join(f"{number} {kind}" for kind, number in total.items()))
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
