"""Report days away in advance."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.models import Absence
from walking.questions.fields import WordsField, day_field

KINDS = [
    (Absence.Kind.TRAVELLING.value, _("I travel")),
    (Absence.Kind.ILL.value, _("I am ill")),
    (Absence.Kind.OTHER.value, _("Something else")),
]


class AwayForm(forms.Form):
    """The use case checks the days."""

    first = day_field(_("First day away"), _("Please give the first day away."))
    last = day_field(
        _("Last day away"),
        _("Please give the last day away. Your best guess is fine."),
        _("Your best guess is fine: you can change it later."),
    )
    kind = forms.ChoiceField(
        choices=KINDS,
        label=_("Why?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one of the answers."),
            "invalid_choice": _("Please choose one of the answers."),
        },
    )
    words = WordsField(
        label=_("Anything to add?"),
        help_text=_("You can leave this empty."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("That is too long: use at most 200 letters.")},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].widget.attrs["min"] = today.isoformat()


class LastDayForm(forms.Form):
    """Change the last day of an absence that was already reported."""

    last = day_field(_("Last day away"), _("Please give the last day away."))

    def __init__(self, *args: Any, absence: Absence, **kwargs: Any) -> None:
        kwargs |= {"initial": {"last": absence.last}, "auto_id": f"id_{absence.pk}_%s"}
        super().__init__(*args, **kwargs)
        self.fields["last"].widget.attrs |= {
            "min": absence.first.isoformat(),
            "max": absence.last.isoformat(),
        }
