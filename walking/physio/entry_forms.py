"""Entering for a patient what the patient told: the patient's own questions, and how it is known."""

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
    """How staff know what they enter; its words are the reason in the audit trail."""

    PHONE = "phone", _("told on the telephone")
    VISIT = "visit", _("told in the clinic")
    PAPER = "paper", _("read from the patient's notes on paper")
    FAMILY = "family", _("told by somebody close to the patient")


class ToldForm(forms.Form):
    """The question that every entry for a patient starts with."""

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
        """The reason for the audit trail, in words."""
        return str(Told(self.cleaned_data["told"]).label)


class EnteredWalk(ToldForm, WalkForm):
    """A walk of the patient."""

    field_order = ("told", *WalkForm.field_order)


class EnteredCheckIn(ToldForm, CheckInForm):
    """The patient's answers for one of ``weeks``; the first of them is the one to ask about."""

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
        # To be read out; what the patient says is written down as it was said.
        self.fields["words"].label = _("Anything else, in the patient's words")
        self.fields["words"].help_text = _("The patient can read this.")
        self.order_fields(self.field_order)


class EnteredSigns(ToldForm):
    """Warning signs alone, while no week's check-in can be entered."""

    red_flags = WarningSignsField()


class EnteredFlareUp(ToldForm, FlareUpForm):
    """A flare-up of the patient."""

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
    """Days away of the patient."""

    field_order = ("told", *AwayForm.base_fields)


class EnteredMonth(ToldForm, RecurrenceForm):
    """The monthly question, about one of ``months``; the first of them is the one to ask about."""

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
        # What is asked holds for the month chosen, which need not be the last.
        self.fields["happened"].label = _(
            "In that month, did you have back pain that lasted 24 hours or more?"
        )
        self.order_fields(self.field_order)

    def answers(self) -> dict[str, Any]:
        """What the use case takes."""
        names = ("happened", "started", "ended", "limited_activity", "sought_care")
        return {name: self.cleaned_data[name] for name in names}


class EnteredOutcome(ToldForm, OutcomeForm):
    """The questionnaire of the occasion that is open."""


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
