"""The patient's companion programmes: the list, and what all their pages share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from walking.care.plan.companions import rest_of, running
from walking.companions.registry import COMPANIONS
from walking.companions.standing import limiting
from walking.models import CompanionProgramme, Plan
from walking.patient.access import PatientView, patient_page
from walking.patient.app_shell import kept_offline
from walking.programme.weeks import local_day


def companion_page(kind: str) -> Callable[[PatientView], PatientView]:
    """Decorate a page of the companion ``kind`` that works offline. ``view`` gets the plan, the companion and the
    moment. 404 for a patient who never had it; one that has ended is still shown."""

    def decorate(view: PatientView) -> PatientView:
        @kept_offline
        @patient_page
        @wraps(view)
        def page(
            request: HttpRequest, plan: Plan, at: dt.datetime, *args: object, **kwargs: object
        ) -> HttpResponse:
            programme = plan.companions.filter(kind=kind).order_by("-number").first()
            if programme is None:
                raise Http404
            programme.plan = plan
            return view(request, plan, programme, at, *args, **kwargs)

        return page

    return decorate


def shared(plan: Plan, programme: CompanionProgramme, at: dt.datetime) -> dict[str, object]:
    """Return what every companion page shows: its owner, the week, and whether it is paused or over."""
    today = local_day(at, plan.patient.zone)
    companion = COMPANIONS[programme.kind]
    week = programme.week_of(today)
    return {
        "plan": plan,
        "clinic": plan.clinic,
        "programme": programme,
        "companion": companion,
        "today": today,
        "week": week,
        "rest": rest_of(plan, flare_up=limiting().filter(plan=plan).exists()),
        "is_over": programme.ended_on is not None or week > companion.weeks,
    }


@require_safe
@kept_offline
@patient_page
def companions(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The running companions and those that have ended."""
    today = local_day(at, plan.patient.zone)
    ended = plan.companions.filter(kind__in=COMPANIONS, ended_on__isnull=False).order_by("-number")
    standing = running(plan, today)
    kinds = {each.programme.kind for each in standing}
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "running": standing,
        "ended": [(each, COMPANIONS[each.kind]) for each in ended if each.kind not in kinds],
    }
    return render(request, "patient/companions.html", context)
