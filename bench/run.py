"""``make bench``: print a table and write ``var/bench.json``. ``--short`` takes less than a minute."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import caseload, mail, review, simulate, today
from bench.place import place
from bench.sizes import FULL, SHORT, Sizes
from tests.services import ROOT

#: The goal for each figure: at least, or at most.
GOALS = (
    ("review", "ratio", ">=", 0.25),
    ("review", "usual_ratio", ">=", 25),
    ("review", "two_workers_ratio", ">=", 1.6),
    ("mail", "ratio", ">=", 0.35),
    ("today", "p50_ratio", "<=", 3),
    ("today", "p99_ratio", "<=", 4),
    ("simulate", "ratio", "<=", 6),
    ("memory", "ratio", "<=", 1.1),
    ("caseload", "queries", "<=", 15),
    ("caseload", "ratio", "<=", 3),
)


def measured(sizes: Sizes) -> dict[str, Any]:
    """Return all figures, in the form of the contract, with the machine that they were measured on."""
    with place() as here:
        import django

        django.setup()
        now = dt.datetime.now(dt.UTC)
        figures: dict[str, Any] = {"simulate": _told("simulate", lambda: simulate.measure(sizes))}
        figures["review"], figures["memory"] = _told("review", lambda: review.measure(sizes, now))
        # Two weeks later, after the reviews: the emails are about running weeks.
        later = now + 2 * review.WEEK
        figures["mail"] = _told("mail", lambda: mail.measure(sizes, here, later))
        figures["caseload"] = _told("caseload", lambda: caseload.measure(sizes, now))
        figures["today"] = _told("today", lambda: today.measure(sizes, here, now))
        from django.db import connections

        connections.close_all()
    return figures | {"machine": machine()}


def _told(name: str, measure: Any) -> Any:
    began = time.monotonic()
    figures = measure()
    print(f"{name}: measured in {time.monotonic() - began:.0f} s", flush=True)
    return figures


def machine() -> dict[str, Any]:
    """Return what it was measured on, and how busy that was."""
    cpu = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": _postgres_version(),
    }


def _postgres_version() -> str:
    from tests.services import find_postgres

    answer = subprocess.run(
        [find_postgres() / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()[2]


def table(figures: dict[str, Any]) -> str:
    lines = [f"{'work':<10} {'figure':<12} {'measured':>10}   goal"]
    for work, figure, sign, goal in GOALS:
        wanted = f"{sign} {goal}" if sign else ""
        lines.append(f"{work:<10} {figure:<12} {figures[work][figure]:>10}   {wanted}".rstrip())
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="small numbers, under a minute")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench.json")
    parser.add_argument("--plans", type=int, help="number of due plans to review")
    options = parser.parse_args()
    sizes = SHORT if options.short else FULL
    figures = measured(replace(sizes, review=options.plans) if options.plans else sizes)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(table(figures))
    for work in ("review", "mail", "today", "simulate", "memory", "caseload"):
        print(f"{work}: {json.dumps(figures[work])}")


if __name__ == "__main__":
    main()
