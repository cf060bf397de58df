"""Inviting someone: who, from which baseline to which goal, and at what pace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.care.enrolment import screening
from walking.care.refusal import Refused
from walking.desk.clinic.programme_form import ProgrammeForm, initial_of
from walking.desk.enrolment.screening_form import ScreeningForm
from walking.models import ProgrammeVersion
from walking.programme.thresholds import USUAL, Thresholds


class InvitationForm(ScreeningForm, ProgrammeForm):
    """Starts from the clinic's current ``version``, whose thresholds apply, or from the defaults."""

    email = forms.EmailField(
        label=_("Email"),
        error_messages={
            "required": _("Give the patient's email address."),
            "invalid": _("That is no email address. Write it like anna@example.org."),
        },
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As the patient likes to be addressed."),
        error_messages={"required": _("Give the patient's name.")},
    )
    message = forms.CharField(
        label=_("Message to the patient"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "class": "vLargeTextField"}),
        help_text=_("In your words; part of the invitation mail. May be left empty."),
    )

    on_paper = forms.BooleanField(
        label=_("Hand it over on paper"),
        required=False,
        help_text=_("A sheet to print, with a code for the phone's camera. No mail is sent."),
    )

    #: The form's sections, in order.
    PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("Patient"), ("name", "email", "message", "on_paper")),
        (_("Is the programme for this patient?"), ScreeningForm.SCREENING),
        (
            _("Programme"),
            ("baseline_minutes", "baseline_days", "goal_minutes", "goal_days", "pace"),
        ),
        (_("Own numbers"), ("weekly_increase", "weeks_per_rung")),
        (_("More"), ("length_weeks", "allow_faster")),
    )

    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.PARTS]

    def __init__(
        self, data: Any = None, *args: Any, version: ProgrammeVersion | None = None, **kwargs: Any
    ) -> None:
        self.version = version
        usual = initial_of(version.programme) if version else {}
        kwargs["initial"] = usual | (kwargs.get("initial") or {})
        super().__init__(data, *args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "screened" in cleaned and "programme" in cleaned:
            try:
                screening.check(cleaned["screened"], cleaned["programme"])
            except Refused as refused:
                self.add_error(refused.field, str(refused))
        return cleaned

    def thresholds(self) -> Thresholds:
        return self.version.thresholds if self.version else USUAL
