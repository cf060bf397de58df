"""Reminders to walk: the patient's choice, their devices, and queueing what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.models import User
from walking.bulk import insert_new
from walking.care.diary.habits import habit_of
from walking.care.refusal import Refused
from walking.models import Plan, PushSubscription, Reminder, ReminderChoice
from walking.models.habit import MONDAY_TO_SUNDAY
from walking.models.reminder import EARLIEST, LATEST, REMINDER_STALE_AFTER
from walking.programme import weeks
from walking.programme.reminders import next_reminder
from walking.push.endpoint import check_subscription

BATCH = 500
#: Most devices of one person. A further one replaces the oldest.
DEVICES = 10
_COLUMNS = ("plan", "day", "state", "due_at", "next_attempt_at", "attempts", "queued_at", "outcome")


def reminder_choice(plan: Plan) -> ReminderChoice:
    """Return the patient's choice. The default is no days, at the hour of the walks, and is not saved."""
    chosen = ReminderChoice.objects.filter(plan=plan).first()
    if chosen is not None:
        return chosen
    return ReminderChoice(plan=plan, hour=min(max(habit_of(plan).hour, EARLIEST), LATEST))


def choose_reminders(
    plan: Plan, *, weekdays: Collection[int], hour: dt.time, at: dt.datetime
) -> ReminderChoice:
    """Save the weekdays (0 is Monday; none means no reminders) and the local hour. Raises ``Refused``."""
    if not set(weekdays) <= set(MONDAY_TO_SUNDAY):
        raise Refused(_("Choose days of the week."), "weekdays")
    if not EARLIEST <= hour <= LATEST:
        raise Refused(
            _("Choose a time between %(first)s and %(last)s.")
            % {"first": time_format(EARLIEST), "last": time_format(LATEST)},
            "hour",
        )
    bits = sum(1 << day for day in set(weekdays))
    choice = ReminderChoice(plan=plan, weekday_bits=bits, hour=hour, changed_at=at)
    choice.next_reminder_at = _next(choice, plan, at)
    choice.save()
    return choice


def reschedule_reminders(plan: Plan, at: dt.datetime) -> None:
    """Recalculate the next reminder after the patient's time zone or devices changed."""
    choice = ReminderChoice.objects.filter(plan=plan).first()
    if choice is not None:
        choice.next_reminder_at = _next(choice, plan, at)
        choice.save(update_fields=["next_reminder_at"])


def _next(choice: ReminderChoice, plan: Plan, after: dt.datetime) -> dt.datetime | None:
    if not plan.is_open or not PushSubscription.objects.filter(user=plan.patient_id).exists():
        return None
    return next_reminder(choice.weekdays, choice.hour, plan.patient.zone, after)


def add_device(
    plan: Plan,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    label: str,
    device: str,
    at: dt.datetime,
) -> PushSubscription:
    """Register a browser for reminders. The same browser again, even with another person, stays one device.

    Raises ``Refused`` for values that no browser would send.
    """
    try:
        check_subscription(endpoint, p256dh, auth)
    except ValueError:
        raise Refused(
            _("This browser gave an address that we cannot send to. Use your calendar instead.")
        ) from None
    with transaction.atomic():
        added, _new = PushSubscription.objects.update_or_create(
            endpoint=endpoint,
            defaults={
                "user": plan.patient,
                "p256dh": p256dh,
                "auth": auth,
                "label": label,
                "device": device,
                "failures": 0,
            },
            create_defaults={
                "user": plan.patient,
                "p256dh": p256dh,
                "auth": auth,
                "label": label,
                "device": device,
                "created_at": at,
            },
        )
        mine = PushSubscription.objects.filter(user=plan.patient)
        # The browser has a new address, so delete its old one.
        mine.filter(device=device).exclude(pk=added.pk).delete()
        newest = list(mine.order_by("-created_at", "-pk").values_list("pk", flat=True)[:DEVICES])
        mine.exclude(pk__in=[added.pk, *newest]).delete()
        reschedule_reminders(plan, at)
    return added


def remove_device(user: User, pk: int) -> bool:
    """Remove one of the person's devices. Returns False if there is no such device."""
    return bool(PushSubscription.objects.filter(user=user, pk=pk).delete()[0])


def forget_device(device: str) -> None:
    """Remove the device of a browser in which someone signed out: it must not show their reminders any more."""
    if device:
        PushSubscription.objects.filter(device=device).delete()


def queue_due_reminders(at: dt.datetime, *, batch: int = BATCH) -> int:
    """Queue every reminder that is due at ``at``. Returns how many."""
    total = 0
    while True:
        with transaction.atomic():
            handled, queued = _queue(at, batch)
        total += queued
        if not handled:
            return total


def _queue(at: dt.datetime, batch: int) -> tuple[int, int]:
    choices = list(
        ReminderChoice.objects.filter(next_reminder_at__lte=at)
        .annotate(
            has_device=Exists(PushSubscription.objects.filter(user=OuterRef("plan__patient")))
        )
        .order_by("next_reminder_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("plan__patient")[:batch]
    )
    rows = []
    for choice in choices:
        plan, due = choice.plan, choice.next_reminder_at
        assert due is not None  # noqa: S101 - it was asked for
        zone = plan.patient.zone
        if plan.status == Plan.Status.ACTIVE and choice.has_device:
            day = weeks.local_day(due, zone)
            rows.append((plan.pk, day, Reminder.State.QUEUED.value, due, due, 0, at, ""))
        # After an outage, skip the reminders of past days.
        after = max(due, at - REMINDER_STALE_AFTER)
        goes_on = plan.is_open and choice.has_device
        choice.next_reminder_at = (
            next_reminder(choice.weekdays, choice.hour, zone, after) if goes_on else None
        )
    ReminderChoice.objects.bulk_update(choices, ["next_reminder_at"])
    return len(choices), insert_new(Reminder, _COLUMNS, rows)
