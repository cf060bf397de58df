"""Load the plans' data for a batch of reminders, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F

from walking.models import Absence, Plan, PushSubscription, Reminder, ReminderChoice, Walk, Week
from walking.programme.reminders import Quiet, Today, why_quiet


class Reading:
    """The devices of each reminder's patient, and whether it should still be sent."""

    def __init__(self, reminders: Iterable[Reminder]) -> None:
        plans = {reminder.plan_id: reminder.plan for reminder in reminders}
        self._choices = ReminderChoice.objects.in_bulk(plans)
        self._weeks = {
            week.plan_id: week
            for week in Week.objects.filter(plan__in=plans, number=F("plan__week_number"))
        }
        self._walked: dict[int, set[dt.date]] = defaultdict(set)
        first = min((week.starts for week in self._weeks.values()), default=dt.date.max)
        walks = Walk.objects.kept().filter(plan__in=plans, day__gte=first).order_by()
        for plan_id, day in walks.values_list("plan_id", "day"):
            self._walked[plan_id].add(day)
        self._away: dict[int, list[Absence]] = defaultdict(list)
        for absence in Absence.objects.standing().filter(plan__in=plans):
            self._away[absence.plan_id].append(absence)
        self._devices: dict[int, list[PushSubscription]] = defaultdict(list)
        people = {plan.patient_id for plan in plans.values()}
        for device in PushSubscription.objects.filter(user__in=people).order_by("pk"):
            self._devices[device.user_id].append(device)

    def devices(self, reminder: Reminder) -> list[PushSubscription]:
        return self._devices[reminder.plan.patient_id]

    def is_known(self, reminder: Reminder) -> bool:
        """Return whether the day's week has begun; if not, it has not been set by a review yet."""
        week = self._weeks.get(reminder.plan_id)
        return (
            reminder.plan.status != Plan.Status.ACTIVE or week is None or reminder.day <= week.ends
        )

    def why_quiet(self, reminder: Reminder) -> Quiet | None:
        plan, week = reminder.plan, self._weeks.get(reminder.plan_id)
        choice = self._choices.get(reminder.plan_id)
        walked = self._walked[reminder.plan_id]
        return why_quiet(
            Today(
                day=reminder.day,
                start=plan.start,
                wanted=choice is not None
                and reminder.day.weekday() in choice.weekdays
                and plan.patient.is_active,
                running=plan.status == Plan.Status.ACTIVE and week is not None,
                away=any(each.covers(reminder.day) for each in self._away[reminder.plan_id]),
                walked=[day for day in walked if week is not None and week.contains(day)],
                walks=week.days if week is not None else 0,
            )
        )
