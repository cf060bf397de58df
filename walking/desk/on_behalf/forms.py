"""Forms for recording on behalf of a patient: the patient's own questions, and how staff know the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from walking.models import Plan, Week
from walking.programme.weeks import month_day
from walking.questions.away import AwayForm
from walking.questions.check_in import CheckInForm
from walking.questions.fields import WarningSignsField, YesNoField
from walking.questions.flare_up import FlareUpForm
from walking.questions.outcome import OutcomeForm
from walking.questions.recurrence import RecurrenceForm
from walking.questions.walk import WalkForm


class Told(models.TextChoices):
    """How staff know what they enter. Its words are the reason in the access log."""

    PHONE = "phone", _("told on the telephone")
    VISIT = "visit", _("told in the clinic")
    PAPER = "paper", _("read from the patient's notes on paper")
    FAMILY = "family", _("told by somebody close to the patient")


class ToldForm(forms.Form):
    """The question that every such form starts with."""

    told = forms.ChoiceField(
        label=_("How do you know?"),
        choices=Told.choices,
        initial=Told.PHONE,
        error_messages={
            "required": _("Choose how you know it."),
            "invalid_choice": _("Choose one of the answers."),
        },
    )

    def why(self) -> str:
        """Return the reason for the access log, in words."""
        return str(Told(self.cleaned_data["told"]).label)


class EnteredWalk(ToldForm, WalkForm):
    """A walk."""

    field_order = ("told", *WalkForm.field_order)


class EnteredCheckIn(ToldForm, CheckInForm):
    """The answers for one of ``weeks``, of which the first is preselected."""

    field_order = ("told", "week", *CheckInForm.base_fields)

    def __init__(self, *args: Any, weeks: Sequence[Week], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["week"] = forms.TypedChoiceField(
            label=_("Which week?"),
            choices=[(week.number, _week_words(week)) for week in weeks],
            coerce=int,
            error_messages={
                "required": _("Choose the week."),
                "invalid_choice": _("The check-in of that week cannot be entered any more."),
            },
        )
        # To be read aloud. Staff write the patient's words as spoken.
        self.fields["words"].label = _("Anything else, in the patient's words")
        self.fields["words"].help_text = _("The patient can read this.")
        self.order_fields(self.field_order)


class EnteredSigns(ToldForm):
    """Warning signs alone, if no week's check-in can be entered."""

    red_flags = WarningSignsField()


class EnteredFlareUp(ToldForm, FlareUpForm):
    """A flare-up."""

    limited = YesNoField(  # type: ignore[assignment]
        label=_(
            "Does it keep you from your usual activities, such as housework, work or going out?"
        ),
        help_text=_("A yes halves the dose for the rest of the week."),
        required=True,
    )
    field_order = ("told", "started", "limited")

    def clean_limited(self) -> bool:
        return bool(self.cleaned_data["limited"])


class EnteredAway(ToldForm, AwayForm):
    """Days away."""

    field_order = ("told", *AwayForm.base_fields)


class EnteredMonth(ToldForm, RecurrenceForm):
    """The monthly question for one of ``months``, of which the first is preselected."""

    field_order = ("told", "month", *RecurrenceForm.base_fields)

    def __init__(self, *args: Any, plan: Plan, months: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, plan=plan, **kwargs)
        self.fields["month"] = forms.TypedChoiceField(
            label=_("Which month?"),
            choices=[(month, _month_words(plan, month)) for month in months],
            coerce=int,
            error_messages={
                "required": _("Choose the month."),
                "invalid_choice": _("Choose a month that is over."),
            },
        )
        # The question is about the chosen month, which need not be the last.
        self.fields["happened"].label = _(
            "In that month, did you have back pain that lasted 24 hours or more?"
        )
        self.order_fields(self.field_order)

    def answers(self) -> dict[str, Any]:
        """Return the arguments of the use case."""
        names = ("happened", "started", "ended", "limited_activity", "sought_care")
        return {name: self.cleaned_data[name] for name in names}


class EnteredOutcome(ToldForm, OutcomeForm):
    """The questionnaire of the open occasion."""


def _month_words(plan: Plan, month: int) -> str:
    return _now("Month %(number)s, %(first)s to %(last)s") % {
        "number": month,
        "first": date_format(month_day(plan.start, month - 1), "SHORT_DAY_FORMAT"),
        "last": date_format(month_day(plan.start, month), "SHORT_DAY_FORMAT"),
    }


def _week_words(week: Week) -> str:
    return _now("Week %(number)s, %(first)s to %(last)s") % {
        "number": week.number,
        "first": date_format(week.starts, "SHORT_DAY_FORMAT"),
        "last": date_format(week.ends, "SHORT_DAY_FORMAT"),
    }
