"""Changing a plan: each action is a page with a form, and calls one use case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer
from walking.care import adjust, pausing
from walking.care.refusal import Refused
from walking.care.reviews import catch_up
from walking.models import Plan
from walking.physio.changes import changes_since
from walking.physio.plan_forms import (
    DoseFields,
    NextDoseForm,
    NoteForm,
    PlanForm,
    ResumeForm,
    WithdrawForm,
)
from walking.physio.preview import after_adjustment, weeks_ahead, without_change
from walking.physio.words import short_dose
from walking.programme.dose import Dose


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do to a plan. ``run`` takes the plan, the good form and who, when and what was shown, and calls the
    use case."""

    slug: str
    label: Promise
    explains: Promise
    button: Promise
    form: type[PlanForm]
    offered: Callable[[Plan], bool]
    run: Callable[[Plan, Any, dict[str, Any]], object]
    done: Promise


def _set_dose(plan: Plan, form: NextDoseForm, who: dict[str, Any]) -> None:
    dose = Dose(form.cleaned_data["minutes"], form.cleaned_data["days"])
    adjust.set_next_dose(
        plan,
        dose=dose,
        reason=form.cleaned_data["reason"],
        message=form.cleaned_data["message"],
        **who,
    )


def _withdraw(plan: Plan, form: WithdrawForm, who: dict[str, Any]) -> None:
    adjust.withdraw_adjustment(plan, reason=form.cleaned_data["reason"], **who)


def _pause(plan: Plan, form: NoteForm, who: dict[str, Any]) -> None:
    pausing.pause(plan, note=form.cleaned_data["note"], **who)


def _resume(plan: Plan, form: ResumeForm, who: dict[str, Any]) -> None:
    dose = Dose(form.cleaned_data["minutes"], form.cleaned_data["days"])
    pausing.resume(plan, dose=dose, note=form.cleaned_data["note"], **who)


def _complete(plan: Plan, form: NoteForm, who: dict[str, Any]) -> None:
    pausing.complete(plan, note=form.cleaned_data["note"], **who)


def _runs_on(plan: Plan) -> bool:
    return plan.status == Plan.Status.ACTIVE and not plan.is_last_week


ACTIONS: tuple[Action, ...] = (
    Action(
        "dose", gettext_lazy("Set next week's dose"),
        gettext_lazy("The review of the running week takes it over, whatever the rules would decide; a red flag"
                     " still stops the plan."),
        gettext_lazy("Set the dose"), NextDoseForm, _runs_on, _set_dose,
        gettext_lazy("Next week's dose is set."),
    ),
    Action(
        "withdraw-dose", gettext_lazy("Withdraw the dose set"),
        gettext_lazy("The rules decide next week's dose again."),
        gettext_lazy("Withdraw"), WithdrawForm,
        lambda plan: _runs_on(plan) and adjust.pending(plan) is not None, _withdraw,
        gettext_lazy("Withdrawn: the rules decide next week's dose."),
    ),
    Action(
        "resume", gettext_lazy("Resume"),
        gettext_lazy("A new week starts today, in the patient's time zone, at the dose you choose."),
        gettext_lazy("Resume the plan"), ResumeForm,
        lambda plan: plan.status == Plan.Status.PAUSED and not plan.is_last_week, _resume,
        gettext_lazy("The plan runs again."),
    ),
    Action(
        "pause", gettext_lazy("Pause"),
        gettext_lazy("The running week ends without a review; check-ins stop until you resume the plan."),
        gettext_lazy("Pause the plan"), NoteForm,
        lambda plan: plan.status == Plan.Status.ACTIVE, _pause,
        gettext_lazy("The plan is paused."),
    ),
    Action(
        "complete", gettext_lazy("Complete"),
        gettext_lazy("The walking plan ends here and cannot be taken up again; the monthly questions go on."),
        gettext_lazy("Complete the plan"), NoteForm, lambda plan: plan.is_open, _complete,
        gettext_lazy("The plan is completed."),
    ),
)  # fmt: skip


