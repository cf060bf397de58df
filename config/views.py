"""Pages that belong to no part of the app: CSRF errors and health checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.celery import app
from walking.care.heartbeat import is_alive


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show what to do when a form came too late or from another site."""
    return render(request, "403_csrf.html", status=403)


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer that this process runs; nothing else is checked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Check the parts that the app needs: 503 names each one that fails."""
    parts = {name: _answer(check) for name, check in CHECKS.items()}
    failing = [name for name, answer in parts.items() if answer != "ok"]
    body = {"status": "failing" if failing else "ok", "failing": failing, "parts": parts}
    return JsonResponse(body, status=503 if failing else 200)


def _answer(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception:  # whatever it is, the part is not available; strangers must not see details
        return "not reachable"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    applied = MigrationRecorder(connection).applied_migrations()
    return "ok" if _last_migrations() <= applied.keys() else "not applied"


@cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    """Return the last migration of each app in this version; a newer database, as during an upgrade, has them too."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _broker() -> str:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=3)
        broker.default_channel  # noqa: B018 - opening it is the check
    return "ok"


def _worker() -> str:
    """Check the worker by its heartbeat at every tick: over the embedded broker it cannot answer a ping."""
    within = dt.timedelta(seconds=3 * settings.TICK_SECONDS + 30)
    if is_alive("clock", at=timezone.now(), within=within):
        return "ok"
    return "no sign of life"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
}
