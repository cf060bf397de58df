"""The local calendar: weeks of seven local days, and the moments at which things fall due.

Local days and times are the patient's (a `ZoneInfo`); moments are aware datetimes in UTC. The
times of day are our choice.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

REVIEW_HOUR: Final = time(4)
CHECK_IN_HOUR: Final = time(17)
WEEK_PLAN_HOUR: Final = time(7)
MONTH_HOUR: Final = time(10)
#: How long after the end of its week a check-in can be answered.
CHECK_IN_OPEN_FOR: Final = timedelta(days=7)

_NOT_PLACES: Final = {"localtime", "Factory"}


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Return the names of the IANA time zones on this machine."""
    # "localtime" is the server's own setting, and "Factory" means no time zone.
    return frozenset(available_timezones() - _NOT_PLACES)


def week_start(start: date, number: int) -> date:
    """Return the first day of week `number` (1 is the first) of a plan that began on `start`.

    Raises OverflowError beyond the year 9999.
    """
    return start + timedelta(weeks=number - 1)


def week_number(start: date, day: date) -> int:
    """Return the week of a plan that contains this day: 1 is the first, 0 and below are before it."""
    return (day - start).days // 7 + 1


def day_of_week(week_starts: date, day: date) -> int:
    """Return the day's number in its week, 1-7. Raises ValueError for a day outside the week."""
    number = (day - week_starts).days + 1
    if not 1 <= number <= 7:
        raise ValueError(f"{day} is not in the week that starts on {week_starts}")
    return number


def check_in_last_day(week_ends: date) -> date:
    """The last local day on which the check-in of the week that ends on `week_ends` can be answered."""
    return week_ends + CHECK_IN_OPEN_FOR


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the local date at a moment. Raises ValueError for a datetime without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"the moment {moment} needs a time zone")
    return moment.astimezone(zone).date()


@lru_cache(maxsize=4096)  # many plans share the day, the hour and the zone
def at_local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which it is `at` on `day` in the time zone.

    A local time that is skipped when clocks go forward becomes the first moment after the gap; for one
    that happens twice, the first of the two is returned.
    """
    local = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _end_of_gap(local, moment)


def _end_of_gap(local: datetime, moment: datetime) -> datetime:
    """Return the first moment after the gap that contains `local`; `moment` is `local` by the old offset."""
    # With the new offset the same wall time lies before the change, with the old one after it. The
    # change is in between: the first moment, in whole seconds, that has the new offset.
    early = local.replace(fold=1, microsecond=0).astimezone(UTC)
    late = moment.replace(microsecond=0)
    new_offset = late.astimezone(local.tzinfo).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(local.tzinfo).utcoffset() == new_offset:
            late = middle
        else:
            early = middle
    return late


def review_due(week_starts: date, zone: ZoneInfo) -> datetime:
    """Return when the week is reviewed: 04:00 local on the day after its last."""
    return at_local(week_starts + timedelta(days=7), REVIEW_HOUR, zone)


def check_in_due(week_starts: date, hour: time, zone: ZoneInfo) -> datetime:
    """Return when the week's check-in is sent: at the patient's hour on its last day.

    `hour` is `CHECK_IN_HOUR` (17:00) unless the patient chose another.
    """
    return at_local(week_starts + timedelta(days=6), hour, zone)


def week_plan_due(week_starts: date, zone: ZoneInfo) -> datetime:
    """Return when the plan of a new week is sent: 07:00 local on its first day."""
    return at_local(week_starts, WEEK_PLAN_HOUR, zone)


def month_day(start: date, month: int) -> date:
    """Return the day `month` months after the start: the same day of the month, or the month's last.

    Always counted from the start, so that 31 January gives 28 February and then 31 March.
    """
    years, months = divmod(start.month - 1 + month, 12)
    year, number = start.year + years, months + 1
    return date(year, number, min(start.day, monthrange(year, number)[1]))


def month_due(start: date, month: int, zone: ZoneInfo) -> datetime:
    """Return when the monthly recurrence question is sent: 10:00 local (our choice) on its `month_day`.

    `month` is 1 for the first question. Asked once a month (the trial's protocol), for 12 to 36
    months.
    """
    return at_local(month_day(start, month), MONTH_HOUR, zone)
