"""Conditions for the constraints of records, and the base class of records that are written once."""

from __future__ import annotations

from django.db import models

from accounts.facts import Fact, FactIsFinal, FactQuerySet

__all__ = [
    "Fact",
    "FactIsFinal",
    "FactQuerySet",
    "between",
    "between_or_none",
    "both_or_neither",
]


def between(field: str, low: int, high: int) -> models.Q:
    """Return the condition that ``field`` lies between ``low`` and ``high``, both included."""
    return models.Q(**{f"{field}__gte": low, f"{field}__lte": high})


def between_or_none(field: str, low: int, high: int) -> models.Q:
    return models.Q(**{f"{field}__isnull": True}) | between(field, low, high)


def both_or_neither(first: str, second: str) -> models.Q:
    return models.Q(**{f"{first}__isnull": True, f"{second}__isnull": True}) | models.Q(
        **{f"{first}__isnull": False, f"{second}__isnull": False}
    )
