"""Names of days for people."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def day_name(day: dt.date, today: dt.date) -> str:
    """Return “Today”, “Yesterday”, else “Monday 2 March”."""
    if day == today:
        return _("Today")
    if day == today - dt.timedelta(days=1):
        return _("Yesterday")
    return full_day(day, today)


def full_day(day: dt.date, today: dt.date) -> str:
    """Return “Monday 2 March”, with the year if it is not this year."""
    return date_format(day, "WEEKDAY_FORMAT" if day.year == today.year else "WEEKDAY_YEAR_FORMAT")
