"""When a patient likes to walk, and the calendar that shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from walking.models.facts import between, between_or_none
from walking.models.invitation import new_nonce
from walking.models.plan import Plan

MONDAY_TO_SUNDAY = range(7)
USUAL_HOUR = dt.time(10)


class Habit(models.Model):
    """The weekdays and the local hour that a patient chose for walking."""

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, related_name="habit", primary_key=True
    )
    #: A bit for each weekday, Monday's being 1; 0 means that we choose the days.
    weekday_bits = models.PositiveSmallIntegerField(default=0)
    hour = models.TimeField(_("hour"), default=USUAL_HOUR)
    changed_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("walking habit")
        verbose_name_plural = _("walking habits")
        constraints = [
            models.CheckConstraint(
                condition=between("weekday_bits", 0, 127), name="habit_weekdays_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.weekdays} {self.hour}"

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Return 0 (Monday) to 6, in order; empty if no day was chosen."""
        return tuple(day for day in MONDAY_TO_SUNDAY if self.weekday_bits & 1 << day)

    @weekdays.setter
    def weekdays(self, chosen: Iterable[int]) -> None:
        self.weekday_bits = sum(1 << day for day in set(chosen))


class CalendarFeed(models.Model):
    """A calendar that can be subscribed to. Its address is signed and contains ``nonce``: a new one ends the old
    address, none ends them all, and the table alone gives no access."""

    plan = models.OneToOneField(
        Plan, on_delete=models.CASCADE, related_name="calendar_feed", primary_key=True
    )
    nonce = models.CharField(max_length=32, default=new_nonce, blank=True, editable=False)
    #: Minutes before a walk at which the calendar alerts; null for never.
    alarm_minutes = models.PositiveSmallIntegerField(_("reminder"), null=True, blank=True)
    changed_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        constraints = [
            models.CheckConstraint(
                condition=between_or_none("alarm_minutes", 0, 120), name="calendar_alarm_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.plan_id)
