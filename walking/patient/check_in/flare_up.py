"""Flare-ups: what to do in the next days, a plan that becomes easier at once, and later how it went."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from walking.care.pain.episodes import open_episode, say_more
from walking.care.pain.flare_up import report_flare_up
from walking.care.refusal import Refused
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.programme.weeks import local_day
from walking.questions.fields import NO, YES, add_refusal
from walking.questions.flare_up import EpisodeForm, FlareUpForm, as_known


@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
@patient_page
def flare_up(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """What helps, and the button that makes the rest of the running week easier."""
    today = local_day(at, plan.patient.zone)
    form = FlareUpForm(request.POST if request.method == "POST" else None, plan=plan, today=today)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 - a patient's page
        limited = form.cleaned_data["limited"]
        try:
            report_flare_up(
                plan,
                started=form.cleaned_data["started"],
                limited_activity=limited,
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(f"{request.path}?reported={YES if limited else NO}")
    week = None
    if plan.status == Plan.Status.ACTIVE:
        week = plan.weeks.filter(number=plan.week_number).first()
    reported = request.GET.get("reported", "")
    context = {
        "form": form,
        "plan": plan,
        "clinic": plan.clinic,
        "week": week,
        "eased": week is not None and week.eased_from is not None,
        "episode": None if reported else open_episode(plan),
        "reported": reported,
    }
    return render(request, "patient/flare_up.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def episode(request: HttpRequest, plan: Plan, at: dt.datetime, number: int) -> HttpResponse:
    """How a flare-up went: whether it is over, stopped usual activities, or needed care."""
    known = plan.recurrences.episodes().filter(episode=number).first()
    if known is None:
        raise Http404
    today = local_day(at, plan.patient.zone)
    form = EpisodeForm(
        request.POST if request.method == "POST" else None,
        initial=as_known(known, today),
        plan=plan,
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 - a patient's page
        try:
            said = say_more(plan, number, **form.answers(), by=request.user, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            over = not said.happened or said.ended
            messages.success(
                request,
                _("Thank you for telling us. It is good that your back is better.")
                if over
                else _("Thank you for telling us. Take it gently; it is saved."),
            )
            return redirect("today")
    context = {"form": form, "episode": known, "plan": plan, "clinic": plan.clinic}
    return render(
        request, "patient/flare_up_episode.html", context, status=422 if form.errors else 200
    )
