"""The monthly question, by the link in its mail."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from walking.care.recurrence import answer_month, episode_of_month
from walking.care.refusal import Refused
from walking.mail.links import BadLink, read_recurrence_token, recurrence_last_day
from walking.models import Plan
from walking.patient.forms.recurrence import RecurrenceForm, as_answered
from walking.patient.links_pages import in_words_of, link_page
from walking.programme.weeks import local_day, month_day
from walking.questions.fields import add_refusal


@link_page
def recurrence(request: HttpRequest, token: str, at: dt.datetime) -> HttpResponse:
    """GET shows, POST saves; answering again while the link lives corrects the answer."""
    plan_id, month = read_recurrence_token(token, at)
    plan = Plan.objects.select_related("patient", "clinic").filter(pk=plan_id).first()
    if plan is None:
        raise BadLink("forged")
    return in_words_of(plan.patient, _answer, request, plan, month, at)


def _answer(request: HttpRequest, plan: Plan, month: int, at: dt.datetime) -> HttpResponse:
    earlier = plan.recurrences.filter(month=month).order_by("-revision").first()
    known = earlier or episode_of_month(plan, month)
    form = RecurrenceForm(
        request.POST if request.method == "POST" else None,
        initial=as_answered(known) if known else None,
        plan=plan,
        today=local_day(at, plan.patient.zone),
    )
    if request.method == "POST" and form.is_valid():
        try:
            answer_month(plan, month, **form.cleaned_data, by=None, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(f"{request.path}?saved=1")
    context = {
        "form": form,
        "clinic": plan.clinic,
        "since": month_day(plan.start, month - 1),
        "until": month_day(plan.start, month),
        "last_day": recurrence_last_day(plan, month),
        "earlier": earlier,
        "known": known,
        "saved": earlier is not None and "saved" in request.GET,
    }
    return render(request, "patient/recurrence.html", context, status=422 if form.errors else 200)
