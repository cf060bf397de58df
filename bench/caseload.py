"""The physiotherapist's caseload: the same number of queries and nearly as fast for thousands of patients as for a
few."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from typing import Any

from bench.sizes import Sizes

PAGE = "/admin/walking/plan/"
TIMES = 9


def measure(sizes: Sizes, now: dt.datetime) -> dict[str, Any]:
    """Return the figures of ``caseload``: queries of the large one, and its time divided by that of the small one."""
    few, many = sizes.caseload
    small, large = _opened(few, now), _opened(many, now)
    return {
        "queries": large[0],
        "ratio": round(large[1] / small[1], 2),
        "queries_small": small[0],
        "ms_small": round(small[1] * 1000, 1),
        "ms": round(large[1] * 1000, 1),
        "patients": [few, many],
    }


def _opened(patients: int, now: dt.datetime) -> tuple[int, float]:
    """Return the queries and median seconds of opening the page with a caseload of ``patients``."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from walking.cohort.load import load

    load(patients, weeks=26, seed=patients, at=now, clinic_size=patients, caseload=patients)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.physiotherapists().latest("pk"))
    assert client.get(PAGE).status_code == 200
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(PAGE)
        taken.append(time.perf_counter() - began)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    return len(queries), statistics.median(taken)
