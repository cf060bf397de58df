"""A connected app's name, permissions and duration."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessToken
from accounts.tokens import READ_ALL, WRITE_WALKS
from walking.questions.fields import WordsField

#: The permissions that a patient can choose, with their words. Only those that exist.
MAY: Final[dict[str, str | Promise]] = {
    WRITE_WALKS: _("Add walks to my diary"),
    READ_ALL: _(
        "Read my record: name, email address, plan, walks, pain and all my answers, with my words"
    ),
    "patient/Observation.rs": _("Read my walks, minutes and scores only, without my name"),
}
LASTS: Final = {"90": dt.timedelta(days=90), "365": dt.timedelta(days=365), "": None}


class ConnectionForm(forms.Form):
    label = WordsField(
        label=_("What is it for?"),
        help_text=_("A name by which you know it again, such as “Shortcut on my phone”."),
        max_length=60,
        error_messages={"required": _("Give it a name, so that you know it again.")},
    )
    scopes = forms.MultipleChoiceField(
        choices=list(MAY.items()),
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose what it may do."),
            "invalid_choice": _("Choose from the list."),
        },
    )
    lasts = forms.ChoiceField(
        choices=[("90", _("90 days")), ("365", _("A year")), ("", _("Until I end it"))],
        required=False,
        initial="90",
        label=_("For how long?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )

    def expires_at(self, at: dt.datetime) -> dt.datetime | None:
        lasts = LASTS[self.cleaned_data["lasts"]]
        return None if lasts is None else at + lasts


def may_in_words(token: AccessToken) -> list[str]:
    """Return the permissions in words. Shows a scope that this page does not offer as it is."""
    return [str(MAY.get(scope, scope)) for scope in token.scopes.split()]
