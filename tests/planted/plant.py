"""Plants one mistake in a copy of the project, and finds out whether the tests that should catch it do."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tests.services import PATIENCE, ROOT

#: What pytest exits with when tests ran and at least one failed.
TESTS_FAILED: Final = 1
#: Not what pytest exits with: it was stopped because it took too long.
TOO_LONG: Final = -1
#: Folders and files that a copy of the project does without.
LEFT_BEHIND: Final = ("var", "docs/screenshots", "site")
#: Seconds that the tests of one fault may take. A busy machine must not reach it.
LONGEST: Final = 4 * PATIENCE

#: Test databases on one server have the same name, so only one run at a time can use it.
_postgres = threading.Lock()


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake that someone could make: in ``file``, within ``symbol``, ``old`` becomes ``new``.

    ``symbol`` is a function, a class, a method (``Plan.pause``) or a constant of a Python file, and empty for the
    whole of any file. ``old`` must be there exactly once. ``caught_by`` are arguments of pytest: the narrowest tests
    of the gate that catch it, on ``database``.
    """

    name: str
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]
    symbol: str = ""
    database: Literal["sqlite", "postgres"] = "sqlite"

    @property
    def package(self) -> str:
        """The package it is in, such as ``walking.care``; the folder if it is not Python; the file at the top."""
        parts = Path(self.file).parent.parts
        return ".".join(parts[:2]) or self.file


class DoesNotApply(RuntimeError):  # noqa: N818
    """The code that a fault names has changed, so the fault must be written again."""


def planted(text: str, fault: Fault) -> str:
    """The file's text with the mistake in it. Raises ``DoesNotApply``."""
    start, end = _span(text, fault) if fault.symbol else (0, len(text))
    found = text.count(fault.old, start, end)
    if found != 1:
        place = f"{fault.symbol} of {fault.file}" if fault.symbol else fault.file
        raise DoesNotApply(f"{fault.name}: {fault.old!r} is in {place} {found} times")
    return text[:start] + text[start:end].replace(fault.old, fault.new) + text[end:]


def planted_file(fault: Fault, project: Path) -> tuple[Path, str]:
    """The file in ``project``, and its text with the mistake in it. Raises ``DoesNotApply``."""
    path = project / fault.file
    if not path.is_file():
        raise DoesNotApply(f"{fault.name}: there is no {fault.file}")
    return path, planted(path.read_text(), fault)


def _span(text: str, fault: Fault) -> tuple[int, int]:
    """Where the fault's symbol begins and ends, including its decorators."""
    nodes: list[ast.stmt] = ast.parse(text).body
    node: ast.stmt | None = None
    for name in fault.symbol.split("."):
        node = next((each for each in nodes if _name(each) == name), None)
        if node is None:
            raise DoesNotApply(f"{fault.name}: there is no {fault.symbol} in {fault.file}")
        nodes = getattr(node, "body", [])
    assert node is not None
    lines = text.splitlines(keepends=True)
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    assert node.end_lineno is not None
    return sum(map(len, lines[: first - 1])), sum(map(len, lines[: node.end_lineno]))


def _name(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of pytest ended: what it exited with (``TOO_LONG`` if it was stopped), and the end of what it said."""

    code: int
    said: str
    cpu_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``seconds``: of CPU time, of the tests and of what they started, so that a busy machine says much the same."""

    fault: Fault
    caught: bool
    seconds: float
    said: str


def copy_project(folder: Path) -> None:
    """The project as git knows it, with changes that are not committed, in ``folder``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in filter(None, os.fsdecode(listed).split("\0")):
        source = ROOT / name
        if _is_left_behind(name) or not source.is_file():
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def _is_left_behind(name: str) -> bool:
    return any(f"{name}/".startswith(f"{left}/") for left in LEFT_BEHIND)


def judge(fault: Fault, copy: Path) -> Verdict:
    """Plants the fault in the copy, runs its tests there and takes it out again. Raises ``DoesNotApply``."""
    path, wrong = planted_file(fault, copy)
    sound = path.read_text()
    try:
        _write(path, wrong)
        ended = run_tests(["-x", *fault.caught_by], copy, fault.database)
    finally:
        _write(path, sound)
    return Verdict(fault, ended.code == TESTS_FAILED, ended.cpu_seconds, ended.said)


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    # Python compares whole seconds, and two writes may be in the same one: old bytecode would hide the change.
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def run_tests(
    arguments: Sequence[str],
    copy: Path,
    database: Literal["sqlite", "postgres"] = "sqlite",
    *,
    longest: float = LONGEST,
) -> Ended:
    """Runs pytest in the copy."""
    # As in CI, Hypothesis tries the same examples each time, and a test that is skipped is a failure.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"CI": "true"}
    env.pop("DATABASE_URL", None)
    if database == "sqlite":
        return _pytest(arguments, copy, env, longest)
    with _postgres:
        return _pytest(arguments, copy, env | {"DATABASE_URL": env["TEST_POSTGRES_URL"]}, longest)


def _pytest(arguments: Sequence[str], copy: Path, env: dict[str, str], longest: float) -> Ended:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header"]
    report = copy / "report.json"
    report.unlink(missing_ok=True)
    with subprocess.Popen(
        [*command, *arguments],
        cwd=copy,
        env=env | {"WAYMARK_TEST_REPORT": str(report)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pytest:
        try:
            said, _ = pytest.communicate(timeout=longest)
        except subprocess.TimeoutExpired:
            # Asked to stop, it ends what its tests have started.
            pytest.send_signal(signal.SIGINT)
            try:
                said, _ = pytest.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                pytest.kill()
                said, _ = pytest.communicate()
            return Ended(TOO_LONG, f"{said[-4000:]}\nstopped after {longest:.0f} seconds")
    counted = json.loads(report.read_text()) if report.exists() else {}
    return Ended(pytest.returncode, said[-6000:], counted.get("cpu_seconds", 0))
