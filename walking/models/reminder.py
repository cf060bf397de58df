"""Reminders to walk: when a patient wants them, the devices they go to, and each one as a row that is sent later."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import between
from walking.models.habit import MONDAY_TO_SUNDAY, USUAL_HOUR
from walking.models.plan import Plan

#: A reminder later than this is suppressed: a reminder for a walk at ten must not arrive at one.
REMINDER_STALE_AFTER = dt.timedelta(hours=2)
#: Reminders are sent between these local hours, both included.
EARLIEST, LATEST = dt.time(5), dt.time(21)


class ReminderChoice(models.Model):
    """The weekdays and the local hour at which a patient wants reminders; no weekday means no reminder.

    ``next_reminder_at`` is the next of these moments in UTC, by the patient's time zone; null if no device would show
    it.
    """

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, related_name="reminder_choice", primary_key=True
    )
    #: A bit for each weekday, Monday's being 1.
    weekday_bits = models.PositiveSmallIntegerField(default=0)
    hour = models.TimeField(_("hour"), default=USUAL_HOUR)
    next_reminder_at = models.DateTimeField(_("next reminder"), null=True, editable=False)
    changed_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("reminder choice")
        verbose_name_plural = _("reminder choices")
        constraints = [
            models.CheckConstraint(
                condition=between("weekday_bits", 0, 127), name="reminder_weekdays_range"
            ),
            models.CheckConstraint(
                condition=models.Q(hour__gte=EARLIEST, hour__lte=LATEST),
                name="reminder_hour_by_day",
            ),
            models.CheckConstraint(
                condition=models.Q(next_reminder_at__isnull=True) | models.Q(weekday_bits__gt=0),
                name="reminder_due_only_on_days",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"],
                name="reminder_due",
                condition=models.Q(next_reminder_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.weekdays} {self.hour}"

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Return 0 (Monday) to 6, in order."""
        return tuple(day for day in MONDAY_TO_SUNDAY if self.weekday_bits & 1 << day)


class PushSubscription(models.Model):
    """A browser that shows reminders. ``endpoint`` is the address at its push service, ``p256dh`` and ``auth`` are keys
    so that only this browser can decrypt them; ``device`` is known to that browser's session alone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    label = models.CharField(_("device"), max_length=80)
    device = models.CharField(max_length=32, db_index=True)
    created_at = models.DateTimeField(_("added"))
    last_success_at = models.DateTimeField(_("last reminder"), null=True)
    #: The local day of the last reminder that was delivered, so that a second attempt skips this device.
    reminded_on = models.DateField(null=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)

    class Meta:
        verbose_name = _("device for reminders")
        verbose_name_plural = _("devices for reminders")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(endpoint="") & ~models.Q(p256dh="") & ~models.Q(auth=""),
                name="push_subscription_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Reminder(models.Model):
    """One reminder for one local day of a plan, at most once; claimed by a lease like ``Mail``."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        SUPPRESSED = "suppressed", _("not sent")

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="reminders", db_index=False
    )
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("due"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    queued_at = models.DateTimeField(_("queued"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["plan", "day"], name="reminder_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "sent", "failed", "suppressed"]),
                name="reminder_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="queued") ^ models.Q(settled_at__isnull=False),
                name="reminder_settled_when_not_queued",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="reminder_pending",
                condition=models.Q(state="queued"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.day}"
