"""Invented patients practise movements: unsure at first, safer week by week."""

from __future__ import annotations

import datetime as dt
import uuid
from random import Random
from typing import Final

from accounts.models import User
from walking.care.plan.companions import add_companion
from walking.care.refusal import Refused
from walking.companions.movement.care import set_up, write_session
from walking.companions.movement.patterns import guides
from walking.companions.movement.reading import read
from walking.companions.movement.rules import Pattern, Why
from walking.models import Plan
from walking.programme.weeks import local_day

WORDS: Final = (
    "You said that the floor feels far away. We go there step by step, and you choose how far."
)
CORRECTIONS: Final = {
    Pattern.ROLLING: "Let your eyes go first, then your shoulder. You held your breath last time: count out loud.",
    Pattern.KNEELING: "Put the folded towel under your left knee before you begin.",
    Pattern.SQUATTING: "Feet a little wider than at the clinic, and let your heels stay down.",
}


def begin(plan: Plan, by: User, at: dt.datetime) -> None:
    """Add movement retraining to ``plan`` as ``by``, with a correction to some movements."""
    programme = add_companion(plan, "movement", message=WORDS, by=by, at=at)
    set_up(programme, patterns=Pattern, corrections=CORRECTIONS, by=by, at=at)


def practise(plan: Plan, at: dt.datetime) -> None:
    """Let ``plan``'s patient do today's patterns; nothing while paused. The same moment gives the same sessions."""
    programme = plan.companions.running().filter(kind="movement").first()
    if programme is None:
        return
    random = Random(f"{plan.patient.email} {at}")  # noqa: S311 - a story, no secret
    today = local_day(at, plan.patient.zone)
    found = read(programme, today)
    for pattern in found.today:
        course = found.courses[pattern]
        # After it went well, the offered harder one is chosen; it feels less safe at first.
        found_easy = course.next.why is Why.READY
        version = (found_easy and course.next.offered) or course.next.version
        so_far = sum(row.version == version for row in course.rows)
        way = guides()[pattern].ways[version]
        try:
            write_session(
                programme,
                pattern=pattern,
                version=version,
                amount=max(1, way.amount - random.randint(0, 2)),
                safe=min(10, 6 + so_far + random.randint(-1, 1)),
                pain=random.choice((0, 1, 1, 2, 2, 3)),
                day=today,
                client_id=uuid.UUID(int=random.getrandbits(128), version=4),
                at=at,
            )
        except Refused:
            return
