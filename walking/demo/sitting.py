"""Invented patients sit less: a few minutes at first, more from week to week, less on some days."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random
from typing import Final

from accounts.models import User
from walking.care.plan.companions import add_companion
from walking.care.refusal import Refused
from walking.companions.sitting.care import tell_usual, write_day
from walking.companions.sitting.reading import read
from walking.models import Plan
from walking.programme.weeks import local_day

WORDS: Final = "You said that the afternoons at the desk are the worst. Let us begin there."
#: Minutes a day of sitting at first.
ON_A_WORK_DAY, ON_A_FREE_DAY = 9 * 60, 6 * 60


def begin(plan: Plan, by: User, at: dt.datetime) -> None:
    """Add sitting less to ``plan`` as ``by``, and record the patient's usual hours."""
    programme = add_companion(plan, "sitting", message=WORDS, by=by, at=at)
    tell_usual(
        programme, work_day=ON_A_WORK_DAY, free_day=ON_A_FREE_DAY, break_after=40, at=at
    )  # fmt: skip


def write_today(plan: Plan, at: dt.datetime) -> None:
    """Record how many minutes less ``plan``'s patient sat today, around the week's target; nothing while paused."""
    programme = plan.companions.running().filter(kind="sitting").first()
    if programme is None:
        return
    random = Random(f"{plan.patient.email} {at}")  # noqa: S311 - a story, no secret
    today = local_day(at, plan.patient.zone)
    target = read(programme, today).target.minutes
    try:
        write_day(
            programme,
            day=today,
            less=max(0, target + random.choice((-10, -5, 0, 0, 5, 10))),
            client_id=uuid.UUID(int=random.getrandbits(128), version=4),
            at=at,
        )
    except Refused:
        return
