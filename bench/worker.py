"""One worker that does all work of one kind due at a moment: ``python -m bench.worker MOMENT [WORK]`` prints JSON.

WORK: ``review`` (the default), ``queue`` (the email that is due), or ``deliver`` (some of it). In a process of its own,
so that its memory can be measured.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

#: Delivery of a million takes hours; its rate and memory are known long before the end.
DELIVERED = 20_000


def main(moment: str, work: str = "review") -> None:
    django.setup()
    at = dt.datetime.fromisoformat(moment)
    began = time.time()
    done = {"review": _review, "queue": _queue, "deliver": _deliver}[work](at)
    ended = time.time()
    print(json.dumps(done | {"began": began, "ended": ended, "rss_kb": _peak_kb()}))


def _review(at: dt.datetime) -> dict[str, Any]:
    from walking.care.weeks.reviews import review_due_plans

    done = review_due_plans(at)
    return {"weeks": done.weeks, "queued": done.queued}


def _queue(at: dt.datetime) -> dict[str, Any]:
    from walking.care.weeks.due_mail import queue_due_mail

    return {"queued": queue_due_mail(at)}


def _deliver(at: dt.datetime) -> dict[str, Any]:
    from walking.mail.delivery import deliver_due
    from walking.models import Mail

    deliver_due(at, limit=DELIVERED)
    return {"sent": Mail.objects.filter(state=Mail.State.SENT).count()}


def _peak_kb() -> int:
    """Return this process's peak memory. On Linux, ``getrusage`` would include its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(*sys.argv[1:])
