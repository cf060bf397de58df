"""Puts one mistake into a copy of the project, and finds out whether the tests that should catch it do."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.services import ROOT

#: What pytest exits with when tests ran and at least one failed.
TESTS_FAILED = 1
#: The folders and files that a copy needs. Everything else (pictures, caches, ``var/``) stays where it is.
LEFT_BEHIND = ("var", "docs/screenshots", "site")


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake that someone could make: in ``file``, within ``symbol``, ``old`` becomes ``new``.

    ``symbol`` is a function, a class or a method (``Plan.pause``) of a Python file, and empty for the whole of
    any file. ``old`` must stand there exactly once. ``caught_by`` are arguments of pytest.
    """

    name: str
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]
    symbol: str = ""

    @property
    def package(self) -> str:
        """The package it is in: ``walking.care``, or the folder for what is not Python."""
        parts = Path(self.file).parent.parts
        return ".".join(parts[:2]) if parts else "."


class DoesNotApply(RuntimeError):  # noqa: N818
    """The code that a fault names has changed; the fault must be written again."""


def planted(text: str, fault: Fault) -> str:
    """The file's text with the mistake in it. Raises ``DoesNotApply``."""
    start, end = _span(text, fault) if fault.symbol else (0, len(text))
    found = text.count(fault.old, start, end)
    if found != 1:
        place = f"{fault.symbol} of {fault.file}" if fault.symbol else fault.file
        raise DoesNotApply(f"{fault.name}: {fault.old!r} stands {found} times in {place}")
    return text[:start] + text[start:end].replace(fault.old, fault.new) + text[end:]


def _span(text: str, fault: Fault) -> tuple[int, int]:
    """Where the fault's symbol begins and ends, decorators included."""
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
class Verdict:
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
        if name.startswith(LEFT_BEHIND) or not source.is_file():
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def judge(fault: Fault, copy: Path) -> Verdict:
    """Plants the fault in the copy, runs its tests there and takes it out again. Raises ``DoesNotApply``."""
    path = copy / fault.file
    if not path.exists():
        raise DoesNotApply(f"{fault.name}: there is no {fault.file}")
    sound = path.read_text()
    path.write_text(planted(sound, fault))
    started = time.monotonic()
    try:
        code, said = run_tests(["-x", *fault.caught_by], copy)
    finally:
        path.write_text(sound)
    return Verdict(fault, code == TESTS_FAILED, time.monotonic() - started, said)


def run_tests(arguments: Sequence[str], copy: Path) -> tuple[int, str]:
    """What pytest exits with in the copy, and the end of what it says."""
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", *arguments],
        cwd=copy,
        # Old bytecode must not hide the change: two writes may fall into one second.
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "CI": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout[-4000:] + answer.stderr[-2000:]
