"""The use cases of sitting less: record the usual hours, record a day, sit down and get up."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from walking.care.plan.companions import check_day, locked
from walking.care.refusal import Refused
from walking.companions.sitting.records import SittingBreak, SittingDay, SittingUsual
from walking.companions.sitting.rules import BREAK_AFTER, LESS, USUAL, break_due
from walking.models import CompanionProgramme


def tell_usual(
    programme: CompanionProgramme,
    *,
    work_day: int | None,
    free_day: int,
    break_after: int,
    at: dt.datetime,
) -> None:
    """Record how long the patient usually sits, in minutes a day; ``work_day`` is None for patients without one. Raises
    ``Refused``."""
    told = {"work_day": work_day, "free_day": free_day, "break_after": break_after}
    for name, value in (("work_day", work_day), ("free_day", free_day)):
        if value is not None and value not in USUAL:
            raise Refused(_("Choose from 0 to 18 hours."), name)
    if break_after not in BREAK_AFTER:
        raise Refused(_("Choose from 30 to 45 minutes."), "break_after")
    with transaction.atomic():
        programme = locked(programme, at)
        last = SittingUsual.objects.filter(companion=programme).order_by("-revision").first()
        if last is None or any(getattr(last, name) != value for name, value in told.items()):
            revision = last.revision + 1 if last else 1
            SittingUsual(companion=programme, revision=revision, at=at, **told).save()


def write_day(
    programme: CompanionProgramme,
    *,
    day: dt.date,
    less: int,
    client_id: uuid.UUID,
    at: dt.datetime,
) -> SittingDay:
    """Record how many minutes less (0-180) the patient sat on a local ``day``. The same ``client_id`` again changes
    nothing. Raises ``Refused`` for a day before the companion, in the future, or long past, and while it is paused."""
    if less not in LESS:
        raise Refused(_("Choose how many minutes."), "less")
    with transaction.atomic():
        programme = locked(programme, at)
        same = SittingDay.objects.filter(companion=programme, client_id=client_id).first()
        if same is not None:
            return same
        check_day(programme, day, at)
        last = SittingDay.objects.filter(companion=programme, day=day).order_by("-revision").first()
        if last is not None and last.less == less:
            return last
        written = SittingDay(
            companion=programme,
            day=day,
            revision=last.revision + 1 if last else 1,
            less=less,
            client_id=client_id,
            at=at,
        )
        written.save()
    return written


def sit_down(programme: CompanionProgramme, at: dt.datetime) -> None:
    """Record that the patient sits down at ``at``: the devices say when to get up, except at night. Raises
    ``Refused``."""
    with transaction.atomic():
        programme = locked(programme, at)
        usual = SittingUsual.objects.filter(companion=programme).order_by("-revision").first()
        if usual is None:
            raise Refused(_("First tell us how much you sit."))
        due = break_due(at, usual.break_after, programme.plan.patient.zone)
        SittingBreak.objects.update_or_create(
            companion=programme, defaults={"sat_down_at": at, "due_at": due}
        )


def get_up(programme: CompanionProgramme) -> None:
    """Record that the patient got up, or wants no message about this break."""
    SittingBreak.objects.filter(companion=programme).update(due_at=None)
