"""The access log, for the person whom it is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access_log import trail_of
from accounts.models import Access
from walking.models import Plan
from walking.numbers import whole_number
from walking.patient.access import patient_page
from walking.programme.weeks import local_day
from walking.questions.days import full_day

PAGE_SIZE = 30


@dataclass(slots=True)
class SeenOn:
    """One local day of the log, newest first."""

    day: str
    lines: list[Access] = field(default_factory=list)


@require_safe
@patient_page
def record_seen(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """One page of the log. Leaves out the reasons that colleagues gave each other for a change."""
    page = whole_number(request.GET.get("page"), most=99_999) or 1
    first = (page - 1) * PAGE_SIZE
    # One more than fits shows whether there is an older page, without counting all lines.
    lines = list(trail_of(plan.patient)[first : first + PAGE_SIZE + 1])
    if page > 1 and not lines:
        raise Http404
    zone = plan.patient.zone
    today = local_day(at, zone)
    days: dict[dt.date, SeenOn] = {}
    for line in lines[:PAGE_SIZE]:
        day = local_day(line.at, zone)
        days.setdefault(day, SeenOn(full_day(day, today))).lines.append(line)
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "days": list(days.values()),
        "older": page + 1 if len(lines) > PAGE_SIZE else None,
        "newer": page - 1 if page > 1 else None,
    }
    return render(request, "patient/record_seen.html", context)
