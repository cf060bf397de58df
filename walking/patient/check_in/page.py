"""The weekly check-in, signed in or through the link in the email. Both ask the same questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from walking.care.pain.episodes import open_episode
from walking.care.plan.companions import running
from walking.care.refusal import Refused
from walking.care.weeks.check_in import answered, open_week, outcome_so_far, report_red_flags
from walking.care.weeks.check_in import check_in as keep_check_in
from walking.care.weeks.decisions import sentence_for
from walking.care.weeks.reviews import catch_up
from walking.mail.links import BadLink, check_in_of, read_check_in_token
from walking.models import CheckIn, Plan, Week
from walking.models.warning_signs import reports, signs_that_count
from walking.numbers import whole_number
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.patient.check_in.link_pages import closed, in_words_of, link_page
from walking.programme.dose import Dose
from walking.programme.weeks import check_in_last_day, local_day
from walking.questions.check_in import CheckInForm, as_answered
from walking.questions.fields import add_refusal


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a week's answers, and the dose that follows, if any.

    ``preview``: the week is not reviewed yet, and further walks still count.
    """

    week: Week
    sentence: str
    dose: Dose | None
    preview: bool

    @property
    def starts(self) -> dt.date:
        """Return the first local day of the next week."""
        return self.week.ends + dt.timedelta(days=1)


