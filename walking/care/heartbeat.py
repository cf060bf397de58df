"""Signs of life, by which readiness is judged."""

from __future__ import annotations

import datetime as dt

from walking.models import Heartbeat


def beat(name: str, at: dt.datetime) -> None:
    """Keep that ``name`` did its work at ``at``."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def is_alive(name: str, *, at: dt.datetime, within: dt.timedelta) -> bool:
    """Whether ``name`` did its work in the time ``within`` before ``at``."""
    return Heartbeat.objects.filter(name=name, at__gte=at - within).exists()
