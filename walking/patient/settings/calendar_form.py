"""The days and hour of walks, and the calendar's alarm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from walking.care.diary.habits import ALARMS
from walking.models import CalendarFeed, Habit

ALARM_WORDS = {
    0: _("When the walk begins"),
    10: _("10 minutes before"),
    30: _("30 minutes before"),
    60: _("An hour before"),
}


class WalkingDaysForm(forms.Form):
    weekdays = forms.TypedMultipleChoiceField(
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        label=_("On which days do you like to walk?"),
        help_text=_("Tick as many as you like. Tick none, and we spread your walks over the week."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose days from the list.")},
    )
    hour = forms.TimeField(
        label=_("At what time?"),
        help_text=_("Any time is right; this is only for your calendar."),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": _("Give a time, such as 10:00."),
            "invalid": _("This is not a time we can read. Write it like 10:00."),
        },
    )

    def __init__(self, *args: Any, habit: Habit, **kwargs: Any) -> None:
        kwargs["initial"] = {"weekdays": habit.weekdays, "hour": habit.hour}
        super().__init__(*args, **kwargs)


class AlarmForm(forms.Form):
    alarm = forms.TypedChoiceField(
        choices=[("", _("Never")), *((minutes, ALARM_WORDS[minutes]) for minutes in ALARMS)],
        coerce=int,
        empty_value=None,
        required=False,
        label=_("Should your calendar remind you of each walk?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )

    def __init__(self, *args: Any, feed: CalendarFeed, **kwargs: Any) -> None:
        minutes = feed.alarm_minutes
        kwargs["initial"] = {"alarm": "" if minutes is None else minutes}
        super().__init__(*args, **kwargs)
