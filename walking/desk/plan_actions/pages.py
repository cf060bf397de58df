"""Changing a plan: each action is a page with a form, and calls one use case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.desk import DeskAdmin, viewer
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.desk.patient.changes import changes_since
from walking.desk.plan_actions import dose, settings, state
from walking.desk.plan_actions.action import Action
from walking.desk.plan_actions.forms import PlanForm
from walking.models import Plan

ACTIONS: tuple[Action, ...] = (
    *dose.ACTIONS,
    *settings.ACTIONS,
    *state.ACTIONS,
)


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
        initial = action.form.shown(plan, at) | action.suggest(plan, at)
        form = action.form(plan=plan, initial=initial)
        return _page(model_admin, request, action, plan, form)

    return page


def _posted(
    model_admin: DeskAdmin, request: HttpRequest, action: Action, plan: Plan, at: dt.datetime
) -> HttpResponse:
    form = action.form(request.POST, plan=plan)
    good = form.is_valid()
    # While someone types, only the preview is requested. A changed plan is reported when the form is sent.
    is_typing = "_preview" in request.POST and "HX-Request" in request.headers
    if form.is_stale() and not is_typing:
        return _stale(model_admin, request, action, plan, form, at)
    if "_preview" in request.POST or not good:
        return _page(model_admin, request, action, plan, form)
    who = {"by": viewer(request), "at": at, "version": form.cleaned_data["version"]}
    try:
        made = action.run(plan, form, who)
    except Refused as refused:
        fresh = Plan.objects.select_related("patient", "clinic", "physiotherapist").get(pk=plan.pk)
        if fresh.version != plan.version:
            return _stale(model_admin, request, action, fresh, form, at)
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _page(model_admin, request, action, plan, form)
    messages.success(request, str(action.done))
    return redirect("admin:walking_plan_change", made.pk if isinstance(made, Plan) else plan.pk)


def _stale(
    model_admin: DeskAdmin,
    request: HttpRequest,
    action: Action,
    plan: Plan,
    form: PlanForm,
    at: dt.datetime,
) -> HttpResponse:
    """Show what has changed, keep what was typed, and let the person decide again."""
    changes = changes_since(plan, form.seen_at())
    again = request.POST.copy()
    for name, value in action.form.shown(plan, at).items():
        again[name] = str(value)
    again.pop("confirm", None)
    again.pop("safe", None)
    form = action.form(again, plan=plan)
    form.is_valid()
    # Missing values are reported when the form is sent again. First, what a colleague did.
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
        **action.preview(plan, form),
    }
    return TemplateResponse(request, "admin/desk/action.html", context, status=status)
