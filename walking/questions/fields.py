"""What the question pages share: yes or no, 0 to 10, the warning signs, and a refusal shown at its field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from walking.care.refusal import Refused
from walking.programme.red_flags import RedFlag

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    #: A text that may be translated when shown.
    type Text = str | _StrPromise

YES, NO = "yes", "no"

#: The questions are msgids of the rules, which do not use Django: they are translated here, when shown.
translated = lazy(gettext, str)


def red_flag_choices() -> list[tuple[str, str]]:
    """Return each warning sign's code with its question."""
    return [(flag.value, translated(flag.question)) for flag in RedFlag]


class YesNoField(forms.TypedChoiceField):
    """Two radio buttons, neither preselected. Gives True, False, or None if left open."""

    def __init__(
        self, *, label: Text, required: bool = False, help_text: Text = "", message: Text = ""
    ) -> None:
        super().__init__(
            choices=[(YES, _("Yes")), (NO, _("No"))],
            coerce=lambda value: value == YES,
            empty_value=None,
            widget=forms.RadioSelect,
            label=label,
            required=required,
            help_text=help_text,
            error_messages={
                "required": message or _("Please choose yes or no."),
                "invalid_choice": _("Please choose yes or no."),
            },
        )

    def prepare_value(self, value: object) -> object:
        return {True: YES, False: NO}.get(value, value) if isinstance(value, bool) else value


def day_field(
    label: Text, missing: Text, help_text: Text = "", *, required: bool = True
) -> forms.DateField:
    """Return a field for a local day, picked or typed; ``missing`` is the error if it is empty."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": missing,
            "invalid": _("This is not a day we can read. Write it like 2026-11-23."),
        },
    )


class WordsField(forms.CharField):
    """The patient's own words. Removes control characters, which no one types and no page shows."""

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        return "".join(c for c in text if c in "\n\r\t" or unicodedata.category(c) != "Cc")


class ScaleField(forms.TypedChoiceField):
    """0 to 10 as radio buttons; ``words`` label some of the numbers."""

    def __init__(self, *, label: Text, words: dict[int, Text], help_text: Text = "") -> None:
        self.words = words
        super().__init__(
            choices=[(number, number) for number in range(11)],
            coerce=int,
            empty_value=None,
            widget=forms.RadioSelect,
            label=label,
            required=False,
            help_text=help_text,
            error_messages={"invalid_choice": _("Please choose a number from 0 to 10.")},
        )


class WarningSignsField(forms.MultipleChoiceField):
    """The ten warning signs to tick."""

    def __init__(self) -> None:
        super().__init__(
            choices=red_flag_choices,
            widget=forms.CheckboxSelectMultiple,
            label=_("Do you have any of these warning signs?"),
            help_text=_("Tick each one where your answer is yes."),
            required=False,
            error_messages={
                "invalid_choice": _("We do not know one of these signs. Please tick them again."),
                "invalid_list": _("Please tick the signs again."),
            },
        )

    def clean(self, value: object) -> list[RedFlag]:
        chosen: Iterable[str] = super().clean(value)
        return [RedFlag(code) for code in dict.fromkeys(chosen)]


class WarningSignsForm(forms.Form):
    """The warning signs on their own, for any day."""

    red_flags = WarningSignsField()


def add_refusal(form: forms.Form, refusal: Refused) -> None:
    """Show a use case's refusal next to its field, else at the top of the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
