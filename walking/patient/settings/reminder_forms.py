"""When to send reminders, and what a browser sends to receive them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from walking.models import ReminderChoice


class RemindersForm(forms.Form):
    weekdays = forms.TypedMultipleChoiceField(
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        label=_("On which days?"),
        help_text=_("Tick none, and no reminder comes."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose days from the list.")},
    )
    hour = forms.TimeField(
        label=_("At what time?"),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": _("Give a time, such as 10:00."),
            "invalid": _("This is not a time we can read. Write it like 10:00."),
        },
    )

    def __init__(self, *args: Any, choice: ReminderChoice, **kwargs: Any) -> None:
        kwargs["initial"] = {"weekdays": choice.weekdays, "hour": choice.hour}
        super().__init__(*args, **kwargs)


class DeviceForm(forms.Form):
    """The content of ``PushSubscription.toJSON()``. Nobody types it."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)
