"""Heartbeats of the scheduled jobs, for the readiness check."""

from __future__ import annotations

import datetime as dt

from walking.models import Heartbeat


def beat(name: str, at: dt.datetime) -> None:
    """Record that ``name`` ran at ``at``."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def is_alive(name: str, *, at: dt.datetime, within: dt.timedelta) -> bool:
    """Return whether ``name`` ran in the time ``within`` before ``at``."""
    return Heartbeat.objects.filter(name=name, at__gte=at - within).exists()
