"""The use cases of everyday loads: choose two tasks, record a try, rate one's confidence."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from walking.care.plan.companions import check_day, locked
from walking.care.refusal import Refused
from walking.companions.loads.records import LoadChoice, LoadRating, LoadTry
from walking.companions.loads.rules import LEVELS, SCALE
from walking.companions.loads.tasks import TASKS
from walking.models import CompanionProgramme
from walking.programme.weeks import local_day


def choose_tasks(
    programme: CompanionProgramme, *, first: str, second: str, at: dt.datetime
) -> None:
    """Save which two tasks the patient learns now; tries of other tasks are kept. Raises ``Refused``."""
    for name, slug in (("first", first), ("second", second)):
        if slug not in TASKS:
            raise Refused(_("Choose one of the tasks."), name)
    if first == second:
        raise Refused(_("Choose another task than the first."), "second")
    with transaction.atomic():
        programme = locked(programme, at)
        for place, slug in enumerate((first, second), 1):
            rows = LoadChoice.objects.filter(companion=programme, place=place)
            last = rows.order_by("-revision").first()
            if last is None or last.task != slug:
                LoadChoice(
                    companion=programme,
                    place=place,
                    revision=last.revision + 1 if last else 1,
                    task=slug,
                    at=at,
                ).save()


def try_task(
    programme: CompanionProgramme,
    task: str,
    *,
    day: dt.date,
    level: int,
    pain: int,
    client_id: uuid.UUID,
    at: dt.datetime,
) -> LoadTry:
    """Record that the patient tried ``task`` on a local ``day`` with a load (1-3), and the pain (0-10). The same
    ``client_id`` again changes nothing. Raises ``Refused``."""
    if task not in TASKS:
        raise Refused(_("Choose one of the tasks."))
    if level not in LEVELS:
        raise Refused(_("Choose one of the three."), "level")
    if pain not in SCALE:
        raise Refused(_("Please choose a number from 0 to 10."), "pain")
    with transaction.atomic():
        programme = locked(programme, at)
        same = LoadTry.objects.filter(companion=programme, client_id=client_id).first()
        if same is not None:
            return same
        check_day(programme, day, at)
        tried = LoadTry(
            companion=programme,
            day=day,
            task=task,
            level=level,
            pain=pain,
            client_id=client_id,
            at=at,
        )
        tried.save()
    return tried


def say_how_sure(
    programme: CompanionProgramme,
    task: str,
    *,
    sure: int,
    day: dt.date | None = None,
    at: dt.datetime,
) -> None:
    """Record how sure (0-10) the patient felt about ``task`` on a local ``day`` (None: today). The same again changes
    nothing. Raises ``Refused``."""
    if task not in TASKS:
        raise Refused(_("Choose one of the tasks."))
    if sure not in SCALE:
        raise Refused(_("Please choose a number from 0 to 10."), "sure")
    with transaction.atomic():
        programme = locked(programme, at)
        day = day or local_day(at, programme.plan.patient.zone)
        check_day(programme, day, at)
        rows = LoadRating.objects.filter(companion=programme, task=task, day=day)
        last = rows.order_by("-revision").first()
        if last is None or last.sure != sure:
            LoadRating(
                companion=programme,
                task=task,
                day=day,
                revision=last.revision + 1 if last else 1,
                sure=sure,
                at=at,
            ).save()
