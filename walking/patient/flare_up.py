"""A flare-up: what to do in the next days, and a plan that is eased at once."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from walking.care.flare_up import report_flare_up
from walking.care.refusal import Refused
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.forms.flare_up import FlareUpForm
from walking.patient.forms.questions import add_refusal
from walking.programme.weeks import local_day


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def flare_up(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """What helps, and the button that eases the running week's dose for its remaining days."""
    today = local_day(at, plan.patient.zone)
    form = FlareUpForm(request.POST if request.method == "POST" else None, plan=plan, today=today)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 - a patient's page
        try:
            report_flare_up(plan, started=form.cleaned_data["started"], by=request.user, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(f"{request.path}?reported=1")
    week = None
    if plan.status == Plan.Status.ACTIVE:
        week = plan.weeks.filter(number=plan.week_number).first()
    context = {
        "form": form,
        "plan": plan,
        "week": week,
        "eased": week is not None and week.eased_from is not None,
        "reported": "reported" in request.GET,
        "not_started": today < plan.start,
    }
    return render(request, "patient/flare_up.html", context, status=422 if form.errors else 200)
