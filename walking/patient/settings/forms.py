"""A patient's settings: name, place, hour of the check-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from walking.questions.zones import has_zone, zone_choices

#: The hours at which the check-in email can be sent.
HOURS = range(7, 22)


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=120,
        label=_("Your name"),
        help_text=_("As you like to be addressed."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Write your name."),
            "max_length": _("That is too long: use at most 120 letters."),
        },
    )


class ZoneForm(forms.Form):
    """A zone that is not in the list, such as an old name, can be kept while it is the person's."""

    timezone = forms.ChoiceField(
        choices=zone_choices,
        label=_("Your place"),
        help_text=_(
            "The place nearest to you in the same time zone. Your days and your mail follow its clock."
        ),
        error_messages={
            "required": _("Choose a place from the list."),
            "invalid_choice": _("Choose a place from the list."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, current: str) -> None:
        super().__init__(data, initial={"timezone": current})
        if not has_zone(current):
            place = self.fields["timezone"]
            assert isinstance(place, forms.ChoiceField)  # noqa: S101 - as declared above
            place.choices = [*zone_choices(), (_("Now"), [(current, current)])]


class LanguageForm(forms.Form):
    """Shown only if there is a choice."""

    language = forms.ChoiceField(
        choices=lambda: settings.LANGUAGES,
        label=_("Your language"),
        help_text=_("For these pages and your mail."),
        error_messages={
            "required": _("Choose a language from the list."),
            "invalid_choice": _("Choose a language from the list."),
        },
    )


class CheckInTimeForm(forms.Form):
    check_in_time = forms.TypedChoiceField(
        coerce=dt.time.fromisoformat,
        label=_("When the weekly check-in comes"),
        help_text=_("By mail, on the last day of each of your weeks."),
        error_messages={
            "required": _("Choose an hour from the list."),
            "invalid_choice": _("Choose an hour from the list."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, current: dt.time) -> None:
        super().__init__(data, initial={"check_in_time": _value(current)})
        times = sorted({current, *(dt.time(hour) for hour in HOURS)})
        hours = self.fields["check_in_time"]
        assert isinstance(hours, forms.TypedChoiceField)  # noqa: S101 - as declared above
        hours.choices = [(_value(each), time_format(each)) for each in times]


def _value(time: dt.time) -> str:
    return time.isoformat("minutes")
