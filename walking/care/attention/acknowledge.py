"""Acknowledging and snoozing what needs a physiotherapist's attention, and undoing it."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.permission import lock_for_staff
from walking.care.record.audit import changed
from walking.care.refusal import Refused
from walking.models import Acknowledgement, Attention, Plan
from walking.models.standing import refresh, refresh_due
from walking.programme import weeks
from walking.programme.attention import Kind

#: Longest snooze, in days (our choice, not the trial's).
LONGEST_SNOOZE = 60


def look_again(at: dt.datetime) -> int:
    """Update the attention rows that change with time alone: contacts that are due, snoozes that end. Returns how many
    plans."""
    total = 0
    while True:
        with transaction.atomic():
            looked = refresh_due(at)
        total += looked
        if not looked:
            return total


def acknowledge(plan: Plan, *, state: str, note: str, by: User, at: dt.datetime) -> Acknowledgement:
    """Record that ``by`` has seen the plan's needs, as shown in ``state`` (``Attention.state`` of the page). The plan
    leaves the list until something new happens. A red flag moves to the list of those seen, until the plan is resumed.

    Raises ``Refused`` without a note, or if the needs have changed since.
    """
    if not note.strip():
        raise Refused(_("Write in a few words what you did or decided."), "note")
    with transaction.atomic():
        row = _row(plan, state, by, at)
        fact = Acknowledgement(
            plan_id=row.pk,
            action=Acknowledgement.Action.SEEN,
            needs=row.needs,
            note=note.strip(),
            by=by,
            at=at,
        )
        fact.save()
        changed(row.plan.patient, by=by, what="acknowledged", why=note, at=at)
        refresh([row.pk], at)
    return fact


def snooze(
    plan: Plan, *, state: str, until: dt.date, note: str = "", by: User, at: dt.datetime
) -> Acknowledgement:
    """Snooze the plan's needs until the start of the day ``until`` in the clinic's time zone. Never a red flag.

    Raises ``Refused`` for a red flag, for a day that is past or too far ahead, or if the needs have changed since.
    """
    with transaction.atomic():
        row = _row(plan, state, by, at)
        if any(need.kind is Kind.RED_FLAG for need in row.all_needs):
            raise Refused(_("A red flag cannot be put off. Ring the patient, then acknowledge it."))
        zone = zoneinfo.ZoneInfo(row.plan.clinic.timezone)
        today = weeks.local_day(at, zone)
        if not today < until <= today + dt.timedelta(days=LONGEST_SNOOZE):
            raise Refused(
                _("Choose a day from tomorrow to %(days)s days ahead.") % {"days": LONGEST_SNOOZE},
                "until",
            )
        fact = Acknowledgement(
            plan_id=row.pk,
            action=Acknowledgement.Action.SNOOZED,
            needs=row.needs,
            until=weeks.at_local(until, dt.time(0), zone),
            note=note.strip(),
            by=by,
            at=at,
        )
        fact.save()
        changed(row.plan.patient, by=by, what="snoozed", why=note, at=at)
        refresh([row.pk], at)
    return fact


def take_back(plan: Plan, *, by: User, at: dt.datetime) -> Acknowledgement:
    """Undo the latest acknowledgement or snooze. Raises ``Refused`` if there is none."""
    with transaction.atomic():
        locked = lock_for_staff(plan.pk, by)
        last = (
            locked.acknowledgements.filter(undone_by=None)
            .exclude(action=Acknowledgement.Action.UNDONE)
            .order_by("at", "pk")
            .last()
        )
        if last is None:
            raise Refused(_("There is nothing to take back."))
        fact = Acknowledgement(
            plan=locked,
            action=Acknowledgement.Action.UNDONE,
            needs=last.needs,
            undoes=last,
            by=by,
            at=at,
        )
        fact.save()
        changed(locked.patient, by=by, what="acknowledgement_undone", at=at)
        refresh([locked.pk], at)
    return fact


def _row(plan: Plan, state: str, by: User, at: dt.datetime) -> Attention:
    """Return the current needs of the locked plan. Raises ``Refused`` if they differ from what the page showed."""
    locked = lock_for_staff(plan.pk, by)
    refresh([locked.pk], at)
    row = Attention.objects.get(pk=locked.pk)
    row.plan = locked
    if row.state != state:
        raise Refused(_("Something has changed meanwhile. Look again, then decide."))
    if row.rank is None:
        raise Refused(_("Nobody is waiting here any more: it has been acknowledged or put off."))
    return row
