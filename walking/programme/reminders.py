"""When a patient is reminded to walk, and when not. The patient chooses the days and the hour."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from walking.programme import weeks


class Quiet(StrEnum):
    """Why there is no reminder."""

    NOT_WANTED = "not_wanted"
    NOT_RUNNING = "not_running"
    NOT_BEGUN = "not_begun"
    AWAY = "away"
    WALKED = "walked"
    WEEK_DONE = "week_done"


@dataclass(frozen=True, slots=True)
class Today:
    """What a reminder for a local day depends on.

    ``walked`` are the days of the running week with a walk, ``walks`` how many such days its dose requires.
    """

    day: date
    start: date
    wanted: bool
    running: bool
    away: bool
    walked: Collection[date]
    walks: int


def why_quiet(today: Today) -> Quiet | None:
    """Return None if the patient should be reminded: walks are left this week, and none is recorded today. Else why
    not."""
    if not today.wanted:
        return Quiet.NOT_WANTED
    if not today.running:
        return Quiet.NOT_RUNNING
    if today.day < today.start:
        return Quiet.NOT_BEGUN
    if today.away:
        return Quiet.AWAY
    if today.day in today.walked:
        return Quiet.WALKED
    if len(set(today.walked)) >= today.walks:
        return Quiet.WEEK_DONE
    return None


def next_reminder(
    weekdays: Collection[int], hour: time, zone: ZoneInfo, after: datetime
) -> datetime | None:
    """Return the first moment after ``after``, in UTC, at which it is ``hour`` on one of ``weekdays`` (0 is Monday) in
    the time zone; None without weekdays."""
    day = weeks.local_day(after, zone) - timedelta(days=1)
    for _ in range(9 if weekdays else 0):
        if day.weekday() in weekdays and (moment := weeks.at_local(day, hour, zone)) > after:
            return moment
        day += timedelta(days=1)
    return None
