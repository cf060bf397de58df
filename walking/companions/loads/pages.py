"""The patient's pages of everyday loads: the two tasks, choosing them, and one task with its steps and loads."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from walking.care.refusal import Refused
from walking.companions.loads.care import choose_tasks, say_how_sure, try_task
from walking.companions.loads.forms import ChooseForm, SureForm, TryForm, first_try
from walking.companions.loads.reading import Learned, read
from walking.companions.loads.rules import Next, asks_how_sure
from walking.companions.loads.tasks import TASKS
from walking.learn.sources import sources
from walking.models import CompanionProgramme, Plan
from walking.patient.plan.companions import companion_page, shared
from walking.questions.fields import add_refusal


@require_safe
@companion_page("loads")
def loads(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime
) -> HttpResponse:
    """Show the two tasks, each with its next step; if none is chosen, ask."""
    context = shared(plan, programme, at)
    found = read(programme)
    chosen = [each for each in found.values() if each.place]
    if not chosen and not context["is_over"] and not context["rest"]:
        return redirect("loads_choose")
    context |= {
        "chosen": chosen,
        "others": [each for each in found.values() if not each.place and each.tries],
        "source": sources()["ten-facts"],
    }
    return render(request, "companions/loads/loads.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@companion_page("loads")
def choose(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime
) -> HttpResponse:
    """GET asks which two tasks; POST saves them."""
    chosen = [each.task.slug for each in read(programme).values() if each.place]
    form = ChooseForm(
        request.POST or None, initial=dict(zip(("first", "second"), chosen, strict=False))
    )
    if request.method == "POST" and form.is_valid():
        try:
            choose_tasks(programme, **form.cleaned_data, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("loads")
    context = shared(plan, programme, at) | {"form": form, "has_chosen": bool(chosen)}
    status = 422 if form.errors else 200
    return render(request, "companions/loads/choose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@companion_page("loads")
def task(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime, slug: str
) -> HttpResponse:
    """GET shows the steps and the loads; POST saves a try, or how sure the patient feels."""
    if slug not in TASKS:
        raise Http404
    context = shared(plan, programme, at)
    today: dt.date = context["today"]  # type: ignore[assignment]
    learned = read(programme).get(slug) or Learned(TASKS[slug])
    told, sure = TryForm(task=learned.task), SureForm(initial={"day": today.isoformat()})
    told.initial = first_try(day=today, level=learned.advice.level, client_id=uuid.uuid4())
    if request.method == "POST" and "sure" in request.POST:
        sure = SureForm(request.POST)
        if sure.is_valid() and _kept(sure, say_how_sure, programme, slug, at, sure.cleaned_data):
            return redirect(f"{request.path}?rated")
    elif request.method == "POST":
        told = TryForm(request.POST, task=learned.task)
        if told.is_valid() and _kept(told, try_task, programme, slug, at, told.answers()):
            return redirect(f"{request.path}?tried")
    wrong = told.errors or sure.errors
    context |= {
        "learned": learned,
        "advice": learned.advice,
        "told": told,
        "sure": sure,
        "form": sure if sure.errors else told,
        "asks": asks_how_sure(learned.rated, today) or bool(sure.errors),
        "rated": "rated" in request.GET,
        "tried": "tried" in request.GET and bool(learned.tries),
        "says": _said(learned) if learned.tries else "",
        "source": sources()["ten-facts"],
    }
    return render(request, "companions/loads/task.html", context, status=422 if wrong else 200)


def _kept(
    form: Any,
    use_case: Any,
    programme: CompanionProgramme,
    slug: str,
    at: dt.datetime,
    values: dict[str, Any],
) -> bool:
    try:
        use_case(programme, slug, **values, at=at)
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _said(learned: Learned) -> str:
    """Say what follows from the last try."""
    return {
        Next.START: "",
        Next.EASIER: _("That was too much for now. Take the lighter one next time."),
        Next.SAME: _("Do the same again. Twice or three times a week is fine."),
        Next.HARDER: _("Three good days! If you like, try the next one. There is no rush."),
        Next.AT_EASE: _("You can do this one. Keep it up, or choose another task to learn."),
    }[learned.advice.next]
