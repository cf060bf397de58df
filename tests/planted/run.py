"""``make planted``: plants each fault in turn, checks that the suite catches it, and writes ``var/planted.json``.

A fault that no longer applies, or that no test notices, fails the command. The tests must pass without any
fault first: a test that fails anyway would "catch" everything.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import Queue

from tests.leftovers import guard
from tests.planted.faults import ALL
from tests.planted.plant import DoesNotApply, Fault, Verdict, copy_project, judge, run_tests
from tests.services import ROOT, SERVERS, find_chromium

JOBS = 2


def judge_all(faults: list[Fault], folder: Path) -> list[Verdict]:
    """Judges the faults in as many copies of the project as there are jobs."""
    copies: Queue[Path] = Queue()
    for number in range(JOBS):
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

    with ThreadPoolExecutor(JOBS) as jobs:
        return list(jobs.map(one, faults))


def passes_without(faults: list[Fault], copy: Path) -> bool:
    """Whether the tests pass when nothing is planted. If they do not, their failure proves nothing."""
    arguments = sorted({argument for fault in faults for argument in fault.caught_by})
    code, said = run_tests(["-n", str(JOBS), *arguments], copy)
    if code:
        print(said)
    return code == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="faults whose name or package holds this")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "planted.json")
    options = parser.parse_args()
    guard()
    faults = [each for each in ALL if options.only in f"{each.name} {each.package}"]
    with ExitStack() as running:
        for name, server in SERVERS.items():
            if name not in os.environ:
                os.environ[name] = running.enter_context(server()).url
        os.environ["CHROMIUM"] = find_chromium()
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        copy_project(folder / "sound")
        if not passes_without(faults, folder / "sound"):
            print("The tests fail with nothing planted, so they would prove nothing.")
            return 1
        verdicts = judge_all(faults, folder)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "name": each.fault.name,
            "package": each.fault.package,
            "caught": each.caught,
            "seconds": round(each.seconds, 1),
        }
        for each in verdicts
    ]
    options.out.write_text(json.dumps(rows, indent=2) + "\n")
    missed = [each for each in verdicts if not each.caught]
    for each in missed:
        print(f"\n----- not caught: {each.fault.name}\n{each.said}")
    print(f"\n{len(verdicts) - len(missed)} of {len(verdicts)} planted faults were caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
