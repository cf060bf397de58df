"""The weekly review, and the memory of the worker that does it."""

from __future__ import annotations

import datetime as dt
import json
import statistics
import subprocess
import time
from typing import Any

from bench.sizes import Sizes
from tests.services import PYTHON, ROOT

WEEK = dt.timedelta(days=7)
#: The floor is measured this many times, and the median used.
FLOORS = 3


def measure(sizes: Sizes, now: dt.datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the figures of ``review`` and of ``memory``; two weeks are reviewed."""
    due = now + WEEK
    _load(sizes.small, now)
    small = _workers(1, due)[0]
    _load(sizes.review, now)
    usual = _usual_way(sizes.review_sample, due)
    large = _workers(1, due)[0]
    rate, floor = _rate([large]), statistics.median(_floor(due) for _ in range(FLOORS))
    _walk_on()
    pair = _workers(2, due + WEEK)
    review = {
        "rate": round(rate, 1),
        "floor": round(floor, 1),
        "ratio": round(rate / floor, 3),
        "usual_ratio": round(rate / usual, 2),
        "usual": round(usual, 1),
        "plans": large["weeks"],
        "two_workers": round(_rate(pair), 1),
        "two_workers_ratio": round(_rate(pair) / rate, 2),
        "small": {"plans": small["weeks"], "rate": round(_rate([small]), 1)},
    }
    memory = {
        "ratio": round(large["rss_kb"] / small["rss_kb"], 3),
        "small": {"plans": small["weeks"], "mb": round(small["rss_kb"] / 1024, 1)},
        "large": {"plans": large["weeks"], "mb": round(large["rss_kb"] / 1024, 1)},
    }
    return review, memory


def _load(patients: int, now: dt.datetime) -> None:
    """Create plans with a reviewed week, a fully walked running week, and the check-in email sent."""
    from walking.cohort.load import load

    load(patients, weeks=1, seed=patients, at=now)
    _walk_on()


def _walk_on() -> None:
    """Copy the walks of the week before to the running week of each plan, with its check-in email sent."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE walking_plan SET next_check_in_at = NULL")
        cursor.execute(
            "DELETE FROM walking_walk USING walking_week, walking_plan"
            " WHERE walking_week.plan_id = walking_walk.plan_id AND number = week_number"
            " AND walking_plan.id = walking_walk.plan_id AND week_number > 1 AND day >= starts"
        )
        cursor.execute(
            "INSERT INTO walking_walk (plan_id, day, minutes, pain, effort, client_id,"
            " entered_by_id, entered_at)"
            " SELECT walk.plan_id, day + 7, walk.minutes, pain, effort, gen_random_uuid(),"
            " entered_by_id, entered_at FROM walking_walk walk JOIN walking_plan plan"
            " ON plan.id = walk.plan_id JOIN walking_week week ON week.plan_id = plan.id"
            " AND week.number = plan.week_number - 1 AND day BETWEEN week.starts AND week.ends"
            " WHERE plan.status = 'active'"
        )
    tidy()


def tidy() -> None:
    """Do what the database would do by itself later."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _workers(number: int, at: dt.datetime) -> list[dict[str, Any]]:
    """Return the results of ``number`` workers that start together."""
    command = [PYTHON, "-m", "bench.worker", at.isoformat()]
    workers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(number)
    ]
    told = [json.loads(worker.communicate()[0]) for worker in workers]
    assert all(worker.returncode == 0 for worker in workers)
    return told


def _rate(told: list[dict[str, Any]]) -> float:
    """Return weeks per second from the start of the first worker until the end of the last."""
    took = max(each["ended"] for each in told) - min(each["began"] for each in told)
    return float(sum(each["weeks"] for each in told) / took)


def _floor(at: dt.datetime) -> float:
    """Write the same rows by one INSERT ... SELECT and one UPDATE of the plans, then roll back."""
    from django.db import connection, transaction

    from walking.care.weeks.batch_writes import REVIEWED
    from walking.care.weeks.decisions import REVIEW_COLUMNS

    tidy()
    columns = ", ".join(REVIEW_COLUMNS)
    selected = columns.replace("week_number", "week_number + 1")
    moved = {
        "week_number": "week_number + 1",
        "next_review_at": "next_review_at + interval '7 days'",
        "next_check_in_at": "next_check_in_at + interval '7 days'",
    }
    changes = ", ".join(f"{name} = {moved.get(name, name)}" for name in REVIEWED)
    insert = f"INSERT INTO walking_review ({columns}) SELECT {selected} FROM walking_review WHERE at = %s"
    update = f"UPDATE walking_plan SET {changes} WHERE status = 'active'"
    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(insert, [at])
        inserted = cursor.rowcount
        cursor.execute(update)
        # What a commit would have to do: check that each review's plan exists.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return float(inserted / took)


def _usual_way(sample: int, at: dt.datetime) -> float:
    """Do it with one Celery message per plan: load it and what it needs, save each record, send a message for the
    email."""
    from celery import Celery
    from django.db import transaction

    from walking.care.weeks.batch_reads import known_of
    from walking.care.weeks.decisions import as_review, decide
    from walking.care.weeks.due_times import make_due, new_week
    from walking.mail import outbox
    from walking.models import Mail, Plan
    from walking.programme.review import Decision
    from walking.programme.weeks import week_plan_due

    app = Celery("bench", broker="memory://")
    ids = list(
        Plan.objects.filter(next_review_at__lte=at)
        .order_by("next_review_at", "pk")
        .values_list("pk", flat=True)[:sample]
    )
    began = time.perf_counter()
    for pk in ids:
        app.send_task("review", [pk])
        with transaction.atomic():
            plan = Plan.objects.select_for_update(of=("self",)).select_related("patient").get(pk=pk)
            known = known_of(plan, plan.weeks.get(number=plan.week_number))
            state = plan.state
            facts, outcome = decide(plan, state, known)
            as_review(plan, state, known, facts, outcome, at=at).save()
            plan.state = outcome.state
            if outcome.decision is Decision.STOP or outcome.next is None:
                plan.status, plan.paused_for = "paused", "red_flag"
                plan.next_review_at = plan.next_check_in_at = None
                plan.save()
                continue
            week = new_week(
                plan,
                number=plan.week_number + 1,
                starts=known.week.ends + dt.timedelta(days=1),
                dose=outcome.next,
                origin="review",
            )
            make_due(plan, week.number, week.starts)
            week.save()
            plan.save()
            mail = outbox.queued(
                Mail.Kind.WEEK_PLAN,
                plan=plan,
                recipient=plan.patient,
                about=f"week:{week.number}",
                due_at=week_plan_due(week.starts, plan.patient.zone),
                at=at,
            )
            mail.save()
        app.send_task("send", [mail.pk])
    return len(ids) / (time.perf_counter() - began)