def view(model_admin: DeskAdmin, action: Action) -> Callable[..., HttpResponse]:
    """The page of an action."""

    def page(request: HttpRequest, object_id: str) -> HttpResponse:
        plan: Plan | None = model_admin.get_object(request, unquote(object_id))
        if plan is None:
            return model_admin.not_there(request, object_id)
        at = timezone.now()
        plan = catch_up(plan, at)
        if request.method == "POST":
            return _posted(model_admin, request, action, plan, at)
        if not action.offered(plan):
            messages.warning(request, _("This cannot be done as the plan is now."))
            return redirect("admin:walking_plan_change", plan.pk)
        form = action.form(plan=plan, initial=action.form.shown(plan, at) | _suggested(plan))
        return _page(model_admin, request, action, plan, form)

    return page


def _posted(
    model_admin: DeskAdmin, request: HttpRequest, action: Action, plan: Plan, at: dt.datetime
) -> HttpResponse:
    form = action.form(request.POST, plan=plan)
    good = form.is_valid()
    if form.is_stale():
        return _stale(model_admin, request, action, plan, form, at)
    if "_preview" in request.POST or not good:
        return _page(model_admin, request, action, plan, form)
    who = {"by": viewer(request), "at": at, "version": form.cleaned_data["version"]}
    try:
        action.run(plan, form, who)
    except Refused as refused:
        fresh = Plan.objects.select_related("patient", "clinic", "physiotherapist").get(pk=plan.pk)
        if fresh.version != plan.version:
            return _stale(model_admin, request, action, fresh, form, at)
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _page(model_admin, request, action, plan, form)
    messages.success(request, str(action.done))
    return redirect("admin:walking_plan_change", plan.pk)


def _stale(
    model_admin: DeskAdmin,
    request: HttpRequest,
    action: Action,
    plan: Plan,
    form: PlanForm,
    at: dt.datetime,
) -> HttpResponse:
    """Show what changed, keep what was typed, and let the person decide again."""
    changes = changes_since(plan, form.seen_at())
    again = request.POST.copy()
    for name, value in action.form.shown(plan, at).items():
        again[name] = str(value)
    again.pop("confirm", None)
    again.pop("safe", None)
    form = action.form(again, plan=plan)
    form.is_valid()
    # What is missing is told when it is sent again; first comes what a colleague did.
    form.errors.clear()
    form.add_error(
        None,
        _(
            "This plan changed while you were looking at it, so nothing was saved. See what changed, then decide again."
        ),
    )
    return _page(model_admin, request, action, plan, form, changes=changes, status=409)


def _page(
    model_admin: DeskAdmin, request: HttpRequest, action: Action, plan: Plan, form: PlanForm, *,
    changes: Any = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    week = plan.weeks.filter(number=plan.week_number).first()
    context = model_admin.admin_site.each_context(request) | {
        "title": action.label,
        "opts": model_admin.opts,
        "plan": plan,
        "action": action,
        "form": form,
        "running": week,
        "changes": changes,
        "offered": action.offered(plan),
        **_preview(action, plan, form, week.dose if week else plan.programme.baseline),
    }
    return TemplateResponse(request, "admin/desk/action.html", context, status=status)


def _suggested(plan: Plan) -> dict[str, Any]:
    """The dose to start from: the one set already, else the running week's, else the baseline."""
    pending = adjust.pending(plan)
    if pending is not None:
        return {"minutes": pending.minutes, "days": pending.days, "message": pending.message}
    week = plan.weeks.filter(number=plan.week_number).first()
    dose = week.dose if week else plan.programme.baseline
    return {"minutes": max(dose.minutes, 5), "days": dose.days}


def _preview(action: Action, plan: Plan, form: PlanForm, running: Dose) -> dict[str, Any]:
    if not isinstance(form, DoseFields):
        return {}
    dose = form.dose() if form.is_bound else Dose(form.initial["minutes"], form.initial["days"])
    if action.slug == "resume":
        if dose is None:
            return {"has_preview": True}
        state = plan.state.after_resume()
        ahead = weeks_ahead(plan.programme, state, dose, first_week=plan.week_number + 1)
        return {"has_preview": True, "ahead": ahead, "chosen": short_dose(dose)}
    return {
        "has_preview": True,
        "ahead": after_adjustment(plan, dose) if dose else [],
        "unchanged": without_change(plan, running),
        "chosen": short_dose(dose),
    }
