"""Reporting a flare-up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.models import Plan


class FlareUpForm(forms.Form):
    """When the flare-up began; today unless the patient says otherwise. The use case judges the day."""

    started = forms.DateField(
        label=_("When did it begin?"),
        help_text=_("Your best guess is fine."),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Please give the day it began. Your best guess is fine."),
            "invalid": _("This is not a day we can read. Write it like 2026-11-23."),
        },
    )

    def __init__(self, *args: Any, plan: Plan, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("started", today)
        self.fields["started"].widget.attrs |= {
            "min": plan.start.isoformat(),
            "max": today.isoformat(),
        }
