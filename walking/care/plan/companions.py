"""Companion programmes of a plan: added and ended by staff; which run, whether they are paused, and what was done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.companions.registry import COMPANIONS
from walking.companions.resting import Rest, resting
from walking.companions.shape import Companion
from walking.companions.standing import limiting, week_line, with_what_was_done
from walking.models import CompanionProgramme, Plan
from walking.programme.weeks import local_day

#: Activity can be recorded this many days back, because a phone may have been offline.
DAYS_BACK: Final = 14
LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A running companion on ``today``. ``days`` are those with activity, of the last seven or of those asked for."""

    programme: CompanionProgramme
    companion: Companion
    today: dt.date
    last_day: dt.date | None
    days: int
    rest: Rest

    @property
    def week(self) -> int:
        return self.programme.week_of(self.today)

    @property
    def is_over(self) -> bool:
        return self.week > self.companion.weeks

    @property
    def done_today(self) -> bool:
        return self.last_day == self.today

    @property
    def week_words(self) -> str:
        """Return a sentence for the patient about those days."""
        return week_line(self.companion, self.days)


def running(plan: Plan, today: dt.date, *, since: dt.date | None = None) -> list[Standing]:
    """Return the companions of ``plan`` that run on the local day ``today``, in order, with one query. ``since`` is the
    first day that counts, by default six days ago."""
    running = CompanionProgramme.objects.running().filter(plan=plan, kind__in=COMPANIONS)
    rows = with_what_was_done(running, since or today - dt.timedelta(days=6), today)
    order = list(COMPANIONS)
    return [
        Standing(
            programme=row,
            companion=COMPANIONS[row.kind],
            today=today,
            last_day=row.last_day,
            days=row.days_done or 0,
            rest=rest_of(plan, flare_up=row.flare_up),
        )
        for row in sorted(rows, key=lambda row: order.index(row.kind))
    ]


def rest_of(plan: Plan, *, flare_up: bool) -> Rest:
    """Return whether and why the companions of ``plan`` are paused."""
    return resting(
        plan_is_paused=plan.status == Plan.Status.PAUSED,
        red_flag=plan.paused_for == "red_flag",
        flare_up=flare_up,
    )


def add_companion(
    plan: Plan, kind: str, *, message: str = "", by: User, at: dt.datetime
) -> CompanionProgramme:
    """Add a companion to a plan from the patient's today on, with a message that the patient sees. Ends one whose weeks
    are over. Raises ``Refused``."""
    companion = COMPANIONS.get(kind)
    message = message.strip()
    if companion is None:
        raise Refused(_("There is no such companion programme."), "kind")
    if len(message) > LONGEST:
        raise Refused(_("That is too long: use at most 500 letters."), "message")
    with transaction.atomic():
        plan = lock_for_staff(plan.pk, by)
        if not plan.is_open:
            raise Refused(_("This plan is completed already."))
        today = local_day(at, plan.patient.zone)
        for earlier in plan.companions.running().filter(kind=kind):
            if earlier.week_of(today) <= companion.weeks:
                raise Refused(_("This companion programme runs already."), "kind")
            _end(earlier, today, by, at)
        programme = CompanionProgramme(
            plan=plan,
            kind=kind,
            number=plan.companions.count() + 1,
            added_by=by,
            added_at=at,
            message=message,
            started_on=today,
        )
        programme.save()
        changed(plan.patient, by=by, what="companion_added", why=str(companion.name), at=at)
    return programme


def end_companion(plan: Plan, number: int, *, by: User, at: dt.datetime) -> None:
    """End a companion today. Its records stay. Raises ``Refused`` if it is not running."""
    with transaction.atomic():
        plan = lock_for_staff(plan.pk, by)
        programme = plan.companions.running().filter(number=number).first()
        if programme is None:
            raise Refused(_("This companion programme has ended already."))
        _end(programme, local_day(at, plan.patient.zone), by, at)
        name = COMPANIONS[programme.kind].name if programme.kind in COMPANIONS else programme.kind
        changed(plan.patient, by=by, what="companion_ended", why=str(name), at=at)


def _end(programme: CompanionProgramme, today: dt.date, by: User, at: dt.datetime) -> None:
    # A traveller's local day may be before the start.
    programme.ended_on = max(today, programme.started_on)
    programme.ended_by, programme.ended_at = by, at
    programme.save(update_fields=["ended_on", "ended_by", "ended_at"])


# What the use cases of each companion go through ---------------------------------------------------


def locked(programme: CompanionProgramme, at: dt.datetime) -> CompanionProgramme:
    """Lock the plan and return ``programme``, ready to record activity. Raises ``Refused`` if it has ended or is
    paused."""
    plan = Plan.objects.locked(programme.plan_id)
    programme = CompanionProgramme.objects.get(pk=programme.pk)
    programme.plan = plan
    if programme.ended_on is not None:
        raise Refused(_("This programme has ended."))
    if rest_of(plan, flare_up=limiting().filter(plan=plan).exists()):
        raise Refused(_("This programme rests just now, together with your plan."))
    return programme


def check_day(programme: CompanionProgramme, day: dt.date, at: dt.datetime) -> None:
    """Raise ``Refused`` for a local day that is outside ``programme`` or too long ago."""
    today = local_day(at, programme.plan.patient.zone)
    if day > today:
        raise Refused(_("This day is still to come."), "day")
    if day < programme.started_on:
        raise Refused(_("This day is before the programme began."), "day")
    if day < today - dt.timedelta(days=DAYS_BACK):
        raise Refused(_("This day is too long ago to be written down."), "day")
