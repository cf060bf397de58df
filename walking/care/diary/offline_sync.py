"""Walks recorded offline: saved once each, in the order they were made, without overwriting anything."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.diary.walks import correct_walk, log_walk, remove_walk
from walking.care.refusal import Refused
from walking.models import Plan, Walk


@dataclass(frozen=True, slots=True)
class Written:
    """The values of a walk: a local day, minutes 1-600, pain 0-10 or None, effort or ""."""

    day: dt.date
    minutes: int
    pain: int | None
    effort: str

    @classmethod
    def of(cls, walk: Walk) -> Written:
        return cls(walk.day, walk.minutes, walk.pain, walk.effort)


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a patient made on the phone.

    ``client_id`` identifies a new walk. One that the page showed also has ``walk``, its number, and ``base``, the
    ``version_of`` it on the page. ``written`` is None if the walk was removed.
    """

    client_id: uuid.UUID
    written: Written | None
    walk: int | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The result of a change. ``saved``: the diary now matches it. ``refused``: ``message`` says why. ``conflict``: the
    diary's ``walk`` was changed elsewhere and stays as it is until the patient decides."""

    state: Literal["saved", "refused", "conflict"]
    walk: Walk | None = None
    message: str = ""


def version_of(walk: Walk) -> str:
    """Return the version of a walk: empty as first recorded, and a new value after each change."""
    return walk.changed_at.isoformat() if walk.changed_at else ""


def take_in(plan: Plan, change: Change, *, by: User, at: dt.datetime) -> Taken:
    """Apply ``change`` to the diary. Applying it again changes nothing."""
    if change.walk is None:
        walk = plan.walks.filter(client_id=change.client_id).first()
    else:
        walk = plan.walks.filter(pk=change.walk).first()
        if walk is None:
            return Taken("refused", message=_("This walk is not in your diary."))
    if walk is None:
        return _new(plan, change, by, at)
    if _is_so(walk, change.written):
        return Taken("saved", walk)
    if version_of(walk) != change.base:
        return Taken("conflict", walk)
    return _refusable(lambda: _change(walk, change.written, by, at), walk)


def _new(plan: Plan, change: Change, by: User, at: dt.datetime) -> Taken:
    written = change.written
    if written is None:  # removed before it was ever sent
        return Taken("saved")
    return _refusable(
        lambda: log_walk(
            plan,
            day=written.day,
            minutes=written.minutes,
            pain=written.pain,
            effort=written.effort,
            client_id=change.client_id,
            by=by,
            at=at,
        )
    )


def _change(walk: Walk, written: Written | None, by: User, at: dt.datetime) -> Walk:
    if written is None:
        return remove_walk(walk, by=by, at=at)
    return correct_walk(
        walk,
        day=written.day,
        minutes=written.minutes,
        pain=written.pain,
        effort=written.effort,
        by=by,
        at=at,
    )


def _is_so(walk: Walk, written: Written | None) -> bool:
    if written is None:
        return walk.removed_at is not None
    return walk.removed_at is None and Written.of(walk) == written


def _refusable(act: Callable[[], Walk], walk: Walk | None = None) -> Taken:
    try:
        return Taken("saved", act())
    except Refused as refusal:
        return Taken("refused", walk, str(refusal))
