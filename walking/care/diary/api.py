"""Walks sent by a connected app of the patient, such as a phone's automation. Each is recorded once.

Nobody checks these before they are recorded, unlike those of a file. So a walk that the diary seems to have already
(see ``bringing``) is left out, and the answer says so.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.diary.file_import import Candidate, compared, enter, placed
from walking.care.diary.walks import check_entry, open_days
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.imports.found import FoundWalk
from walking.models import Plan


@dataclass(frozen=True, slots=True)
class Sent:
    """A walk as an app sends it. Without an ``id``, its start (or day) and minutes identify it."""

    walk: FoundWalk
    id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for one walk. ``added``; ``known``: sent before; ``alike``: the diary seems to have it; ``refused``:
    ``message`` says why."""

    state: Literal["added", "known", "alike", "refused"]
    day: dt.date
    message: str = ""


def send(plan: Plan, sent: Sequence[Sent], *, by: User, at: dt.datetime) -> list[Answer]:
    """Record the new walks of ``sent``, with the rules of a walk recorded by hand. Returns an answer for each, in the
    same order."""
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        zone, days = plan.patient.zone, open_days(plan, at)
        seen: dict[tuple[dt.date, int], int] = {}
        each = [_named(placed(one.walk, zone, seen, set(days)), one.id) for one in sent]
        refusals = [_refusal(plan, walk, days, at) for walk in each]
        fine = {
            walk.name: walk for walk, refused in zip(each, refusals, strict=True) if not refused
        }
        there = Q(day__in={walk.day for walk in fine.values()}) | Q(client_id__in=fine)
        told = compared(list(fine.values()), list(plan.walks.filter(there)) if fine else [])
        states = {walk.name: walk.state for walk in told}
        enter(plan, [walk for walk in told if walk.state == "new"], by=by, at=at)
    answers = []
    for walk, refused in zip(each, refusals, strict=True):
        if refused:
            answers.append(Answer("refused", walk.day, refused))
        elif states[walk.name] == "new":
            answers.append(Answer("added", walk.day))
            states[walk.name] = "here"  # sent twice in one request
        elif states[walk.name] == "here":
            answers.append(Answer("known", walk.day))
        else:
            words = _("Your diary has a walk that seems to be this one. If not, add it by hand.")
            answers.append(Answer("alike", walk.day, words))
    return answers


def _named(walk: Candidate, name: uuid.UUID | None) -> Candidate:
    return walk if name is None else replace(walk, name=name)


def _refusal(plan: Plan, walk: Candidate, days: list[dt.date], at: dt.datetime) -> str:
    try:
        check_entry(plan, walk.day, walk.minutes, None, "", at, days=days)
    except Refused as refused:
        return str(refused)
    return ""
