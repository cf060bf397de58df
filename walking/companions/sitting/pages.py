"""The patient's pages of sitting less: the usual hours, this week's target, the day, and the progress."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.limits import too_many
from walking.care.refusal import Refused
from walking.companions.sitting import rules
from walking.companions.sitting.care import get_up, sit_down, tell_usual, write_day
from walking.companions.sitting.forms import BreakForm, DayForm, UsualForm, as_told
from walking.companions.sitting.reading import Sitting, read
from walking.learn.sources import sources
from walking.models import CompanionProgramme, Plan, PushSubscription
from walking.patient import rate_limits
from walking.patient.plan.companions import companion_page, shared
from walking.questions.fields import add_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@companion_page("sitting")
def sitting(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime
) -> HttpResponse:
    """GET shows the target and the progress, or the first question; POST records a day."""
    context = shared(plan, programme, at)
    today: dt.date = context["today"]  # type: ignore[assignment]
    found = read(programme, today)
    if found.usual is None and not context["is_over"]:
        return redirect("sitting_usual")
    form = DayForm(
        request.POST if request.method == "POST" else None,
        initial={
            "client_id": uuid.uuid4(), "day": today.isoformat(), "less": found.less.get(today),
        },
    )  # fmt: skip
    form.fields["day"].widget.attrs |= {
        "min": programme.started_on.isoformat(),
        "max": today.isoformat(),
    }
    if request.method == "POST" and form.is_valid():
        try:
            write_day(programme, **form.cleaned_data, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(f"{request.path}?saved")
    context |= {
        "sitting": found,
        "saved": _("Saved. Well done for looking after it.") if "saved" in request.GET else "",
        "form": form,
        "written": found.less.get(today),
        "course": course(found),
        "trial": rules.TRIAL_REACHED,
        "bar": _bar(found.lately or 0),
        "trial_bar": _bar(rules.TRIAL_REACHED),
        "source": sources()["sitting"],
        "can_push": bool(settings.VAPID_PRIVATE_KEY),
        "has_device": PushSubscription.objects.filter(user=plan.patient_id).exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "companions/sitting/sitting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@companion_page("sitting")
def usual(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime
) -> HttpResponse:
    """Ask how long the patient usually sits: before everything else, and again when it changes."""
    context = shared(plan, programme, at)
    found = read(programme, context["today"])  # type: ignore[arg-type]
    form = UsualForm(request.POST or None, initial=as_told(found.usual))
    if request.method == "POST" and form.is_valid():
        try:
            tell_usual(programme, **form.answers(), at=at)  # type: ignore[arg-type]
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("sitting")
    context |= {"form": form, "sitting": found}
    status = 422 if form.errors else 200
    return render(request, "companions/sitting/usual.html", context, status=status)


@require_POST
@companion_page("sitting")
def breaks(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime
) -> HttpResponse:
    """Accept from the page's script that the patient sat down or got up, so that the phone can remind them with the
    page closed. JSON: ``said`` is for the patient."""
    if wait := rate_limits.BREAKS.spend(plan.patient_id):
        return too_many(request, wait, as_json=True)
    form = BreakForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"said": _("This cannot be read.")}, status=422)
    try:
        if form.cleaned_data["now"] == "sits":
            sit_down(programme, at)
        else:
            get_up(programme)
    except Refused as refusal:
        return JsonResponse({"said": str(refusal)}, status=422)
    return JsonResponse({"said": ""})


def _bar(minutes: int) -> int:
    """Return its length out of 100, which means an hour."""
    return min(100, round(minutes * 100 / rules.GOAL))


def course(found: Sitting) -> list[tuple[int, int, int | None, int]]:
    """Return the last eight weeks: number, target, average reached, and the number of days recorded."""
    return [
        (each.week, each.minutes, rules.average(days), len(days))
        for each in found.targets[-8:]
        for days in [found.weeks.get(each.week, [])]
    ]
