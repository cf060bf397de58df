"""The forms of movement retraining: the patient's after a session, and the staff's for patterns and corrections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.companions.movement.patterns import Measure, Way, guides
from walking.companions.movement.reading import Movement
from walking.companions.movement.records import LONGEST
from walking.companions.movement.rules import COUNT, SECONDS, Pattern, Version
from walking.questions.days import full_day
from walking.questions.fields import ScaleField, WordsField, translated


class SessionForm(forms.Form):
    """How often or how long, how safe it felt, and how it hurt; on a day of the last week."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.TypedChoiceField(
        coerce=lambda value: Version(int(value)),
        choices=[(version.value, version.value) for version in Version],
        widget=forms.HiddenInput,
    )
    amount = forms.IntegerField(
        min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    safe = ScaleField(
        label=_("How safe did it feel?"),
        words={},
        help_text=_("0 is not at all safe, 10 is quite safe."),
    )
    pain = ScaleField(
        label=_("How much did it hurt?"),
        words={},
        help_text=_("0 is not at all, 10 is as bad as can be."),
    )
    day = forms.TypedChoiceField(
        label=_("Which day?"), coerce=dt.date.fromisoformat, widget=forms.Select
    )

    def __init__(
        self, *args: Any, way: Way, days: Iterable[dt.date], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        counted = way.measure is Measure.TIMES
        amount: Any = self.fields["amount"]
        amount.label = _("How many times?") if counted else _("How many seconds?")
        amount.max_value = (COUNT if counted else SECONDS).stop - 1
        amount.widget.attrs["max"] = amount.max_value
        amount.error_messages["required"] = (
            _("Please write how many times.") if counted else _("Please write how many seconds.")
        )
        for name, words in (
            ("safe", _("Please tap how safe it felt.")),
            ("pain", _("Please tap how much it hurt.")),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = words
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            (day.isoformat(), _("Today") if day == today else full_day(day, today)) for day in days
        ]


class SetUpForm(forms.Form):
    """The patterns, each with a correction that the patient reads."""

    patterns = forms.MultipleChoiceField(
        label=_("Movements"),
        choices=[(each.pattern.value, translated(each.name)) for each in guides().values()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pick at least one movement.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for guide in guides().values():
            self.fields[f"words_{guide.pattern.value}"] = WordsField(
                label=translated(guide.name),
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"}),
            )

    def answers(self) -> dict[str, Any]:
        """Return the arguments of ``care.set_up``."""
        return {
            "patterns": [Pattern(code) for code in self.cleaned_data["patterns"]],
            "corrections": {
                pattern: self.cleaned_data[f"words_{pattern.value}"] for pattern in Pattern
            },
        }


def as_set_up(found: Movement, corrections: dict[str, str]) -> dict[str, Any]:
    """Return the initial data of ``SetUpForm``."""
    return {
        "patterns": [pattern.value for pattern in found.courses],
        **{f"words_{pattern}": words for pattern, words in corrections.items()},
    }
