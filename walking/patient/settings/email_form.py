"""Which email a patient wants."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.models import MailPreference


class MailPreferencesForm(forms.Form):
    """The kinds that can be switched off, without those that the person's role never gets."""

    check_in = forms.BooleanField(
        required=False,
        label=_("Weekly check-in"),
        help_text=_("On the last day of each week: a few questions, so that your plan fits you."),
    )
    week_plan = forms.BooleanField(
        required=False,
        label=_("The new week's plan"),
        help_text=_("On the first morning of a week, if the check-in was not answered."),
    )
    recurrence = forms.BooleanField(
        required=False,
        label=_("Monthly question"),
        help_text=_("Once a month: has your back pain come back?"),
    )
    contact = forms.BooleanField(
        required=False,
        label=_("Appointments"),
        help_text=_("The day before you talk to your physiotherapist."),
    )
    digest = forms.BooleanField(
        required=False,
        label=_("Morning digest"),
        help_text=_("On working days, only if a patient needs attention."),
    )

    STAFF_ONLY = ("digest",)

    def __init__(self, *args: object, is_patient: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name in list(self.fields):
            if (name in self.STAFF_ONLY) == is_patient:
                del self.fields[name]


def as_chosen(preference: MailPreference) -> dict[str, bool]:
    """Return the current choices."""
    return {kind: getattr(preference, kind) for kind in MailPreference.CHOICES}
