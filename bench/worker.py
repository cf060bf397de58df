"""One worker that reviews all that is due at a moment: ``python -m bench.worker MOMENT`` prints JSON.

In a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
import time

import django


def main(moment: str) -> None:
    django.setup()
    from walking.care.reviews import review_due_plans

    at = dt.datetime.fromisoformat(moment)
    began = time.perf_counter()
    done = review_due_plans(at)
    took = time.perf_counter() - began
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"weeks": done.weeks, "queued": done.queued, "seconds": took, "rss_kb": rss}))


if __name__ == "__main__":
    main(sys.argv[1])
