"""The forms of the actions on a plan. Each has the version on screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from walking.care.plan.adjust import planned
from walking.desk.labels import short_dose
from walking.models import Plan
from walking.programme.dose import Dose
from walking.programme.settings import ADJUSTED_DAYS, ADJUSTED_MINUTES


class PlanForm(forms.Form):
    """``version`` and ``week`` are the plan's as shown, ``seen`` the moment. They reveal a colleague's change in
    between."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    week = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.DateTimeField(
        widget=forms.HiddenInput, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]
    )

    def __init__(self, data: Any = None, *, plan: Plan, **kwargs: Any) -> None:
        self.plan = plan
        super().__init__(data, **kwargs)

    @classmethod
    def shown(cls, plan: Plan, at: dt.datetime) -> dict[str, Any]:
        """Return the hidden values for a plan shown at ``at``."""
        seen = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        return {"version": plan.version, "week": plan.week_number, "seen": seen}

    def seen_at(self) -> dt.datetime:
        """Return when the page was made, or now if it does not say."""
        moment: dt.datetime = self.cleaned_data.get("seen") or timezone.now()
        return moment

    def is_stale(self) -> bool:
        """Return whether the plan has changed since the page was shown."""
        shown = (self.cleaned_data.get("version"), self.cleaned_data.get("week"))
        return shown != (self.plan.version, self.plan.week_number)


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 60, "class": "vLargeTextField"})


def _whole(low: int, high: int, words: Any) -> dict[str, Any]:
    return {
        "min_value": low,
        "max_value": high,
        "error_messages": dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
    }


class DoseFields(forms.Form):
    """A dose within the limits for physiotherapists."""

    minutes = forms.IntegerField(
        label=_("Minutes a walk"),
        help_text=_("5 to 120"),
        **_whole(
            ADJUSTED_MINUTES.low,
            ADJUSTED_MINUTES.high,
            _("Choose a whole number from 5 to 120 minutes."),
        ),
    )
    days = forms.IntegerField(
        label=_("Days a week"),
        help_text=_("1 to 7"),
        **_whole(
            ADJUSTED_DAYS.low, ADJUSTED_DAYS.high, _("Choose a whole number from 1 to 7 days.")
        ),
    )

    def dose(self) -> Dose | None:
        """Return the typed dose, if both parts are valid."""
        minutes, days = self.cleaned_data.get("minutes"), self.cleaned_data.get("days")
        return Dose(minutes, days) if minutes and days else None


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=_text(2),
        help_text=_("For colleagues; the patient does not see it."),
        error_messages={"required": _("Say why, so that your colleagues can follow.")},
    )


def _message() -> forms.CharField:
    return forms.CharField(
        label=_("Message to the patient"),
        max_length=2000,
        required=False,
        widget=_text(3),
        help_text=_("In your words; the patient sees it with the change. May be left empty."),
    )


class ReasonForm(PlanForm):
    """Why something is withdrawn."""

    reason = _reason()


class ReasonAndMessageForm(PlanForm):
    """The reason for colleagues, and a message to the patient."""

    reason = _reason()
    message = _message()


class WeekForm(ReasonForm):
    """Which week's dose is withdrawn."""

    for_week = forms.TypedChoiceField(label=_("Week"), coerce=int, required=False, empty_value=None)
    field_order = ("for_week", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["for_week"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (
                one.week_number + 1,
                gettext("Week %(number)s: %(dose)s")
                % {"number": one.week_number + 1, "dose": short_dose(one.dose)},
            )
            for one in planned(self.plan)
        ]


class NextDoseForm(DoseFields, ReasonAndMessageForm):
    """The dose of next week or a later one, with the reason and a message to the patient."""

    for_week = forms.IntegerField(
        label=_("For week"),
        required=False,
        min_value=1,
        max_value=52,
        help_text=_("Next week, or one further on."),
    )
    confirm = forms.BooleanField(
        label=_("Yes, take this larger step"), required=False, widget=forms.HiddenInput
    )
    field_order = ("minutes", "days", "for_week", "reason", "message", "confirm")

    def for_which_week(self) -> int:
        """Return the week that the dose is for; next week unless another is typed."""
        chosen: int | None = self.cleaned_data.get("for_week")
        return chosen or self.plan.week_number + 1

    def rises_by(self) -> int:
        """Return the increase over the running week's dose, in minutes a week."""
        dose, week = self.dose(), self.plan.weeks.filter(number=self.plan.week_number).first()
        return dose.total - week.dose.total if dose and week else 0

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        limit, rise = self.plan.weekly_increase, self.rises_by()
        if rise > limit:
            self.fields["confirm"].widget = forms.CheckboxInput()
            if not cleaned.get("confirm"):
                self.add_error(
                    "confirm",
                    _(
                        "This is %(rise)s minutes a week more than now; the plan's steps add %(limit)s at most."
                        " Tick to go ahead, or choose a smaller dose."
                    )
                    % {"rise": rise, "limit": limit},
                )
        return cleaned


class NoteForm(PlanForm):
    """A note for colleagues, and a message to the patient."""

    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=_text(3),
        help_text=_("For colleagues; the patient does not see it."),
        error_messages={"required": _("Say why, so that your colleagues can follow.")},
    )
    message = _message()


def safe_to_walk() -> forms.BooleanField:
    """Require the tick that it is safe to walk, for a plan paused by a red flag."""
    return forms.BooleanField(
        label=_("The patient has been seen about the red flag, and walking is safe"),
        error_messages={
            "required": _("Resume only once the red flag has been looked into; then tick this.")
        },
    )


class ResumeForm(DoseFields, NoteForm):
    """The dose of the week that starts today, and a note."""

    safe = safe_to_walk()
    field_order = ("minutes", "days", "note", "message", "safe")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.plan.paused_for != "red_flag":
            del self.fields["safe"]
