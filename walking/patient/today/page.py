"""Today: this week's walks, and one main button to record a walk."""

from __future__ import annotations

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from walking.care.clinic.notices import unread
from walking.care.diary.walks import log_walk, open_days
from walking.care.learning.lessons import Offered, offer
from walking.care.plan.companions import running
from walking.care.refusal import Refused
from walking.models import Plan, Walk
from walking.models.warning_signs import signs_that_count
from walking.numbers import whole_number
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.patient.today.milestones import reached_on
from walking.patient.today.picture import trail
from walking.patient.today.this_week import ThisWeek, read
from walking.questions.days import full_day
from walking.questions.fields import add_refusal
from walking.questions.walk import TodayForm, WalkForm


@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
@patient_page
def today(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """GET shows the week. POST records a walk on the day shown on the page."""
    week = read(plan, at)
    if request.method == "POST":
        return _log(request, plan, week, at)
    return _show(request, week, _empty_form(week), at)


def _log(request: HttpRequest, plan: Plan, week: ThisWeek, at: dt.datetime) -> HttpResponse:
    days = open_days(plan, at)
    form = TodayForm(request.POST, days=days, today=week.today)
    if form.is_valid():
        if form.cleaned_data["day"] != week.log_day:
            return _ask_for_the_day(request, form, days, week)
        assert isinstance(request.user, User)  # noqa: S101 - a patient's page
        try:
            walk = log_walk(
                plan,
                **form.answers(),
                client_id=form.cleaned_data["client_id"],
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(f"{reverse('today')}?logged={walk.pk}")
    return _show(request, week, form, at, status=422)


def _ask_for_the_day(
    request: HttpRequest, form: TodayForm, days: list[dt.date], week: ThisWeek
) -> HttpResponse:
    """Ask for the day, because the page was open overnight."""
    opened = full_day(form.cleaned_data["day"], week.today)
    asked = WalkForm(request.POST, days=days, today=week.today)
    asked.add_error(
        "day", _("That page was from %(day)s. Which day did you walk?") % {"day": opened}
    )
    context = {"form": asked, "title": _("Which day did you walk?"), "can_add": bool(days)}
    return render(request, "patient/diary_walk.html", context, status=422)


def _empty_form(week: ThisWeek) -> TodayForm | None:
    """Return a form filled in with the day's plan, so that one tap records it."""
    if week.log_day is None or week.week is None:
        return None
    initial = {
        "day": week.log_day.isoformat(),
        "minutes": week.week.minutes,
        "effort": "",
        "client_id": uuid.uuid4(),
    }
    return TodayForm(initial=initial, days=[week.log_day], today=week.today)


def _show(
    request: HttpRequest,
    week: ThisWeek,
    form: TodayForm | None,
    at: dt.datetime,
    status: int = 200,
) -> HttpResponse:
    plan = week.plan
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "at": week,
        "week": week.week,
        "form": form,
        "trail": trail(done=week.done, planned=week.week.days) if week.week else None,
        "logged": _named(week.walks, request.GET.get("logged")),
        "removed": _removed(plan, request.GET.get("removed", "")),
        "refused": request.GET.get("closed") == "1",
        "lesson": _lesson(week, at),
        "companions": running(plan, week.today) if week.has_companion else [],
        "signs": signs_that_count(plan, at) if plan.paused_for == "red_flag" else (),
        "unread": unread(plan.patient, plan.clinic),
        "milestone": reached_on(plan, week.today) if week.may_have_reached else None,
    }
    return render(request, "patient/today.html", context, status=status)


def _lesson(week: ThisWeek, at: dt.datetime) -> Offered | None:
    """Return the lesson for now, or None if there is a check-in to answer first."""
    if week.asks_for_check_in:
        return None
    language = get_language() or ""
    return offer(week.plan, at, language=language, flare_up=week.episode is not None)


def _named(walks: list[Walk], pk: str | None) -> Walk | None:
    """Return the walk just recorded, if it is one of ``walks``."""
    return next((walk for walk in walks if str(walk.pk) == pk), None)


def _removed(plan: Plan, pk: str) -> Walk | None:
    """Return the walk just deleted, so that the page can offer to undo it."""
    number = whole_number(pk)
    if number is None:
        return None
    return plan.walks.filter(pk=number, removed_at__isnull=False).first()
