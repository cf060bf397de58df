"""The status of companions from their days alone: loaded in one statement for any number and any kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext as _

from walking.companions.registry import COMPANIONS
from walking.companions.shape import Companion
from walking.models import CompanionProgramme, Recurrence


def with_what_was_done(
    rows: QuerySet[CompanionProgramme], first: dt.date, last: dt.date
) -> QuerySet[Any]:
    """Annotate ``rows`` with ``last_day`` (up to ``last``), ``days_done`` (from ``first`` to ``last``), and
    ``flare_up``: whether one that limits activity is open."""

    def of_each(make: Any) -> list[When]:
        return [When(kind=kind, then=make(each.done)) for kind, each in COMPANIONS.items()]

    def last_day(done: Any) -> Subquery:
        facts = done.objects.filter(companion=OuterRef("pk"), day__lte=last).order_by("-day")
        return Subquery(facts.values("day")[:1])

    def days(done: Any) -> Subquery:
        facts = done.objects.filter(companion=OuterRef("pk"), day__gte=first, day__lte=last)
        facts = facts.order_by().values("companion")
        return Subquery(facts.annotate(n=Count("day", distinct=True)).values("n"))

    return rows.annotate(
        last_day=Case(*of_each(last_day), default=None, output_field=DateField()),
        days_done=Case(*of_each(days), default=Value(0), output_field=IntegerField()),
        flare_up=Exists(limiting().filter(plan=OuterRef("plan"))),
    )


def limiting() -> QuerySet[Recurrence]:
    """Return open episodes that limit usual activities: companions are paused for those."""
    return Recurrence.objects.open_episodes().filter(limited_activity=True)


def week_line(companion: Companion, days: int) -> str:
    """Say how the week went, in a sentence for the patient."""
    if not days:
        return _("%(name)s: nothing is written down this week.") % {"name": companion.name}
    return companion.week_words(days)
