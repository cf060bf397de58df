"""The form for a clinic's next version of its programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from walking.desk.clinic.programme_form import ProgrammeForm, initial_of, whole
from walking.programme.settings import SOURCES, Programme
from walking.programme.thresholds import ALLOWED, NAMES, USUAL, Thresholds

_LABELS = {source.field: source.label for source in SOURCES}


class VersionForm(ProgrammeForm):
    """Settings for new invitations, the thresholds of reviews, and the reason."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"}),
        help_text=_("For colleagues; kept with the version."),
        error_messages={"required": _("Say why, so that your colleagues can follow.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.fields[name] = forms.IntegerField(
                label=_(_LABELS[f"thresholds.{name}"]),
                initial=getattr(USUAL, name),
                **whole(ALLOWED[name]),
            )
        self.order_fields([name for name in self.fields if name != "why"])

    @staticmethod
    def initial_from(programme: Programme, number: int) -> dict[str, Any]:
        """Return the form's initial values: the current numbers."""
        thresholds = {name: getattr(programme.thresholds, name) for name in NAMES}
        return initial_of(programme) | thresholds | {"seen": number}

    def thresholds(self) -> Thresholds:
        # Use the default for a missing or invalid number, so that the other fields can still be checked.
        return Thresholds(**{n: self.cleaned_data.get(n, getattr(USUAL, n)) for n in NAMES})
