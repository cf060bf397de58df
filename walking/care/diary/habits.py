"""The days and hour at which a patient prefers to walk, and the calendar feed that shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from walking.care.refusal import Refused
from walking.models import CalendarFeed, Habit, Plan
from walking.models.habit import MONDAY_TO_SUNDAY
from walking.models.invitation import new_nonce

#: Choices for the calendar's alarm, in minutes before a walk.
ALARMS = (0, 10, 30, 60)


def choose(plan: Plan, *, weekdays: Collection[int], hour: dt.time, at: dt.datetime) -> Habit:
    """Save the weekdays (0 is Monday; none means that we choose) and the local hour. Raises ``Refused``."""
    if not set(weekdays) <= set(MONDAY_TO_SUNDAY):
        raise Refused(_("Choose days of the week."), "weekdays")
    habit = Habit(plan=plan, hour=hour, changed_at=at)
    habit.weekdays = tuple(weekdays)
    habit.save()
    return habit


def habit_of(plan: Plan) -> Habit:
    """Return the patient's choice. The default is the usual hour and no days, and is not saved."""
    return Habit.objects.filter(plan=plan).first() or Habit(plan=plan)


def walk_days(starts: dt.date, count: int, weekdays: Collection[int] = ()) -> list[dt.date]:
    """Return the days of the week from ``starts`` on which to plan ``count`` walks: spread over the chosen ``weekdays``
    if there are more than needed, otherwise all of them and the days farthest from them."""
    days = [starts + dt.timedelta(days=offset) for offset in range(7)]
    chosen = [offset for offset, day in enumerate(days) if day.weekday() in weekdays]
    if not chosen:
        chosen = list(range(7))
    if len(chosen) >= count:
        taken = [chosen[index * len(chosen) // count] for index in range(count)]
    else:
        taken = chosen
        while len(taken) < count:
            free = (offset for offset in range(7) if offset not in taken)
            taken = [*taken, max(free, key=lambda offset: _distance(offset, taken))]
    return [days[offset] for offset in sorted(taken)]


def _distance(offset: int, taken: Sequence[int]) -> int:
    """Return the days to the nearest of ``taken``. The last day of the week is next to the first."""
    return min(min(abs(offset - other), 7 - abs(offset - other)) for other in taken)


def open_calendar(plan: Plan, *, at: dt.datetime) -> CalendarFeed:
    """Give the plan's calendar feed a new address. The old address stops working."""
    feed = CalendarFeed.objects.filter(plan=plan).first() or CalendarFeed(plan=plan)
    feed.nonce, feed.changed_at = new_nonce(), at
    feed.save()
    return feed


def close_calendar(feed: CalendarFeed, *, at: dt.datetime) -> CalendarFeed:
    """Close the calendar feed."""
    feed.nonce, feed.changed_at = "", at
    feed.save(update_fields=["nonce", "changed_at"])
    return feed


def set_alarm(feed: CalendarFeed, *, minutes: int | None, at: dt.datetime) -> CalendarFeed:
    """Set the calendar's alarm to this many minutes before a walk, or to none. Raises ``Refused``."""
    if minutes is not None and minutes not in ALARMS:
        raise Refused(_("Choose one of the answers."), "alarm")
    feed.alarm_minutes, feed.changed_at = minutes, at
    feed.save(update_fields=["alarm_minutes", "changed_at"])
    return feed
