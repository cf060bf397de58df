"""One worker that reviews all that is due at a moment: ``python -m bench.worker MOMENT`` prints JSON.

In a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import resource
import sys
import time
from pathlib import Path

import django


def main(moment: str) -> None:
    django.setup()
    from walking.care.reviews import review_due_plans

    at = dt.datetime.fromisoformat(moment)
    began = time.time()
    done = review_due_plans(at)
    ended = time.time()
    print(
        json.dumps(
            {
                "weeks": done.weeks,
                "queued": done.queued,
                "began": began,
                "ended": ended,
                "rss_kb": _peak_kb(),
            }
        )
    )


def _peak_kb() -> int:
    """The most memory that this process has held. ``getrusage`` would count its parent's too, on Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(sys.argv[1])
