"""``make export-bench``: the research export of many plans, and its peak memory. Writes ``var/export.json``.

A PostgreSQL of its own is filled with more and more plans of invented people who all agree to research; the command
``manage.py export`` then writes them in each format, in a process of its own, whose peak memory the system reports.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.place import place
from bench.run import machine
from tests.services import PYTHON, ROOT

FORMATS = ("csv", "parquet")


def measured(plans: list[int], weeks: int) -> dict[str, Any]:
    """Return the figures for ``plans`` people in total, growing, with ``weeks`` reviewed weeks each."""
    with place() as here:
        import django

        django.setup()
        from django.db import connections

        from walking.cohort.load import load
        from walking.models import Plan

        grown = []
        for number in plans:
            missing = number - Plan.objects.count()
            load(missing, weeks=weeks, seed=number, at=dt.datetime.now(dt.UTC))
            everybody_agrees()
            grown += [exported(kind, here.folder / "export") for kind in FORMATS]
        connections.close_all()
    return {"exports": grown, "machine": machine()}


def everybody_agrees() -> None:
    """Record everyone's consent as on the page, in one statement."""
    from django.db import connection

    from walking.care.enrolment.research_consent import RESEARCH, RESEARCH_VERSION, WORDS

    with connection.cursor() as cursor:
        for document in (RESEARCH, WORDS):
            cursor.execute(
                "INSERT INTO accounts_consent (user_id, document, version, action, at)"
                " SELECT id, %s, %s, 'given', now() FROM accounts_user p WHERE role = 'patient' AND NOT EXISTS"
                " (SELECT 1 FROM accounts_consent c WHERE c.user_id = p.id AND c.document = %s)",
                [document, RESEARCH_VERSION, document],
            )
        cursor.execute("ANALYZE")


def exported(kind: str, out: Path) -> dict[str, Any]:
    """Export everything once, then delete the export."""
    began = time.monotonic()
    command = [PYTHON, "manage.py", "export", f"--out={out}", f"--format={kind}"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    assert process.returncode == 0, command
    rows = json.loads((out / "manifest.json").read_text())["rows"]
    size = sum(path.stat().st_size for path in out.iterdir())
    shutil.rmtree(out)
    figures = {
        "format": kind,
        "people": rows["people"],
        "rows": sum(rows.values()),
        "seconds": round(took, 1),
        "people_per_second": round(rows["people"] / took),
        "mb_written": round(size / 2**20, 1),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
    }
    print(json.dumps(figures), flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "export.json")
    options = parser.parse_args()
    figures = measured(options.plans, options.weeks)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
