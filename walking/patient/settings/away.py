"""Days away, reported in advance, so that the week stays the same."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from walking.care.plan.away import say_away, shorten, standing, take_back
from walking.care.refusal import Refused
from walking.models import Absence, Plan
from walking.patient.access import patient_page
from walking.programme.weeks import local_day
from walking.questions.away import AwayForm, LastDayForm
from walking.questions.fields import add_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def away(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The days away so far, and a form to add more."""
    today = local_day(at, plan.patient.zone)
    form = AwayForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            say_away(plan, **form.cleaned_data, by=plan.patient, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Thank you for telling us. Your plan waits for you."))
            return HttpResponseRedirect(reverse("away"))
    return _show(request, plan, today, form)


@require_POST
@patient_page
def change(request: HttpRequest, plan: Plan, at: dt.datetime, pk: int) -> HttpResponse:
    """Change the last day."""
    today = local_day(at, plan.patient.zone)
    absence = _own(plan, pk)
    form = LastDayForm(request.POST, absence=absence)
    if form.is_valid():
        try:
            shorten(absence, last=form.cleaned_data["last"], by=plan.patient, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("away"))
    return _show(request, plan, today, AwayForm(today=today), changed=(pk, form))


@require_POST
@patient_page
def back(request: HttpRequest, plan: Plan, at: dt.datetime, pk: int) -> HttpResponse:
    """Cancel days away."""
    try:
        take_back(_own(plan, pk), by=plan.patient, at=at)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Saved. Your walks go on as planned."))
    return HttpResponseRedirect(reverse("away"))


def _own(plan: Plan, pk: int) -> Absence:
    absence = plan.absences.filter(pk=pk).first()
    if absence is None:
        raise Http404
    return absence


def _show(
    request: HttpRequest,
    plan: Plan,
    today: dt.date,
    form: AwayForm,
    changed: tuple[int, LastDayForm] | None = None,
) -> HttpResponse:
    absences = standing(plan, today)
    pk, sent = changed or (None, None)
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "form": form,
        "sent": sent or form,
        "told": [
            (each, sent if each.pk == pk else LastDayForm(absence=each), each.first < today)
            for each in absences
        ],
        "is_open": plan.is_open,
    }
    wrong = form.errors or (sent and sent.errors)
    return render(request, "patient/away.html", context, status=422 if wrong else 200)
