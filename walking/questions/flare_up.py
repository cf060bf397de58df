"""Report a flare-up, and add details later."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.models import Plan, Recurrence
from walking.questions.fields import YES, YesNoField, day_field


class FlareUpForm(forms.Form):
    """When the pain began; today unless the patient says otherwise. The use case checks the day.

    ``limited`` is the button that was pressed. Without it, the page's own definition of a flare-up applies.
    """

    started = day_field(
        _("When did it begin?"),
        _("Please give the day it began. Your best guess is fine."),
        _("Your best guess is fine."),
    )
    limited = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("started", today)
        self.fields["started"].widget.attrs |= {
            "min": plan.start.isoformat(),
            "max": today.isoformat(),
        }

    def clean_limited(self) -> bool:
        return self.cleaned_data["limited"] in {"", YES}


class EpisodeForm(forms.Form):
    """What is known about an episode so far, with the trial's three definitions."""

    better = YesNoField(label=_("Is your back better now?"))
    ended = day_field(
        _("When did it get better?"),
        _("Please give the day it got better. Your best guess is fine."),
        _("Your best guess is fine."),
        required=False,
    )
    lasted = YesNoField(label=_("Did the pain last 24 hours or more?"))
    limited_activity = YesNoField(
        label=_("Did it keep you from your usual activities for 24 hours or more?"),
        help_text=_("Such as housework, work or going out."),
    )
    sought_care = YesNoField(
        label=_("Did you see or ring anyone for care because of it?"),
        help_text=_("Such as a doctor, a physiotherapist or a pharmacist."),
    )
    started = day_field(
        _("When did it begin?"),
        _("Please give the day it began. Your best guess is fine."),
        _("Your best guess is fine."),
        required=False,
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
        if given.get("better") is False:
            self.errors.pop("ended", None)
            given["ended"] = None
        elif given.get("better") and not given.get("ended") and "ended" not in self.errors:
            self.add_error("ended", self.fields["ended"].error_messages["required"])
        return given

    def answers(self) -> dict[str, Any]:
        """Return the arguments of the use case."""
        given = self.cleaned_data
        names = ("started", "ended", "limited_activity", "sought_care")
        return {name: given[name] for name in names} | {"happened": given["lasted"] is not False}


def as_known(episode: Recurrence, today: dt.date) -> dict[str, Any]:
    """Return the form data of an episode. The end is suggested as ``today``, and asked only after a yes."""
    return {
        "started": episode.started,
        "better": True if episode.ended else None,
        "ended": episode.ended or today,
        "limited_activity": episode.limited_activity,
        "sought_care": episode.sought_care,
    }
