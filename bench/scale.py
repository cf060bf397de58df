"""``make scale``: a million plans and a hundred million walks, which takes hours. Writes ``var/scale.json``.

For each number of plans: how fast they are made and reviewed, check-ins queued and sent, and how much memory the worker
uses for it. Then ``/today/`` is requested with few walks in the database and with many, and PostgreSQL is asked for its
query plans for that page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.place import Place, place, web
from bench.review import WEEK, tidy
from bench.run import machine
from bench.today import signed_in, times_of
from tests.services import PYTHON, ROOT


def measured(plans: list[int], walks: list[int]) -> dict[str, Any]:
    """Return the figures: ``plans`` numbers of due plans, growing; ``walks`` numbers of walks, growing."""
    with place() as here:
        import django

        django.setup()
        from django.db import connections

        from walking.cohort.load import load

        now = dt.datetime.now(dt.UTC)
        grown = [_plans(number, now) for number in plans]
        load(100, weeks=26, seed=26, at=now)  # those whose pages are requested
        seen = [_today(number, here) for number in walks]
        connections.close_all()
    return {"plans": grown, "walks": seen, "machine": machine()}


def _plans(number: int, now: dt.datetime) -> dict[str, Any]:
    """Add ``number`` plans and review their running week; then queue a check-in for every plan there is."""
    from django.db import connection

    from walking.cohort.load import load

    began = time.monotonic()
    load(number, weeks=1, seed=number, at=now)
    took = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("UPDATE walking_plan SET next_check_in_at = NULL")
    tidy()
    review = _worker(now + WEEK, "review")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE walking_mail CASCADE")
        cursor.execute(
            "UPDATE walking_plan SET next_check_in_at = %s WHERE status = 'active'", [now + WEEK]
        )
    tidy()
    queue = _worker(now + WEEK, "queue")
    deliver = _worker(now + WEEK, "deliver")
    figures = {
        "reviewed": review["weeks"],
        "made_per_second": round(number / took),
        "reviewed_per_second": _rate(review, "weeks"),
        "queued": queue["queued"],
        "queued_per_second": _rate(queue, "queued"),
        "sent_per_second": _rate(deliver, "sent"),
        "mb": {
            name: round(each["rss_kb"] / 1024, 1)
            for name, each in (("review", review), ("queue", queue), ("deliver", deliver))
        },
    }
    print(json.dumps(figures), flush=True)
    return figures


def _worker(at: dt.datetime, work: str) -> dict[str, Any]:
    command = [PYTHON, "-m", "bench.worker", at.isoformat(), work]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(answer.stdout))


def _rate(told: dict[str, Any], name: str) -> float:
    return round(told[name] / (told["ended"] - told["began"]), 1)


def _today(walks: int, here: Place) -> dict[str, Any]:
    """Return the page's times with ``walks`` walks in the database, and PostgreSQL's query plans."""
    from django.db import connection

    from walking.models import Plan

    _walk(walks)
    half_a_year = Plan.objects.filter(status="active", week_number=27).select_related("patient")
    plans = list(half_a_year.order_by("pk")[:20])
    cookies = [signed_in(plan.patient) for plan in plans]
    with web(here) as address:
        times = times_of(address, cookies, ("/today/",), 200)["/today/"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('walking_walk'))")
        size = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM walking_walk")
        number = cursor.fetchone()[0]
    figures = {
        "walks": number,
        "size": size,
        "p50_ms": round(times[len(times) // 2] * 1000, 1),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
        "plans": _query_plans(plans[0]),
    }
    print(json.dumps(figures | {"plans": ...}, default=str), flush=True)
    return figures


def _walk(number: int) -> None:
    """Add walks up to ``number`` in total, evenly over all plans, before their weeks. The database makes them itself,
    without checking each: they have the same form as the existing ones, except that their keys are in order, because
    each of many random keys would go to another page of its index."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM walking_walk")
        missing = number - cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM walking_plan")
        each = -(-missing // cursor.fetchone()[0])
        if each > 0:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "INSERT INTO walking_walk (plan_id, day, minutes, pain, effort, client_id, entered_at)"
                " SELECT plan.id, plan.start - n, 20, 2, '',"
                " (lpad(to_hex(plan.id), 16, '0') || lpad(to_hex(n), 16, '0'))::uuid, now()"
                " FROM walking_plan plan, generate_series(1, %s) n",
                [each],
            )
            cursor.execute("SET session_replication_role = DEFAULT")
    tidy()


def _query_plans(plan: Any) -> list[str]:
    """Return how PostgreSQL finds what ``/today/`` needs of walks, weeks and plans."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(plan.patient)
    client.get("/today/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/today/")
    told = []
    for query in asked.captured_queries:
        if re.search(r"FROM \"walking_(walk|week|plan)\"", query["sql"]):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {query['sql']}")
                told.append("\n".join(line for (line,) in cursor.fetchall()))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--walks", type=int, nargs="+", default=[0, 100_000_000])
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "scale.json")
    options = parser.parse_args()
    figures = measured(options.plans, options.walks)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
