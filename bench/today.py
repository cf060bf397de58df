"""``/today/`` with half a year of history, compared with a view that only loads the session and the user."""

from __future__ import annotations

import datetime as dt
import time
from http.client import HTTPConnection
from typing import Any

from bench.place import Place, web
from bench.sizes import Sizes

#: This many answers at the start are not counted.
WARM = 20
#: As browsers send: both pages are compressed on the way.
HEADERS = {"Accept-Encoding": "gzip, deflate, br"}


def measure(sizes: Sizes, here: Place, now: dt.datetime) -> dict[str, Any]:
    """Return the figures of ``today``; the two pages are requested in turn."""
    from walking.cohort.load import load
    from walking.models import Plan

    load(100, weeks=26, seed=26, at=now)
    plans = Plan.objects.filter(status="active", week_number=27).select_related("patient")
    cookies = [signed_in(plan.patient) for plan in plans[:20]]
    with web(here) as address:
        times = times_of(address, cookies, ("/today/", "/bench/floor/"), sizes.today)
    today, floor = times["/today/"], times["/bench/floor/"]
    return {
        "p50_ratio": round(_at(today, 0.5) / _at(floor, 0.5), 2),
        "p99_ratio": round(_at(today, 0.99) / _at(floor, 0.99), 2),
        "p50_ms": round(_at(today, 0.5) * 1000, 2),
        "p99_ms": round(_at(today, 0.99) * 1000, 2),
        "floor_p50_ms": round(_at(floor, 0.5) * 1000, 2),
        "floor_p99_ms": round(_at(floor, 0.99) * 1000, 2),
    }


def times_of(
    address: str, cookies: list[str], paths: tuple[str, ...], number: int
) -> dict[str, list[float]]:
    """Return how long each of ``number`` answers to each path took, in seconds, sorted; requested in turn."""
    times: dict[str, list[float]] = {path: [] for path in paths}
    connection = HTTPConnection(address)
    for turn in range(number + WARM):
        for path, taken in times.items():
            began = time.perf_counter()
            connection.request(
                "GET", path, headers=HEADERS | {"Cookie": cookies[turn % len(cookies)]}
            )
            answer = connection.getresponse()
            size = len(answer.read())
            taken.append(time.perf_counter() - began)
            assert answer.status == 200, (path, answer.status)
            assert answer.getheader("Content-Encoding") == "gzip", path
            assert size > 2_000, (path, size)
    connection.close()
    return {path: sorted(taken[WARM:]) for path, taken in times.items()}


def signed_in(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
