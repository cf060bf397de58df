"""A walk: minutes first, the rest is optional."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.models import Walk
from walking.models.diary import Effort
from walking.programme.settings import PAIN, WALK_MINUTES
from walking.questions.days import day_name

_MINUTES = _("Write the minutes as a whole number from 1 to 600, such as 15.")

PAIN_CHOICES = [
    ("", _("Not said")),
    (0, _("0: no pain")),
    *((number, str(number)) for number in range(1, PAIN.high)),
    (PAIN.high, _("10: the worst you can imagine")),
]
EFFORT_CHOICES = [
    (Effort.EASY.value, _("Easy")),
    (Effort.MODERATE.value, _("Just right")),
    (Effort.HARD.value, _("Hard")),
    ("", _("Not said")),
]


class DayField(forms.TypedChoiceField):
    """A local day out of the open days. Any other day is accepted here: the use case says why it is not allowed."""

    def __init__(self) -> None:
        super().__init__(
            coerce=dt.date.fromisoformat,
            label=_("Which day?"),
            error_messages={
                "required": _("Choose the day of the walk."),
                "invalid_choice": _("Choose a day from the list."),
            },
        )

    def valid_value(self, value: Any) -> bool:
        try:
            dt.date.fromisoformat(str(value))
        except ValueError:
            return False
        return True


class WalkForm(forms.Form):
    """``days``: the open days, newest first; ``today`` is used to name them."""

    minutes = forms.IntegerField(
        min_value=WALK_MINUTES.low,
        max_value=WALK_MINUTES.high,
        label=_("How many minutes?"),
        error_messages={
            "required": _MINUTES,
            "invalid": _MINUTES,
            "min_value": _MINUTES,
            "max_value": _MINUTES,
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    day = DayField()
    pain = forms.TypedChoiceField(
        choices=PAIN_CHOICES,
        coerce=int,
        empty_value=None,
        required=False,
        label=_("Pain after the walk, from 0 to 10"),
        error_messages={"invalid_choice": _("Choose a number from 0 to 10, or “Not said”.")},
    )
    effort = forms.ChoiceField(
        choices=EFFORT_CHOICES,
        required=False,
        widget=forms.RadioSelect,
        label=_("How did it feel?"),
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    field_order: tuple[str, ...] = ("day", "minutes", "pain", "effort", "client_id")

    def __init__(self, *args: Any, days: Sequence[dt.date], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["day"]
        assert isinstance(day, DayField)  # noqa: S101 - as declared above
        day.choices = [(each.isoformat(), day_name(each, today)) for each in days]

    def answers(self) -> dict[str, Any]:
        """Return the arguments of the use case: day, minutes, pain, effort."""
        return {name: self.cleaned_data[name] for name in ("day", "minutes", "pain", "effort")}


class TodayForm(WalkForm):
    """The same form with the day of the page in a hidden field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget = forms.HiddenInput()


def as_entered(walk: Walk) -> dict[str, Any]:
    """Return the form data of a walk, so that it can be corrected."""
    return {
        "day": walk.day.isoformat(),
        "minutes": walk.minutes,
        "pain": walk.pain,
        "effort": walk.effort,
    }
