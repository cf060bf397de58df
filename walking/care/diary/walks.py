"""The diary: record, correct, remove and restore walks."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.models import Plan, Walk
from walking.models.diary import Effort
from walking.programme import weeks
from walking.programme.settings import PAIN, WALK_MINUTES

#: After the plan ends, walks can be recorded this many days back.
OPEN_DAYS_AFTER_END = 14


def open_days(plan: Plan, at: dt.datetime) -> list[dt.date]:
    """Return the local days whose walks can be recorded or corrected at ``at``: those of the running and the last week,
    up to today, newest first. Empty before the plan starts."""
    today = weeks.local_day(at, plan.patient.zone)
    if plan.status == Plan.Status.COMPLETED:
        days = {today - dt.timedelta(days=back) for back in range(OPEN_DAYS_AFTER_END)}
        return sorted((day for day in days if day >= plan.start), reverse=True)
    recent = plan.weeks.filter(number__gte=plan.week_number - 1)
    spans = recent.order_by().values_list("starts", "ends")
    days = {
        first + dt.timedelta(days=offset)
        for first, last in spans
        for offset in range((last - first).days + 1)
        if first + dt.timedelta(days=offset) <= today
    }
    return sorted(days, reverse=True)


def log_walk(
    plan: Plan,
    *,
    day: dt.date,
    minutes: int,
    pain: int | None = None,
    effort: str = "",
    client_id: uuid.UUID | None = None,
    by: User | None,
    why: str = "",
    at: dt.datetime,
) -> Walk:
    """Record a walk of ``minutes`` (1-600) on a local day. With a known ``client_id``, returns the walk already
    recorded.

    ``why``, for the access log, says how staff who enter it know of it. Raises ``Refused`` for a day that is not open,
    or for numbers out of range.
    """
    with transaction.atomic():
        # Most requests record walks, which need nothing else of the plan.
        plan = catch_up(Plan.objects.locked(plan.pk, related=["patient"]), at)
        if client_id and (earlier := plan.walks.filter(client_id=client_id).first()):
            return earlier
        check_entry(plan, day, minutes, pain, effort, at)
        changed(plan.patient, by=by, what="walk", why=why, at=at)
        return Walk.objects.create(
            plan=plan,
            day=day,
            minutes=minutes,
            pain=pain,
            effort=effort,
            client_id=client_id or uuid.uuid4(),
            entered_by=by,
            entered_at=at,
        )


def correct_walk(
    walk: Walk,
    *,
    day: dt.date,
    minutes: int,
    pain: int | None,
    effort: str,
    by: User | None,
    why: str = "",
    at: dt.datetime,
) -> Walk:
    """Change a walk whose day is still open, and move it to another open day if wanted. Raises ``Refused``."""
    with transaction.atomic():
        plan, walk = _locked(walk, at)
        check_entry(plan, walk.day, walk.minutes, None, "", at)
        check_entry(plan, day, minutes, pain, effort, at)
        walk.day, walk.minutes, walk.pain, walk.effort = day, minutes, pain, effort
        walk.changed_at, walk.changed_by = at, by
        changed(plan.patient, by=by, what="walk", why=why, at=at)
        walk.save(update_fields=["day", "minutes", "pain", "effort", "changed_at", "changed_by"])
    return walk


def remove_walk(walk: Walk, *, by: User | None, why: str = "", at: dt.datetime) -> Walk:
    """Remove a walk while its day is open. It can be restored. Raises ``Refused``."""
    return _set_removed(walk, removed_at=at, by=by, why=why, at=at)


def restore_walk(walk: Walk, *, by: User | None, why: str = "", at: dt.datetime) -> Walk:
    """Restore a removed walk while its day is open. Raises ``Refused``."""
    return _set_removed(walk, removed_at=None, by=by, why=why, at=at)


def _set_removed(
    walk: Walk, *, removed_at: dt.datetime | None, by: User | None, why: str, at: dt.datetime
) -> Walk:
    with transaction.atomic():
        plan, walk = _locked(walk, at)
        check_entry(plan, walk.day, walk.minutes, None, "", at)
        walk.removed_at, walk.changed_at, walk.changed_by = removed_at, at, by
        what = "walk_removed" if removed_at else "walk"
        changed(plan.patient, by=by, what=what, why=why, at=at)
        walk.save(update_fields=["removed_at", "changed_at", "changed_by"])
    return walk


def _locked(walk: Walk, at: dt.datetime) -> tuple[Plan, Walk]:
    plan = catch_up(Plan.objects.locked(walk.plan_id), at)
    return plan, Walk.objects.get(pk=walk.pk)


def check_entry(
    plan: Plan,
    day: dt.date,
    minutes: int,
    pain: int | None,
    effort: str,
    at: dt.datetime,
    *,
    days: list[dt.date] | None = None,
) -> None:
    """Raise ``Refused``, with its field, unless the walk may be recorded. ``days``: the open days, if already
    loaded."""
    if day > weeks.local_day(at, plan.patient.zone):
        raise Refused(_("That day is still to come. Choose today or an earlier day."), "day")
    days = open_days(plan, at) if days is None else days
    if not days:
        raise Refused(
            _("Your plan has not started yet. It starts on %(day)s.")
            % {"day": date_format(plan.start)},
            "day",
        )
    if day not in days:
        raise Refused(
            _(
                "Choose a day between %(first)s and %(last)s: walks can be entered for this week and last week."
            )
            % {"first": date_format(days[-1]), "last": date_format(days[0])},
            "day",
        )
    if minutes not in WALK_MINUTES:
        raise Refused(
            _("Give the minutes of the walk as a number from %(low)s to %(high)s.")
            % {"low": WALK_MINUTES.low, "high": WALK_MINUTES.high},
            "minutes",
        )
    if pain is not None and pain not in PAIN:
        raise Refused(_("Give the pain as a number from 0 to 10, or leave it out."), "pain")
    if effort not in {"", *Effort.values}:
        raise Refused(_("Choose one of the answers, or leave it out."), "effort")
