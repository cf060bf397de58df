"""``make faults``: breaks everything that can break, counts, prints a table and writes ``var/faults.json``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from operations.stopping import stops_tidily
from tests.faults.count import Counted
from tests.faults.place import servers
from tests.faults.scenarios import ALL, FULL, SHORT, Scenario
from tests.services import ROOT

COLUMNS = (
    ("plans", "plans"),
    ("faults", "faults"),
    ("lost_reviews", "lost reviews"),
    ("doubled_reviews", "doubled"),
    ("lost_mail", "lost mail"),
    ("doubled_mail", "doubled"),
    ("doubled_explained", "explained"),
)


def table(counted: Sequence[Counted]) -> str:
    width = max([len(each.name) for each in counted] + [8])
    lines = ["  ".join(["scenario".ljust(width), *(title for _key, title in COLUMNS)])]
    for each in counted:
        figures = (str(getattr(each, key)).rjust(len(title)) for key, title in COLUMNS)
        lines.append("  ".join([each.name.ljust(width), *figures]))
    return "\n".join(lines)


def run(chosen: Sequence[Scenario], *, short: bool) -> list[Counted]:
    """Each of the chosen scenarios, one after the other, with servers of their own."""
    counted = []
    with servers() as here:
        for scenario in chosen:
            began = time.monotonic()
            counted.append(scenario(here, SHORT if short else FULL))
            verdict = "clean" if counted[-1].is_clean else "NOT CLEAN"
            print(f"{counted[-1].name}: {verdict}, {time.monotonic() - began:.0f} s", flush=True)
    return counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="few patients and few faults")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "faults.json")
    options = parser.parse_args()
    chosen = [each for each in ALL if options.only in each.__name__]
    # All servers are stopped, however this ends.
    with stops_tidily():
        counted = run(chosen, short=options.short)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    report = {"scenarios": [each.as_dict() for each in counted]}
    options.out.write_text(json.dumps(report, indent=2) + "\n")
    print(table(counted))
    sys.exit(0 if all(each.is_clean for each in counted) else 1)


if __name__ == "__main__":
    main()
