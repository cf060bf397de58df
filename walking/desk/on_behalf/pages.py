"""Recording on behalf of a patient: walks, the weekly check-in, a flare-up, warning signs.

Uses the patient's own use cases. The records say who entered them, and the access log how staff know.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _

from accounts.desk import viewer
from walking.care.diary import walks as diary
from walking.care.pain.episodes import open_episode
from walking.care.pain.flare_up import report_flare_up
from walking.care.refusal import Refused
from walking.care.weeks.check_in import answered, check_in, report_red_flags, weeks_for_staff
from walking.desk.labels import short_dose
from walking.desk.on_behalf.base import PlanPages, as_told, is_kept
from walking.desk.on_behalf.forms import (
    EnteredCheckIn,
    EnteredFlareUp,
    EnteredSigns,
    EnteredWalk,
    ToldForm,
)
from walking.models import CheckIn, Plan, Walk
from walking.models.warning_signs import signs_that_count
from walking.programme.weeks import local_day
from walking.questions.fields import add_refusal
from walking.questions.walk import as_entered


class EntryPages(PlanPages):
    """Pages for walks, the week and back pain."""

    def urls(self) -> list[URLPattern]:
        return [
            self.page_at("walk/", self.walk, "walk"),
            self.page_at("walk/<int:walk>/", self.correct, "walk_correct"),
            self.page_at("walk/<int:walk>/bring-back/", self.bring_back, "walk_bring_back"),
            self.page_at("check-in/", self.check_in, "check_in"),
            self.page_at("flare-up/", self.flare_up, "flare_up"),
            self.page_at("warning-signs/", self.warning_signs, "warning_signs"),
        ]

    # Walks ----------------------------------------------------------------------------------

    def walk(self, request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
        """A walk on an open day. Walks that can still be corrected are next to the form."""
        days, today = diary.open_days(plan, at), local_day(at, plan.patient.zone)
        form = EnteredWalk(
            request.POST or None,
            initial={"client_id": uuid.uuid4(), "effort": "", "minutes": _planned_minutes(plan)},
            days=days,
            today=today,
        )
        if form.is_bound and form.is_valid():
            who = as_told(request, form, at)
            name = form.cleaned_data["client_id"]
            if is_kept(form, lambda: diary.log_walk(plan, **form.answers(), client_id=name, **who)):
                messages.success(request, _("The walk is entered."))
                return redirect("admin:walking_plan_entry_walk", plan.pk)
        walks = plan.walks.with_who().filter(day__in=days).order_by("-day", "-pk")
        context = {
            "title": _("Enter a walk"),
            "button": _("Enter the walk"),
            "can_enter": bool(days),
            "walks": [walk for walk in walks if walk.removed_at is None],
            "removed": [walk for walk in walks if walk.removed_at is not None],
        }
        return self.show(request, plan, form, "admin/desk/entry_walk.html", **context)

    def correct(self, request: HttpRequest, plan: Plan, at: dt.datetime, walk: int) -> HttpResponse:
        kept = get_object_or_404(plan.walks.kept(), pk=walk)
        days, today = diary.open_days(plan, at), local_day(at, plan.patient.zone)
        form: ToldForm
        if "_remove" in request.POST:
            form, done = ToldForm(request.POST), _("The walk is taken out.")
        else:
            form, done = (
                EnteredWalk(request.POST or None, initial=as_entered(kept), days=days, today=today),
                _("The walk is corrected."),
            )
        if form.is_bound and form.is_valid():
            who = as_told(request, form, at)

            def keep() -> Walk:
                if isinstance(form, EnteredWalk):
                    return diary.correct_walk(kept, **form.answers(), **who)
                return diary.remove_walk(kept, **who)

            if is_kept(form, keep):
                messages.success(request, done)
                return redirect("admin:walking_plan_entry_walk", plan.pk)
        context = {
            "title": _("Correct a walk"),
            "button": _("Save"),
            "can_enter": kept.day in days,
            "walk": kept,
        }
        return self.show(request, plan, form, "admin/desk/entry_walk.html", **context)

    def bring_back(
        self, request: HttpRequest, plan: Plan, at: dt.datetime, walk: int
    ) -> HttpResponse:
        """The button next to a deleted walk: undo."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        removed = get_object_or_404(plan.walks.filter(removed_at__isnull=False), pk=walk)
        try:
            diary.restore_walk(removed, by=viewer(request), why=_("brought back"), at=at)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The walk is back."))
        return redirect("admin:walking_plan_entry_walk", plan.pk)

    # The check-in, a flare-up, warning signs -------------------------------------------------

    def check_in(self, request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
        """The weekly questions, to be read aloud. Only the warning signs if no week can be answered."""
        weeks = weeks_for_staff(plan, at)
        if not weeks:
            if request.method == "POST":  # a sign that was ticked in the meantime must not be lost
                return self.warning_signs(request, plan, at)
            return redirect("admin:walking_plan_entry_warning_signs", plan.pk)
        form = EnteredCheckIn(
            request.POST or None, weeks=weeks, has_episode=open_episode(plan) is not None
        )
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            try:
                done = check_in(
                    plan,
                    week_number=given["week"],
                    answers=form.answers(),
                    words=given["words"],
                    better=given.get("better"),
                    via=CheckIn.Via.STAFF,
                    **as_told(request, form, at),
                )
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                if done.stopped:
                    return self._to_be_told(plan)
                messages.success(
                    request, _("The check-in of week %(n)s is entered.") % {"n": done.week.number}
                )
                messages.info(request, _tell(done.outcome.next, done.sentence))
                return redirect("admin:walking_plan_change", plan.pk)
        context = {
            "title": _("Enter a check-in"),
            "button": _("Enter the check-in"),
            "explains": _(
                "Ask in these words. The warning signs must be answered; any other question may be left"
                " open."
            ),
            "earlier": answered(plan, weeks[0].number),
        }
        return self.show(request, plan, form, "admin/desk/entry.html", **context)

    def flare_up(self, request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
        form = EnteredFlareUp(
            request.POST or None, plan=plan, today=local_day(at, plan.patient.zone)
        )
        if form.is_bound and form.is_valid():
            try:
                week = report_flare_up(
                    plan,
                    started=form.cleaned_data["started"],
                    limited_activity=form.cleaned_data["limited"],
                    **as_told(request, form, at),
                )
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                words = _("The flare-up is entered.")
                if week is not None:
                    words += " " + _("The dose of this week is now %(dose)s.") % {
                        "dose": short_dose(week.dose)
                    }
                messages.success(request, words)
                return redirect("admin:walking_plan_change", plan.pk)
        context = {
            "title": _("Enter a flare-up"),
            "button": _("Enter the flare-up"),
            "explains": _(
                "A flare-up is back pain that lasted 24 hours or more and kept you from your usual"
                " activities, such as housework, work or going out."
            ),
        }
        return self.show(request, plan, form, "admin/desk/entry.html", **context)

    def warning_signs(self, request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
        """Warning signs on any day and in any state of the plan. Afterwards, what to tell the patient."""
        if "now" in request.GET:
            # The patient's newest plan is the open one, if there is one: that is the one paused.
            newest = plan.patient.plans.order_by("-pk")[0]
            context = {
                "title": _("Tell the patient now"),
                "signs": signs_that_count(newest, at),
                "stopped": newest.paused_for == "red_flag",
            }
            return self.show(request, plan, None, "admin/desk/entry_tell.html", **context)
        form = EnteredSigns(request.POST or None)
        if form.is_bound and form.is_valid():
            signs = form.cleaned_data["red_flags"]
            who = as_told(request, form, at)
            if is_kept(form, lambda: report_red_flags(plan, red_flags=signs, **who)):
                return self._to_be_told(plan)
        context = {
            "title": _("Enter warning signs"),
            "button": _("Enter the warning signs"),
            "explains": _(
                "No week's check-in can be entered now, but a warning sign counts on any day."
            ),
        }
        return self.show(request, plan, form, "admin/desk/entry.html", **context)

    def _to_be_told(self, plan: Plan) -> HttpResponse:
        answer = redirect("admin:walking_plan_entry_warning_signs", plan.pk)
        answer["Location"] += "?now=1"
        return answer


def _planned_minutes(plan: Plan) -> int | None:
    week = plan.weeks.filter(number=plan.week_number).first()
    return week.minutes if week else None


def _tell(dose: Any, sentence: str) -> str:
    """Return what the patient would have read."""
    if dose is None:
        return _("Tell the patient: %(sentence)s") % {"sentence": sentence}
    return _("Tell the patient: %(sentence)s As it looks today, next week is %(dose)s.") % {
        "sentence": sentence,
        "dose": short_dose(dose),
    }
