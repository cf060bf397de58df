"""The patients and days of a report."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from walking.models import Plan
from walking.programme import weeks

#: Default number of days.
USUAL_DAYS: Final = 365
NOBODY: Final = "none"


@dataclass(frozen=True, slots=True)
class Scope:
    """``since`` and ``until`` are local days in ``zone``, both counted. ``whose`` is a physiotherapist's id, ``none``
    for plans without one, or empty for all that ``viewer`` may see."""

    viewer: User
    zone: zoneinfo.ZoneInfo
    since: dt.date
    until: dt.date
    today: dt.date
    whose: str = ""

    @property
    def plans(self) -> QuerySet[Plan]:
        """Return all plans that the viewer may see. Every figure starts here."""
        return Plan.objects.visible_to(self.viewer)

    def chosen(self, prefix: str = "") -> Q:
        """Return the filter for the chosen physiotherapist's plans. ``prefix`` leads to the plan."""
        name = f"{prefix}physiotherapist"
        if not self.whose:
            return Q(**{f"{prefix}pk__isnull": False})
        return Q(**{name: None if self.whose == NOBODY else int(self.whose)})

    @property
    def begins(self) -> dt.datetime:
        return weeks.at_local(self.since, dt.time(0), self.zone)

    @property
    def ends(self) -> dt.datetime:
        """Return the end of the last day."""
        return weeks.at_local(self.until + dt.timedelta(days=1), dt.time(0), self.zone)

    @property
    def query(self) -> str:
        days = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return urlencode({"whose": self.whose, **days})


class ScopeForm(forms.Form):
    whose = forms.ChoiceField(label=gettext_lazy("Physiotherapist"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("To"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = [("", _("All"))]
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            *everybody, *people, (NOBODY, _("Nobody's patients")),
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first."))
        return data


def physiotherapists(viewer: User) -> list[tuple[str, str]]:
    """Return the physiotherapists to choose from: those of the viewer's clinic, or all for an operator."""
    people = User.objects.physiotherapists()
    if not viewer.is_superuser:
        people = people.filter(clinic_id=viewer.clinic_id)
    return [(str(pk), name) for pk, name in people.order_by("name", "pk").values_list("pk", "name")]


def asked(
    viewer: User, data: Any, people: list[tuple[str, str]], at: dt.datetime
) -> tuple[ScopeForm, Scope | None]:
    """Return the form for the query parameters, and its scope, or no scope if they are invalid."""
    zone = zoneinfo.ZoneInfo(viewer.clinic.timezone) if viewer.clinic else viewer.zone
    today = weeks.local_day(at, zone)
    usual = {"since": today - dt.timedelta(days=USUAL_DAYS - 1), "until": today, "whose": ""}
    values = {name: data.get(name) or value for name, value in usual.items()}
    form = ScopeForm(values, people=people)
    if not form.is_valid():
        return form, None
    clean = form.cleaned_data
    return form, Scope(viewer, zone, clean["since"], clean["until"], today, clean["whose"])
