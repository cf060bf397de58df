"""Recording on behalf of a patient: days away, a monthly question, the questionnaire."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.desk import viewer
from walking.care.pain.episodes import answer_month
from walking.care.pain.outcomes import (
    activities_so_far,
    answer_outcome,
    last_answer,
    months_over,
)
from walking.care.plan.away import say_away, standing, take_back
from walking.care.refusal import Refused
from walking.desk.history.outcomes import title_of
from walking.desk.on_behalf.base import PlanPages, as_told, is_kept
from walking.desk.on_behalf.forms import EnteredAway, EnteredMonth, EnteredOutcome
from walking.models import Plan
from walking.programme.outcomes import open_occasion
from walking.programme.weeks import local_day, month_day
from walking.questions.outcome import as_answered


class DaysPages(PlanPages):
    """Pages for days away and past months."""

    def urls(self) -> list[URLPattern]:
        return [
            self.page_at("away/", self.away, "away"),
            self.page_at("away/<int:absence>/back/", self.back, "away_back"),
            self.page_at("month/", self.month, "month"),
            self.page_at("questionnaire/", self.questionnaire, "questionnaire"),
        ]

    def away(self, request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
        """Days away. Existing ones can be cancelled next to the form."""
        today = local_day(at, plan.patient.zone)
        form = EnteredAway(request.POST or None, today=today)
        if form.is_bound and form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("first", "last", "kind", "words")}
            told = as_told(request, form, at)
            if is_kept(form, lambda: say_away(plan, **given, **told)):
                messages.success(request, _("The days away are entered. The plan waits."))
                return redirect("admin:walking_plan_entry_away", plan.pk)
        return self.show(
            request, plan, form, "admin/desk/entry_away.html",
            title=_("Enter days away"), button=_("Enter the days away"),
            can_enter=plan.is_open, absences=standing(plan, today),
        )  # fmt: skip

    def back(self, request: HttpRequest, plan: Plan, at: dt.datetime, absence: int) -> HttpResponse:
        """The button next to days away: cancel."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        told = get_object_or_404(plan.absences, pk=absence)
        try:
            take_back(told, by=viewer(request), why=_("back again, or not going"), at=at)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Saved. The walks go on as planned."))
        return redirect("admin:walking_plan_entry_away", plan.pk)

    def month(self, request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
        """The monthly question for a past month. Answering again corrects it."""
        today = local_day(at, plan.patient.zone)
        months = months_over(plan, today)
        form = EnteredMonth(request.POST or None, plan=plan, today=today, months=months)
        if months and form.is_bound and form.is_valid():
            month = form.cleaned_data["month"]
            told = as_told(request, form, at)
            if is_kept(form, lambda: answer_month(plan, month, **form.answers(), **told)):
                messages.success(
                    request, _("The answer for month %(n)s is entered.") % {"n": month}
                )
                return redirect("admin:walking_plan_change", plan.pk)
        answered = set(plan.recurrences.filter(month__isnull=False).values_list("month", flat=True))
        first = date_format(month_day(plan.start, 1), "SHORT_WEEKDAY_YEAR_FORMAT")
        return self.show(
            request, plan, form, "admin/desk/entry_month.html",
            title=_("Enter the monthly answer"), button=_("Enter the answer"),
            can_enter=bool(months), first=first, answered=sorted(answered),
            explains=_(
                "Ask in these words. A month that was answered already is corrected by what you enter."
            ),
        )  # fmt: skip

    def questionnaire(self, request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
        """Pain, the Roland-Morris statements and what matters, for the open occasion."""
        occasion = open_occasion(plan.start, local_day(at, plan.patient.zone))
        form = None
        if occasion is not None:
            earlier = last_answer(plan, occasion)
            form = EnteredOutcome(
                request.POST or None,
                initial=as_answered(earlier) if earlier else None,
                activities=activities_so_far(plan),
            )
            if form.is_bound and form.is_valid():
                answers, told = form.answers(), as_told(request, form, at)
                if is_kept(form, lambda: answer_outcome(plan, occasion, **answers, **told)):
                    messages.success(request, _("The questionnaire is entered."))
                    return redirect("admin:walking_plan_change", plan.pk)
        title = _("Enter the questionnaire") if occasion is None else title_of(occasion)
        return self.show(
            request, plan, form, "admin/desk/entry_questionnaire.html",
            title=title, button=_("Enter the questionnaire"),
            explains=_(
                "Read the sentences out as they are and tick only those that the patient is sure of for today."
            ) if form else "",
        )  # fmt: skip
