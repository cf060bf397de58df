"""Screening as a form, for every way to enrol a patient."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.care.enrolment.screening import WORDS
from walking.desk.clinic.programme_form import whole
from walking.programme.screening import COMFORTABLE_MINUTES, Criterion, Screened


def _holds(criterion: Criterion, *, required: bool = True) -> forms.BooleanField:
    words = WORDS[criterion]
    return forms.BooleanField(
        label=words.label,
        help_text=words.meant,
        required=required,
        error_messages={"required": words.otherwise},
    )


class ScreeningForm(forms.Form):
    """Valid answers are in ``cleaned_data["screened"]``."""

    adult = _holds(Criterion.ADULT)
    no_red_flag = _holds(Criterion.NO_RED_FLAG)
    safe_to_walk = _holds(Criterion.SAFE_TO_WALK)
    recovered = _holds(Criterion.RECOVERED, required=False)
    reason = forms.CharField(
        label=_("If not: why the patient should start all the same"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"}),
    )
    comfortable_minutes = forms.IntegerField(
        label=_("Minutes the patient can walk comfortably"), **whole(COMFORTABLE_MINUTES)
    )

    #: The fields, in order.
    SCREENING = (*(criterion.value for criterion in Criterion), "reason", "comfortable_minutes")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("recovered") and not cleaned.get("reason", "").strip():
            self.add_error("reason", str(WORDS[Criterion.RECOVERED].otherwise))
        if not any(name in self.errors for name in self.SCREENING):
            cleaned["screened"] = Screened(**{name: cleaned[name] for name in self.SCREENING})
        return cleaned
