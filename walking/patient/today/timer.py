"""The walk timer: times a walk by the phone's own clock and passes the minutes to the form."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from walking.care.diary.walks import open_days
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.programme.weeks import local_day
from walking.questions.walk import WalkForm


@require_safe
@kept_offline
@patient_page
def walk_timer(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Everything that the timer needs is in the page, so that a copy of it works offline."""
    days, today = open_days(plan, at), local_day(at, plan.patient.zone)
    week = plan.weeks.filter(number=plan.week_number).first()
    form = WalkForm(
        initial={
            "client_id": uuid.uuid4(),
            "effort": "",
            "day": today.isoformat(),
            "minutes": week.minutes if week else None,
        },
        days=days,
        today=today,
    )
    context = {"plan": plan, "week": week, "form": form, "can_add": bool(days)}
    return render(request, "patient/timer.html", context)
