"""The monthly question after recurrences."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.refusal import Refused
from walking.care.trail import changed
from walking.models import Plan, Recurrence
from walking.programme import weeks


def answer_month(
    plan: Plan,
    month: int,
    *,
    happened: bool,
    started: dt.date | None = None,
    ended: dt.date | None = None,
    limited_activity: bool | None = None,
    sought_care: bool | None = None,
    by: User | None,
    at: dt.datetime,
) -> Recurrence:
    """Keep the answer for a month; answering again is a new revision. Days are local. Raises ``Refused``."""
    with transaction.atomic():
        plan = Plan.objects.locked(plan.pk)
        today = weeks.local_day(at, plan.patient.zone)
        if today < weeks.month_day(plan.start, month):
            raise Refused(_("That month is not over yet. The question comes by mail when it is."))
        if happened:
            _check_days(plan, started, ended, today)
        else:
            started = ended = limited_activity = sought_care = None
        answer = Recurrence(
            plan=plan,
            month=month,
            revision=plan.recurrences.filter(month=month).count() + 1,
            at=at,
            by=by,
            happened=happened,
            started=started,
            ended=ended,
            limited_activity=limited_activity,
            sought_care=sought_care,
        )
        answer.save()
        changed(plan.patient, by=by, what="recurrence", at=at)
    return answer


def _check_days(plan: Plan, started: dt.date | None, ended: dt.date | None, today: dt.date) -> None:
    for field, day in (("started", started), ("ended", ended)):
        if day is not None and day > today:
            raise Refused(_("That day is still to come. Choose today or an earlier day."), field)
        if day is not None and day < plan.start:
            raise Refused(_("That day is before your plan began. Choose a later day."), field)
    if started is not None and ended is not None and ended < started:
        raise Refused(
            _("The pain cannot have ended before it began. Look at the two days again."), "ended"
        )