# Signed in ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
@patient_page
def check_in(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The check-in that can be answered now. Once answered, its result, with a link to change the answers."""
    if request.method == "POST":
        return _save_signed_in(request, plan, at)
    week = _week_asked_for(request, plan) or open_week(plan, at)
    if week is None:
        return _nothing_open(request, plan, at)
    earlier = answered(plan, week.number)
    if earlier is not None and "change" not in request.GET:
        may_change = _is_open(plan, week, at)
        page = "patient/check_in_result.html"
        return _show(request, plan, week, earlier, page, {"may_change": may_change}, at)
    if plan.status == Plan.Status.PAUSED:
        return _nothing_open(request, plan, at)
    form = CheckInForm(
        initial=as_answered(earlier) if earlier else None,
        has_episode=open_episode(plan) is not None,
    )
    return _ask(request, "patient/check_in.html", week, form, earlier, _beside(plan, week, at))


def _beside(plan: Plan, week: Week, at: dt.datetime) -> list[str]:
    """Return a sentence about the week for each companion that is not paused."""
    today = min(local_day(at, plan.patient.zone), week.ends)
    standing = running(plan, today, since=week.starts)
    return [each.week_words for each in standing if not (each.rest or each.is_over)]


def _save_signed_in(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Save answers for the week on the form. It may be over by now: the use case decides."""
    week = plan.weeks.filter(number=_number(request.POST.get("week"))).first()
    assert isinstance(request.user, User)  # noqa: S101 - a patient's page
    form = CheckInForm(request.POST, has_episode=open_episode(plan) is not None)
    if week is None:
        if not (signs := form.signs_ticked()):
            return _nothing_open(request, plan, at, status=409)
        # The page is from an older plan, for example an offline copy.
        report_red_flags(
            plan,
            red_flags=signs,
            words=form.words_given(),
            by=request.user,
            at=at,
        )
        return redirect("warning_signs_now")
    if form.is_valid():
        try:
            done = keep_check_in(
                plan,
                week_number=week.number,
                answers=form.answers(),
                words=form.cleaned_data["words"],
                better=form.cleaned_data.get("better"),
                via=CheckIn.Via.APP,
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            if done.stopped:
                return redirect("warning_signs_now")
            return HttpResponseRedirect(f"{reverse('check_in')}?week={done.week.number}")
    return _ask(request, "patient/check_in.html", week, form, answered(plan, week.number))


def _week_asked_for(request: HttpRequest, plan: Plan) -> Week | None:
    """Return the answered week named in the address. An open week needs no number."""
    number = _number(request.GET.get("week"))
    if not number or answered(plan, number) is None:
        return None
    return plan.weeks.filter(number=number).first()


def _number(text: str | None) -> int:
    return whole_number(text, most=999) or 0


def _is_open(plan: Plan, week: Week, at: dt.datetime) -> bool:
    """Return whether answers for ``week`` can still be changed while signed in."""
    if plan.status == Plan.Status.PAUSED:
        return False
    running = week.number == plan.week_number and plan.status == Plan.Status.ACTIVE
    latest = running or week.number == plan.week_number - (plan.status == Plan.Status.ACTIVE)
    return latest and local_day(at, plan.patient.zone) <= check_in_last_day(week.ends)


def _nothing_open(
    request: HttpRequest, plan: Plan, at: dt.datetime, status: int = 200
) -> HttpResponse:
    running = plan.weeks.filter(number=plan.week_number).first()
    before = plan.check_ins.filter(week_number__gte=1).order_by("-week_number").first()
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "opens": running.ends if running and plan.status == Plan.Status.ACTIVE else None,
        "answered_week": before.week_number if before else None,
        "signs": signs_that_count(plan, at) if plan.status == Plan.Status.PAUSED else (),
    }
    return render(request, "patient/check_in_closed.html", context, status=status)


# By the link in the mail -------------------------------------------------------------------------


@link_page
def token_check_in(request: HttpRequest, token: str, at: dt.datetime) -> HttpResponse:
    """GET shows the form, POST saves once. The link opens this week's check-in and nothing else of the plan.

    A warning sign is accepted even through an expired link.
    """
    try:
        plan_id, number = read_check_in_token(token, at)
    except BadLink as bad:
        if bad.reason != "expired" or not CheckInForm(request.POST or None).signs_ticked():
            raise
        plan_id, number = check_in_of(token)
    plan = catch_up(Plan.objects.select_related("patient", "clinic").get(pk=plan_id), at)
    week = plan.weeks.get(number=number)
    return in_words_of(plan.patient, _by_link, request, plan, week, at)


def _by_link(request: HttpRequest, plan: Plan, week: Week, at: dt.datetime) -> HttpResponse:
    earlier = answered(plan, week.number)
    form = CheckInForm(
        request.POST if request.method == "POST" else None,
        has_episode=open_episode(plan) is not None,
    )
    # Accept a warning sign at any time, even through a link that was used before. If something else in the form is
    # wrong, ask again instead of losing it.
    has_sign = bool(form.signs_ticked())
    page = "patient/link_check_in_result.html"
    if earlier is not None and not has_sign:
        again = request.method == "POST"
        status = 409 if again else 200
        return _show(request, plan, week, earlier, page, {"again": again}, at, status)
    if request.method == "POST" and form.is_valid():
        try:
            done = keep_check_in(
                plan,
                week_number=week.number,
                answers=form.answers(),
                words=form.cleaned_data["words"],
                better=form.cleaned_data.get("better"),
                via=CheckIn.Via.MAIL,
                by=None,
                at=at,
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            if done.stopped:
                plan.refresh_from_db()
                return _show(request, plan, week, done.check_in, page, {}, at)
            return HttpResponseRedirect(request.path)
    elif request.method == "GET" and plan.status == Plan.Status.PAUSED:
        return closed(
            request,
            title=_("Your plan is paused"),
            message=_(
                "There is no check-in to answer while your plan is paused. Please talk to your"
                " physiotherapist."
            ),
            status=200,
            clinic=plan.clinic,
        )
    return _ask(request, "patient/link_check_in.html", week, form, None)


# Both --------------------------------------------------------------------------------------------


def _ask(
    request: HttpRequest,
    page: str,
    week: Week,
    form: CheckInForm,
    earlier: CheckIn | None,
    beside: Sequence[str] = (),
) -> HttpResponse:
    context = {
        "form": form, "week": week, "earlier": earlier, "clinic": week.plan.clinic,
        "beside": beside,
    }  # fmt: skip
    return render(request, page, context, status=422 if form.errors else 200)


def _show(
    request: HttpRequest,
    plan: Plan,
    week: Week,
    given: CheckIn,
    page: str,
    context: dict[str, object],
    at: dt.datetime,
    status: int = 200,
) -> HttpResponse:
    # Once the plan runs again, the page shows its review instead.
    stopped = bool(given.red_flags) and reports(at).filter(pk=given.pk).exists()
    paused = plan.patient.plans.filter(status=Plan.Status.PAUSED)
    context = context | {
        "clinic": plan.clinic,
        "week": week,
        "stopped": stopped,
        "signs": signs_that_count(plan, at) or given.red_flags,
        "paused": stopped and paused.exists(),
        "by_staff": given.by_staff,
        "result": _result(plan, week),
    }
    return render(request, page, context, status=status)


def _result(plan: Plan, week: Week) -> Result | None:
    """Return the review's result, or the rules' preview before it, or None if a pause ended the week early."""
    review = plan.reviews.filter(week_number=week.number).order_by("-revision").first()
    if review is not None:
        return Result(week, review.sentence, review.next_dose, preview=False)
    if plan.status != Plan.Status.ACTIVE or week.number != plan.week_number:
        return None
    outcome = outcome_so_far(plan, week)
    return Result(week, sentence_for(plan, week, outcome), outcome.next, preview=True)
