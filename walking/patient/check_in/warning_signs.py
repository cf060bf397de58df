"""The warning signs, on any day, and what to do about them."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from walking.advice import advice
from walking.care.refusal import Refused
from walking.care.weeks.check_in import report_red_flags
from walking.models import Plan
from walking.models.warning_signs import signs_that_count
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.questions.fields import WarningSignsForm, add_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
@patient_page
def warning_signs(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The ten signs to tick. Reporting one pauses the plan at once."""
    form = WarningSignsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 - a patient's page
        try:
            report_red_flags(plan, red_flags=form.cleaned_data["red_flags"], by=request.user, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("warning_signs_now")
    context = {"form": form, "clinic": plan.clinic, "plan": plan}
    return render(
        request, "patient/warning_signs.html", context, status=422 if form.errors else 200
    )


@require_safe
@kept_offline
@patient_page
def warning_signs_now(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """What to do now about the reported signs, or about any sign if none is reported."""
    signs = signs_that_count(plan, at)
    context = {
        "clinic": plan.clinic,
        "paused": plan.status == Plan.Status.PAUSED and plan.paused_for == "red_flag",
        "signs": signs,
        "title": advice(signs).title,
    }
    return render(request, "patient/warning_signs_now.html", context)
