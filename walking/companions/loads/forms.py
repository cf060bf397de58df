"""The forms of everyday loads: which two tasks, how a try went, and how sure the patient feels."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.companions.loads.tasks import TASKS, Task
from walking.questions.fields import ScaleField


def _task(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(slug, task.name) for slug, task in TASKS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the tasks.")},
    )


class ChooseForm(forms.Form):
    """Two tasks that worry the patient."""

    first = _task(_("Which task would you like to do without worry?"))
    second = _task(_("And which other one?"))


class TryForm(forms.Form):
    """A try: with which load, and how it hurt. ``day`` is the day of the page, or the day sent by a phone."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(widget=forms.HiddenInput)
    level = forms.TypedChoiceField(
        label=_("Which one did you try?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the three.")},
    )
    pain = ScaleField(
        label=_("How much did it hurt, then or later that day?"),
        words={0: _("not at all"), 10: _("as bad as can be")},
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = list(enumerate(task.loads, 1))  # type: ignore[attr-defined]
        self.fields["pain"].required = True
        self.fields["pain"].error_messages["required"] = _("Please choose a number from 0 to 10.")

    def answers(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class SureForm(forms.Form):
    """How sure the patient feels about a task; ``day`` as in ``TryForm``."""

    day = forms.DateField(required=False, widget=forms.HiddenInput)
    sure = ScaleField(
        label=_("How sure do you feel that you can do this?"),
        words={0: _("not sure at all"), 10: _("fully sure")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].required = True
        self.fields["sure"].error_messages["required"] = _("Please choose a number from 0 to 10.")


def first_try(*, day: dt.date, level: int, client_id: Any) -> dict[str, Any]:
    """Return the initial data of ``TryForm``: the recommended load."""
    return {"day": day.isoformat(), "level": level, "client_id": client_id}
