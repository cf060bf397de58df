"""The forms of sitting less: the usual hours once, and the minutes less on a day."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from walking.companions.sitting.records import SittingUsual
from walking.companions.sitting.rules import USUAL
from walking.questions.fields import day_field

#: The choices for a day.
CHOICES: Final = (0, 10, 20, 30, 40, 50, 60, 90)


def _hours(label: Any, *, required: bool, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        help_text=help_text,
        min_value=0,
        max_value=(USUAL.stop - 1) // 60,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
        error_messages={"required": _("Please write about how many hours. A guess will do.")},
    )


# A function, because the numbers are formatted in the language of the moment they are made.
def _breaks() -> list[tuple[int, str]]:
    return [(n, ngettext("After %s minute", "After %s minutes", n) % n) for n in (30, 35, 40, 45)]


def _less() -> list[tuple[int, str]]:
    minutes = [(n, ngettext("%s minute", "%s minutes", n) % n) for n in CHOICES[1:-1]]
    return [
        (CHOICES[0], gettext("Not less")),
        *minutes,
        (CHOICES[-1], gettext("More than an hour")),
    ]


class UsualForm(forms.Form):
    """Hours a day, and minutes until a break."""

    work_day = _hours(
        _("How many hours do you sit on a work day?"),
        required=False,
        help_text=_("Leave it empty if you do not work."),
    )
    free_day = _hours(
        _("How many hours do you sit on a free day?"),
        required=True,
        help_text=_("Meals, the car, TV, reading: a guess will do."),
    )
    break_after = forms.TypedChoiceField(
        label=_("When would you like to be told to get up?"),
        choices=_breaks,
        coerce=int,
        widget=forms.RadioSelect,
        initial=30,
    )

    def answers(self) -> dict[str, int | None]:
        """Return them in minutes."""
        cleaned = self.cleaned_data
        work = cleaned["work_day"]
        return {
            "work_day": None if work is None else round(work * 60),
            "free_day": round(cleaned["free_day"] * 60),
            "break_after": cleaned["break_after"],
        }


def as_told(usual: SittingUsual | None) -> dict[str, Any]:
    """Return the initial data of the form."""
    if usual is None:
        return {}
    return {
        "work_day": None if usual.work_day is None else f"{usual.work_day / 60:g}",
        "free_day": f"{usual.free_day / 60:g}",
        "break_after": usual.break_after,
    }


class DayForm(forms.Form):
    """Minutes less on a day."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    less = forms.TypedChoiceField(
        label=_("How much less did you sit?"),
        choices=_less,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please tap how many minutes it was, about.")},
    )
    day = day_field(_("Which day?"), _("Please choose the day."))


class BreakForm(forms.Form):
    """What the break timer sends; not typed by anyone."""

    now = forms.ChoiceField(choices=[("sits", "sits"), ("up", "up")])
