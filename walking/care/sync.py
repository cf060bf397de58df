"""Walks that were written down with no connection: taken in once each, in the order made, and nothing overwritten."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.diary import correct_walk, log_walk, remove_walk
from walking.care.refusal import Refused
from walking.models import Plan, Walk


@dataclass(frozen=True, slots=True)
class Written:
    """What a walk is to be: a local day, minutes 1-600, pain 0-10 or None, effort or ""."""

    day: dt.date
    minutes: int
    pain: int | None
    effort: str

    @classmethod
    def of(cls, walk: Walk) -> Written:
        return cls(walk.day, walk.minutes, walk.pain, walk.effort)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a patient did on the phone.

    A new walk is named by ``client_id`` alone; one that the page showed also by ``walk``, its number, with ``base``,
    the ``version_of`` it that the page showed. ``written`` is None if it was taken out.
    """

    client_id: uuid.UUID
    written: Written | None
    walk: int | None = None
    base: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a change. ``saved``: the diary is as it says. ``refused``: ``message`` says why.
    ``conflict``: the diary's ``walk`` was changed elsewhere and is left as it is, until the patient decides."""

    state: Literal["saved", "refused", "conflict"]
    walk: Walk | None = None
    message: str = ""


def version_of(walk: Walk) -> str:
    """Which state of a walk somebody looked at: empty as entered, and another after each change."""
    return walk.changed_at.isoformat() if walk.changed_at else ""


def take_in(plan: Plan, change: Change, *, by: User, at: dt.datetime) -> Taken:
    """Bring the diary to what ``change`` says. The same change again finds it so, and changes nothing."""
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
    if written is None:  # taken out before it ever arrived
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
