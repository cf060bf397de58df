"""``make planted``: plants each fault in turn, checks that the suite catches it, and writes ``var/planted.json``.

A fault that no longer applies, or that no test notices, fails the command. The tests must first pass without any
fault: a test that fails anyway would "catch" everything.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import Queue
from typing import Any

from tests.leftovers import guard
from tests.planted.faults import ALL
from tests.planted.plant import (
    DoesNotApply,
    Fault,
    Verdict,
    copy_project,
    judge,
    planted_file,
    run_tests,
)
from tests.services import ROOT, SERVERS, find_chromium

JOBS = 2
OUT = ROOT / "var" / "planted.json"


def chosen(only: str) -> list[Fault]:
    """The faults whose name or package contains ``only``; those whose tests take longest come last."""
    found = [each for each in ALL if only in f"{each.name} {each.package}"]
    return sorted(found, key=_takes_long)


def _takes_long(fault: Fault) -> bool:
    files = {argument.partition("::")[0] for argument in fault.caught_by}
    text = "".join((ROOT / file).read_text() for file in files if file.endswith(".py"))
    return "mark.browser" in text or "mark.stack" in text


def judge_all(faults: Sequence[Fault], folder: Path, jobs: int) -> list[Verdict]:
    """Judges the faults in as many copies of the project as there are jobs."""
    copies: Queue[Path] = Queue()
    for number in range(jobs):
        copy = folder / f"copy-{number}"
        copy_project(copy)
        copies.put(copy)

    def one(fault: Fault) -> Verdict:
        copy = copies.get()
        try:
            verdict = judge(fault, copy)
        except DoesNotApply as problem:
            verdict = Verdict(fault, False, 0, str(problem))
        finally:
            copies.put(copy)
        word = "caught" if verdict.caught else "NOT CAUGHT"
        print(f"{word:10} {verdict.seconds:5.1f} s  {fault.package:22} {fault.name}", flush=True)
        return verdict

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, faults))


def passes_without(faults: Sequence[Fault], copy: Path, jobs: int) -> bool:
    """Whether the tests pass when nothing is planted. If they do not, their failure proves nothing."""
    passes = True
    for database in sorted({each.database for each in faults}):
        arguments = {
            argument for each in faults if each.database == database for argument in each.caught_by
        }
        # One file stays with one process, so that what its tests share is started once.
        together = ["-n", str(jobs), "--dist", "loadfile"] if database == "sqlite" else []
        ended = run_tests(
            [*together, *sorted(arguments)], copy, database, longest=len(arguments) * 600
        )
        if ended.code:
            print(ended.said)
            passes = False
    return passes


def rows_of(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    return [
        {
            "name": each.fault.name,
            "package": each.fault.package,
            "caught": each.caught,
            "seconds": round(each.seconds, 1),
        }
        for each in verdicts
    ]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The table of docs/testing.md, in the order of the faults."""
    seconds = {row["name"]: row for row in rows}
    lines = ["| package | fault | caught by | CPU seconds |", "| --- | --- | --- | ---: |"]
    for fault in ALL:
        row = seconds.get(fault.name)
        time = "not run" if row is None else f"{row['seconds']:.0f}"
        if row is not None and not row["caught"]:
            time = "**not caught**"
        tests = ", ".join(f"`{each.removeprefix('tests/')}`" for each in fault.caught_by)
        lines.append(f"| {fault.package} | {fault.name} | {tests} | {time} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name or package contains this")
    parser.add_argument("--jobs", type=int, default=JOBS, help="how many at once (default: 2)")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write the result")
    parser.add_argument(
        "--unchecked", action="store_true", help="do not run the tests without a fault first"
    )
    parser.add_argument(
        "--table", action="store_true", help="print the last result as a table of Markdown"
    )
    options = parser.parse_args()
    if options.table:
        print(table(json.loads(options.out.read_text())))
        return 0
    faults = chosen(options.only)
    if not faults:
        print(f"No fault has {options.only!r} in its name or package.")
        return 1
    stale = [problem for each in ALL if (problem := _stale(each))]
    if stale:
        print("\n".join(["These faults no longer apply. Write them again:", *stale]))
        return 1
    verdicts = _run(faults, options.jobs, unchecked=options.unchecked)
    if verdicts is None:
        print("The tests fail with nothing planted, so they would prove nothing.")
        return 1
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(rows_of(verdicts), indent=2, ensure_ascii=False) + "\n")
    missed = [each for each in verdicts if not each.caught]
    for each in missed:
        print(f"\n----- not caught: {each.fault.name}\n{each.said}")
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} planted faults were caught")
    return 1 if missed else 0


def _stale(fault: Fault) -> str:
    try:
        planted_file(fault, ROOT)
    except DoesNotApply as problem:
        return str(problem)
    return ""


def _run(faults: Sequence[Fault], jobs: int, *, unchecked: bool) -> list[Verdict] | None:
    """None if the tests fail without any fault."""
    guard()
    with ExitStack() as running:
        for name, server in SERVERS.items():
            if name not in os.environ:
                os.environ[name] = running.enter_context(server()).url
        os.environ["CHROMIUM"] = find_chromium()
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="waymark-planted-")))
        copy_project(folder / "sound")
        if not unchecked and not passes_without(faults, folder / "sound", jobs):
            return None
        return judge_all(faults, folder, jobs)


if __name__ == "__main__":
    sys.exit(main())
