"""The forms for new settings, and for a new plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from walking.desk.clinic.programme_form import ProgrammeForm
from walking.desk.plan_actions.forms import ReasonAndMessageForm, safe_to_walk
from walking.models import Plan, ProgrammeVersion
from walking.programme.thresholds import USUAL, Thresholds


class PlanProgrammeForm(ProgrammeForm, ReasonAndMessageForm):
    """Settings, with the version whose thresholds apply."""

    programme_version = forms.ChoiceField(
        label=_("Thresholds of"),
        required=False,
        help_text=_("The plan keeps its own unless moved."),
    )

    def __init__(self, data: Any = None, *, plan: Plan, **kwargs: Any) -> None:
        super().__init__(data, plan=plan, **kwargs)
        self.versions = {
            str(one.pk): one
            for one in ProgrammeVersion.objects.filter(clinic_id=plan.clinic_id).order_by("-number")
        }
        field = self.fields["programme_version"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", gettext("the usual programme")),
            *(
                (pk, gettext("the clinic's version %(number)s") % {"number": one.number})
                for pk, one in self.versions.items()
            ),
        ]

    def chosen_version(self) -> ProgrammeVersion | None:
        return self.versions.get(self.cleaned_data.get("programme_version") or "")

    def thresholds(self) -> Thresholds:
        version = self.chosen_version()
        return version.thresholds if version else USUAL


class SettingsForm(PlanProgrammeForm):
    """New settings, from a future week on."""

    from_week = forms.IntegerField(
        label=_("From week"),
        min_value=1,
        max_value=53,
        help_text=_("Next week, or one further on."),
    )
    field_order = (
        "from_week", "baseline_minutes", "baseline_days", "goal_minutes", "goal_days", "pace",
        "weekly_increase", "weeks_per_rung", "length_weeks", "allow_faster", "programme_version",
        "reason", "message",
    )  # fmt: skip


class RestartForm(PlanProgrammeForm):
    """A new plan, from its first day."""

    start = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Today, or up to two weeks ahead."),
    )
    safe = safe_to_walk()
    field_order = (
        "start", "baseline_minutes", "baseline_days", "goal_minutes", "goal_days", "pace",
        "weekly_increase", "weeks_per_rung", "length_weeks", "allow_faster", "programme_version",
        "reason", "message", "safe",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.plan.paused_for != "red_flag":
            del self.fields["safe"]
