"""Who needs the physiotherapist now."""

from __future__ import annotations

import datetime as dt

from walking.models.attention import Attention, attention
from walking.models.plan import PlanQuerySet

__all__ = ["Attention", "needs_attention"]


def needs_attention(plans: PlanQuerySet, at: dt.datetime) -> list[Attention]:
    """What needs attention among ``plans`` at ``at``, most urgent first."""
    return [item for item in attention(plans) if item.since <= at]
