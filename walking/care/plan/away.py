"""Days away, reported in advance: the week stays the same and no reminders are sent."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.models import Absence, Plan
from walking.models.absence import LONGEST
from walking.programme import weeks

#: An absence can begin this long ahead, or have begun this long ago.
AHEAD = dt.timedelta(days=365)
BACK = dt.timedelta(days=14)
ONE_DAY = dt.timedelta(days=1)


def say_away(
    plan: Plan,
    *,
    first: dt.date,
    last: dt.date,
    kind: str,
    words: str = "",
    by: User | None,
    why: str = "",
    at: dt.datetime,
) -> Absence:
    """Record that the patient is away on the local days from ``first`` to ``last``, both included.

    Days before today are stored but do not count as reported in advance. ``why``, for the access log, says how staff
    who enter it know of it. Raises ``Refused``.
    """
    with transaction.atomic():
        plan = catch_up(Plan.objects.locked(plan.pk), at)
        today = weeks.local_day(at, plan.patient.zone)
        _check(plan, first, last, kind, today)
        for other in plan.absences.standing().filter(first__lte=last, last__gte=first):
            raise Refused(
                _(
                    "You told us already that you are away from %(first)s to %(last)s. Choose other days,"
                    " or take those back first."
                )
                % {"first": date_format(other.first), "last": date_format(other.last)},
                "first" if other.covers(first) else "last",
            )
        changed(plan.patient, by=by, what="absence", why=why, at=at)
        return Absence.objects.create(
            plan=plan,
            first=first,
            last=last,
            kind=kind,
            words=words.strip(),
            said_at=at,
            said_on=today,
            by=by,
        )


def shorten(absence: Absence, *, last: dt.date, by: User | None, at: dt.datetime) -> Absence:
    """End an absence on an earlier day. Raises ``Refused``."""
    with transaction.atomic():
        absence = _standing(absence, at)
        if last < absence.first:
            raise Refused(
                _("The last day cannot be before the first, %(first)s.")
                % {"first": date_format(absence.first)},
                "last",
            )
        if last > absence.last:
            raise Refused(
                _(
                    "To stay away longer, tell us the days after %(last)s as well: fill in the form below."
                )
                % {"last": date_format(absence.last)},
                "last",
            )
        changed(absence.plan.patient, by=by, what="absence", at=at)
        return _end(absence, last, at)


def take_back(absence: Absence, *, by: User | None, why: str = "", at: dt.datetime) -> Absence:
    """Cancel an absence: past days stay, today and later days no longer count.

    ``why`` as for ``say_away``. Raises ``Refused``.
    """
    with transaction.atomic():
        absence = _standing(absence, at)
        changed(absence.plan.patient, by=by, what="absence", why=why, at=at)
        today = weeks.local_day(at, absence.plan.patient.zone)
        if absence.first < today:
            return _end(absence, today - ONE_DAY, at)
        absence.withdrawn_at = at
        absence.save(update_fields=["withdrawn_at"])
        return absence


def standing(plan: Plan, today: dt.date) -> list[Absence]:
    """Return the plan's absences that are not over on the local day ``today``, in order."""
    return list(plan.absences.standing().filter(last__gte=today).order_by("first"))


def is_away(plan: Plan, day: dt.date) -> bool:
    """Return whether the patient is away on this local day."""
    return plan.absences.standing().filter(first__lte=day, last__gte=day).exists()


def _check(plan: Plan, first: dt.date, last: dt.date, kind: str, today: dt.date) -> None:
    if not plan.is_open:
        raise Refused(_("Your plan is completed, so there is nothing to tell us any more."))
    if kind not in Absence.Kind.values:
        raise Refused(_("Choose one of the answers."), "kind")
    if last < first:
        raise Refused(
            _("The last day cannot be before the first. Look at the two days again."), "last"
        )
    if last < today:
        raise Refused(
            _(
                "Those days are over. Say in your check-in that you were away, and your plan waits for you"
                " just the same."
            ),
            "last",
        )
    if first < max(plan.start, today - BACK):
        raise Refused(
            _("Choose a first day from %(day)s on.")
            % {"day": date_format(max(plan.start, today - BACK))},
            "first",
        )
    if first > today + AHEAD:
        raise Refused(_("That is more than a year ahead. Choose an earlier day."), "first")
    if last - first >= LONGEST:
        raise Refused(
            _("Choose a last day up to %(day)s: at most 8 weeks at once.")
            % {"day": date_format(first + LONGEST - ONE_DAY)},
            "last",
        )


def _standing(absence: Absence, at: dt.datetime) -> Absence:
    """Lock the plan, review overdue weeks and return the absence. Raises ``Refused`` if it is over or was cancelled."""
    plan = catch_up(Plan.objects.locked(absence.plan_id), at)
    absence = plan.absences.get(pk=absence.pk)
    absence.plan = plan
    if absence.withdrawn_at or absence.last < weeks.local_day(at, plan.patient.zone):
        raise Refused(_("Those days away are over or were taken back already."))
    return absence


def _end(absence: Absence, last: dt.date, at: dt.datetime) -> Absence:
    absence.last, absence.changed_at = last, at
    absence.save(update_fields=["last", "changed_at"])
    return absence
