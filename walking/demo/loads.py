"""Invented patients learn two tasks that worried them: unsure at first, surer each week."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random
from typing import Final

from accounts.models import User
from walking.care.plan.companions import add_companion
from walking.care.refusal import Refused
from walking.companions.loads.care import choose_tasks, say_how_sure, try_task
from walking.companions.loads.reading import read
from walking.companions.loads.rules import SCALE, asks_how_sure
from walking.models import Plan
from walking.programme.weeks import local_day

WORDS: Final = "Choose what you have put off since the spring, and begin with the lightest load."
CHOSEN: Final = ("shopping", "socks")


def begin(plan: Plan, by: User, at: dt.datetime) -> None:
    """Add everyday loads to ``plan`` as ``by``, and let the patient choose two tasks."""
    programme = add_companion(plan, "loads", message=WORDS, by=by, at=at)
    first, second = CHOSEN
    choose_tasks(programme, first=first, second=second, at=at)


def try_one(plan: Plan, at: dt.datetime) -> None:
    """Let ``plan``'s patient try the two tasks in turn, with the offered load; nothing while paused."""
    programme = plan.companions.running().filter(kind="loads").first()
    if programme is None:
        return
    random = Random(f"{plan.patient.email} {at}")  # noqa: S311 - a story, no secret
    today = local_day(at, plan.patient.zone)
    learned = read(programme)
    task = min(CHOSEN, key=lambda slug: (len(learned[slug].tries), CHOSEN.index(slug)))
    so_far = learned[task]
    try:
        try_task(
            programme,
            task,
            day=today,
            level=so_far.advice.offered,
            pain=random.choice((0, 1, 1, 2, 2, 3)),
            client_id=uuid.UUID(int=random.getrandbits(128), version=4),
            at=at,
        )
        if asks_how_sure(so_far.rated, today):
            say_how_sure(programme, task, sure=min(max(SCALE), 4 + len(so_far.rated)), at=at)
    except Refused:
        return
