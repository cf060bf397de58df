"""The settings of a programme as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from walking.desk.labels import steps_words
from walking.programme import settings as rules
from walking.programme.dose import Dose
from walking.programme.ranges import InvalidProgramme, Range
from walking.programme.settings import PACES, Programme
from walking.programme.thresholds import USUAL, Thresholds

OWN_NUMBERS = "own"
_USUAL = Programme()


def whole(allowed: Range) -> dict[str, Any]:
    # Evaluated when shown, in the current language.
    numbers = {"low": allowed.low, "high": allowed.high}
    filled = lazy(lambda words: gettext(words) % numbers, str)
    words = filled(gettext_noop("Choose a whole number from %(low)s to %(high)s."))
    return {
        "min_value": allowed.low,
        "max_value": allowed.high,
        "help_text": filled(gettext_noop("%(low)s to %(high)s")),
        "error_messages": dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
    }


def _pace_choices() -> list[tuple[str, Any]]:
    paces = [
        (
            pace.name,
            f"{gettext(pace.label)}: {steps_words(pace.weekly_increase, pace.weeks_per_rung)}",
        )
        for pace in PACES.values()
    ]
    return [*paces, (OWN_NUMBERS, gettext("Own numbers, given below"))]


def initial_of(programme: Programme) -> dict[str, Any]:
    """Return the settings as the form shows them."""
    return {
        "baseline_minutes": programme.baseline.minutes,
        "baseline_days": programme.baseline.days,
        "goal_minutes": programme.goal.minutes,
        "goal_days": programme.goal.days,
        "pace": programme.pace or OWN_NUMBERS,
        "weekly_increase": programme.weekly_increase,
        "weeks_per_rung": programme.weeks_per_rung,
        "length_weeks": programme.length_weeks,
        "allow_faster": programme.allow_faster,
    }


class ProgrammeForm(forms.Form):
    """Limits and meaning of each number are in ``walking.programme.settings``. Valid settings are in
    ``cleaned_data["programme"]``."""

    baseline_minutes = forms.IntegerField(
        label=_("Baseline: minutes a walk"), initial=_USUAL.baseline.minutes,
        **whole(rules.BASELINE_MINUTES),
    )  # fmt: skip
    baseline_days = forms.IntegerField(
        label=_("Baseline: days a week"), initial=_USUAL.baseline.days,
        **whole(rules.BASELINE_DAYS),
    )  # fmt: skip
    goal_minutes = forms.IntegerField(
        label=_("Goal: minutes a walk"), initial=_USUAL.goal.minutes, **whole(rules.GOAL_MINUTES)
    )
    goal_days = forms.IntegerField(
        label=_("Goal: days a week"), initial=_USUAL.goal.days, **whole(rules.GOAL_DAYS)
    )
    pace = forms.ChoiceField(label=_("Pace"), initial="standard", choices=_pace_choices)
    weekly_increase = forms.IntegerField(
        label=_("Weekly increase"), initial=_USUAL.weekly_increase, **whole(rules.WEEKLY_INCREASE)
    )
    weeks_per_rung = forms.IntegerField(
        label=_("Good weeks a step"), initial=_USUAL.weeks_per_rung, **whole(rules.WEEKS_PER_RUNG)
    )
    length_weeks = forms.IntegerField(
        label=_("Length in weeks"), initial=_USUAL.length_weeks, **whole(rules.LENGTH_WEEKS)
    )
    allow_faster = forms.BooleanField(
        label=_("May go two steps at once"),
        required=False,
        help_text=_("After a week that was all walked, too easy and without pain."),
    )

    def thresholds(self) -> Thresholds:
        """Return the thresholds of this programme's reviews."""
        return USUAL

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if data is not None and data.get("pace") != OWN_NUMBERS:
            # The values that a named pace decides are neither asked for nor checked.
            for name in ("weekly_increase", "weeks_per_rung"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        numbers = {"baseline_minutes", "baseline_days", "goal_minutes", "goal_days", "pace"}
        needed = numbers | {"length_weeks"}
        if cleaned.get("pace") == OWN_NUMBERS:
            needed |= {"weekly_increase", "weeks_per_rung"}
        else:
            for name in ("weekly_increase", "weeks_per_rung"):
                self.errors.pop(name, None)
        if needed <= cleaned.keys():
            try:
                cleaned["programme"] = self._programme(cleaned)
            except InvalidProgramme as error:
                self.add_error(_field_of(error.field), error.sentence.render(gettext))
        return cleaned

    def _programme(self, cleaned: dict[str, Any]) -> Programme:
        programme: dict[str, Any] = {
            "baseline": Dose(cleaned["baseline_minutes"], cleaned["baseline_days"]),
            "goal": Dose(cleaned["goal_minutes"], cleaned["goal_days"]),
            "length_weeks": cleaned["length_weeks"],
            "allow_faster": cleaned["allow_faster"],
            "thresholds": self.thresholds(),
        }
        if cleaned["pace"] != OWN_NUMBERS:
            return Programme.at_pace(cleaned["pace"], **programme)
        return Programme(
            weekly_increase=cleaned["weekly_increase"],
            weeks_per_rung=cleaned["weeks_per_rung"],
            **programme,
        )


def _field_of(name: str) -> str:
    return name.removeprefix("thresholds.").replace(".", "_")
