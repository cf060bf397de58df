"""The monthly question about recurrences, with the trial's three definitions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.models import Plan, Recurrence
from walking.questions.fields import YesNoField, day_field


class RecurrenceForm(forms.Form):
    """Any back pain of 24 hours or more in the past month, and its consequences. If there was no pain, the other
    answers are ignored. The use case checks the days."""

    happened = YesNoField(
        label=_("In the past month, did you have back pain that lasted 24 hours or more?"),
        required=True,
    )
    started = day_field(
        _("When did it begin?"),
        _("Please give the day it began. Your best guess is fine."),
        _("Your best guess is fine."),
        required=False,
    )
    ended = day_field(
        _("When did it end?"), "", _("Leave this empty if it has not ended."), required=False
    )
    limited_activity = YesNoField(
        label=_("Did it keep you from your usual activities for 24 hours or more?"),
        help_text=_("Such as housework, work or going out."),
    )
    sought_care = YesNoField(
        label=_("Did you see or ring anyone for care because of it?"),
        help_text=_("Such as a doctor, a physiotherapist or a pharmacist."),
    )

    def __init__(self, *args: Any, plan: Plan, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("started", "ended"):
            self.fields[name].widget.attrs |= {
                "min": plan.start.isoformat(),
                "max": today.isoformat(),
            }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if given.get("happened"):
            for name in ("started", "limited_activity", "sought_care"):
                if given.get(name) is None and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        elif given.get("happened") is False:
            for name in ("started", "ended", "limited_activity", "sought_care"):
                self.errors.pop(name, None)
                given[name] = None
        return given


def as_answered(answer: Recurrence) -> dict[str, Any]:
    """Return the form data of an earlier answer, so that it can be corrected."""
    return {
        "happened": answer.happened,
        "started": answer.started,
        "ended": answer.ended,
        "limited_activity": answer.limited_activity,
        "sought_care": answer.sought_care,
    }
