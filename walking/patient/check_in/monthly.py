"""The monthly question, and the questionnaire at the start and every three months. Signed in, or through the link in an
email."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from walking.care.pain.episodes import answer_month, episode_of_month
from walking.care.pain.outcomes import (
    activities_so_far,
    answer_outcome,
    last_answer,
    months_over,
    questions_of,
)
from walking.care.refusal import Refused
from walking.mail.links import BadLink, read_recurrence_token, recurrence_last_day
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.check_in.link_pages import in_words_of, link_page
from walking.programme.outcomes import open_occasion
from walking.programme.weeks import local_day, month_day
from walking.questions.fields import add_refusal
from walking.questions.outcome import OutcomeForm
from walking.questions.outcome import as_answered as outcome_as_answered
from walking.questions.recurrence import RecurrenceForm, as_answered


@dataclass(frozen=True, slots=True)
class Way:
    """How someone came here. ``by`` is None through a link, whose pages have no menu."""

    layout: str
    month: str
    more: str
    by: User | None = None


# Signed in ----------------------------------------------------------------------------------------


@require_safe
@patient_page
def questions(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """What is open, and the months so far, which can still be answered."""
    context = {"plan": plan, "clinic": plan.clinic, "asked": questions_of(plan, at)}
    return render(request, "patient/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def month(request: HttpRequest, plan: Plan, at: dt.datetime, month: int) -> HttpResponse:
    """The monthly question of any past month."""
    if month not in months_over(plan, local_day(at, plan.patient.zone)):
        raise Http404
    return _month(request, plan, month, at, _signed_in(request, month))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def outcome(request: HttpRequest, plan: Plan, at: dt.datetime, month: int) -> HttpResponse:
    """Pain, abilities and what matters. 404 for a questionnaire that is closed."""
    if open_occasion(plan.start, local_day(at, plan.patient.zone)) != month:
        return redirect("questions")
    return _outcome(request, plan, month, at, _signed_in(request, month))


def _signed_in(request: HttpRequest, month: int) -> Way:
    assert isinstance(request.user, User)  # noqa: S101 - a patient's page
    return Way(
        "patient/questions_base.html",
        reverse("question", args=[month]) if month else "",
        reverse("outcome", args=[month]),
        request.user,
    )


# By the link in a mail ----------------------------------------------------------------------------


@link_page
def recurrence(request: HttpRequest, token: str, at: dt.datetime) -> HttpResponse:
    """GET shows, POST saves. Answering again while the link is valid corrects the answer."""
    plan, month = _linked(token, at)
    if month == 0:
        return HttpResponseRedirect(reverse("outcome_by_link", args=[token]))
    return in_words_of(plan.patient, _month, request, plan, month, at, _by_link(token))


@link_page
def outcome_by_link(request: HttpRequest, token: str, at: dt.datetime) -> HttpResponse:
    plan, month = _linked(token, at)
    if open_occasion(plan.start, local_day(at, plan.patient.zone)) != month:
        raise BadLink("expired")
    return in_words_of(plan.patient, _outcome, request, plan, month, at, _by_link(token))


def _linked(token: str, at: dt.datetime) -> tuple[Plan, int]:
    plan_id, month = read_recurrence_token(token, at)
    plan = Plan.objects.select_related("patient", "clinic").filter(pk=plan_id).first()
    if plan is None:
        raise BadLink("forged")
    return plan, month


def _by_link(token: str) -> Way:
    return Way(
        "patient/link_base.html",
        reverse("recurrence", args=[token]),
        reverse("outcome_by_link", args=[token]),
    )


# Both ---------------------------------------------------------------------------------------------


def _month(request: HttpRequest, plan: Plan, month: int, at: dt.datetime, way: Way) -> HttpResponse:
    earlier = plan.recurrences.filter(month=month).order_by("-revision").first()
    known = earlier or episode_of_month(plan, month)
    today = local_day(at, plan.patient.zone)
    form = RecurrenceForm(
        request.POST if request.method == "POST" else None,
        initial=as_answered(known) if known else None,
        plan=plan,
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        try:
            answer_month(plan, month, **form.cleaned_data, by=way.by, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(f"{request.path}?saved=1")
    asks_more = (
        open_occasion(plan.start, today) == month
        and not plan.outcome_answers.filter(month=month).exists()
    )
    context = {
        "form": form,
        "layout": way.layout,
        "clinic": plan.clinic,
        "since": month_day(plan.start, month - 1),
        "until": month_day(plan.start, month),
        "last_day": None if way.by else recurrence_last_day(plan, month),
        "earlier": earlier,
        "known": known,
        "saved": earlier is not None and "saved" in request.GET,
        "more": way.more if earlier is not None and asks_more else "",
    }
    return render(request, "patient/recurrence.html", context, status=422 if form.errors else 200)


def _outcome(
    request: HttpRequest, plan: Plan, month: int, at: dt.datetime, way: Way
) -> HttpResponse:
    earlier = last_answer(plan, month)
    known = activities_so_far(plan)
    form = OutcomeForm(
        request.POST if request.method == "POST" else None,
        initial=outcome_as_answered(earlier) if earlier else None,
        activities=known,
    )
    if request.method == "POST" and form.is_valid():
        try:
            answer_outcome(plan, month, **form.answers(), by=way.by, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(f"{request.path}?saved=1")
    context = {
        "form": form,
        "layout": way.layout,
        "clinic": plan.clinic,
        "month": month,
        "earlier": earlier,
        "saved": earlier is not None and "saved" in request.GET,
        "named_before": bool(known),
    }
    return render(request, "patient/outcome.html", context, status=422 if form.errors else 200)
