"""Acting on what one or more patients need: a page that names them, asks for details, and applies the action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.desk import DeskAdmin, viewer
from accounts.models import User
from walking.care.attention import acknowledge
from walking.care.plan import assign
from walking.care.refusal import Refused
from walking.models import Plan

#: Most patients at once: as many as someone can read.
AT_ONCE = 100


class AcknowledgeForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What did you do, or decide?"),
        help_text=gettext_lazy("It is kept with your name. Patients do not see it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "class": "vLargeTextField"}),
    )


class SnoozeForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Bring back on"),
        help_text=gettext_lazy("Something new brings it back sooner."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("Why (you may leave it out)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"}),
    )


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(label=gettext_lazy("Give to"), queryset=User.objects.none())
    note = SnoozeForm.base_fields["note"]


@dataclass(frozen=True, slots=True)
class Deed:
    """An action on one or more plans. ``run`` takes the plan, its state as shown, and the valid form."""

    slug: str
    title: Promise
    explains: Promise
    button: Promise
    form: type[forms.Form]
    run: Callable[[Plan, str, dict[str, Any], User, dt.datetime], object]


DEEDS = {
    deed.slug: deed
    for deed in (
        Deed(
            "acknowledge", gettext_lazy("Acknowledge"),
            gettext_lazy("They leave the list until something new happens. A red flag stays in sight until the plan is"
                         " resumed or completed."),
            gettext_lazy("Acknowledge"), AcknowledgeForm,
            lambda plan, state, data, by, at: acknowledge.acknowledge(
                plan, state=state, note=data["note"], by=by, at=at
            ),
        ),
        Deed(
            "snooze", gettext_lazy("Put off"),
            gettext_lazy("They leave the list until the day you choose. A red flag cannot be put off."),
            gettext_lazy("Put off"), SnoozeForm,
            lambda plan, state, data, by, at: acknowledge.snooze(
                plan, state=state, until=data["until"], note=data["note"], by=by, at=at
            ),
        ),
        Deed(
            "assign", gettext_lazy("Give to a colleague"),
            gettext_lazy("The colleague becomes the physiotherapist of these patients."),
            gettext_lazy("Give to the colleague"), AssignForm,
            lambda plan, state, data, by, at: assign.assign(
                plan, to=data["to"], note=data["note"], by=by, at=at
            ),
        ),
    )
}  # fmt: skip


def too_many(count: int) -> str | None:
    """Return an error message if ``count`` is above the limit, else None."""
    if count <= AT_ONCE:
        return None
    return _(
        "These are more than %(most)s patients. Choose fewer at once, so that you can read who they are."
    ) % {"most": AT_ONCE}


def attend(model_admin: DeskAdmin, request: HttpRequest) -> HttpResponse:
    """``?do=`` names an action, ``plan=`` one or more plans. GET shows them; POST applies the action to all or none."""
    deed = DEEDS.get(request.GET.get("do", ""))
    if deed is None:
        raise Http404
    if told := too_many(len(request.GET.getlist("plan"))):
        messages.warning(request, told)
        return redirect("admin:walking_plan_changelist")
    plans = _plans(request, request.GET)
    if not plans:
        messages.warning(request, _("Choose the patients first."))
        return redirect("admin:walking_plan_changelist")
    form = _form(deed, plans, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _done(deed, plans, form, request):
            told = ngettext(
                "Done for %(count)s patient.", "Done for %(count)s patients.", len(plans)
            )
            messages.success(request, told % {"count": len(plans)})
            return redirect("admin:walking_plan_changelist")
        status = 422
    context = model_admin.admin_site.each_context(request) | {
        "title": deed.title,
        "opts": model_admin.opts,
        "deed": deed,
        "plans": _plans(request, request.GET),
        "form": form,
    }
    return TemplateResponse(request, "admin/desk/attend.html", context, status=status)


def take_back(model_admin: DeskAdmin, request: HttpRequest, plan_id: int) -> HttpResponse:
    """Undo the last acknowledgement or snooze."""
    plan = Plan.objects.visible_to(viewer(request)).filter(pk=plan_id).first()
    if plan is None or request.method != "POST":
        raise Http404
    try:
        acknowledge.take_back(plan, by=viewer(request), at=timezone.now())
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Taken back: it is on the list again."))
    return redirect("admin:walking_plan_changelist")


def _plans(request: HttpRequest, asked: QueryDict) -> list[Plan]:
    """Return the plans asked for. 404 if the viewer may not see one of them."""
    try:
        ids = {int(pk) for pk in asked.getlist("plan")}
    except ValueError as error:
        raise Http404 from error
    plans = list(
        Plan.objects.visible_to(viewer(request))
        .filter(pk__in=ids)
        .select_related("patient", "attention", "physiotherapist")
        .order_by("attention__rank", "patient__name")
    )
    if len(plans) != len(ids):
        raise Http404
    return plans


def _form(deed: Deed, plans: list[Plan], data: Any) -> forms.Form:
    form = deed.form(data)
    if "to" in form.fields:
        clinics = {plan.clinic_id for plan in plans}
        people = User.objects.physiotherapists().filter(clinic_id__in=clinics).order_by("name")
        form.fields["to"].queryset = people  # type: ignore[attr-defined]
    return form


def _done(deed: Deed, plans: list[Plan], form: forms.Form, request: HttpRequest) -> bool:
    plan = plans[0]
    try:
        with transaction.atomic():
            for plan in plans:
                state = request.POST.get(f"state-{plan.pk}", "")
                deed.run(plan, state, form.cleaned_data, viewer(request), timezone.now())
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, str(refused) if field else f"{plan.patient.name}: {refused}")
        return False
    return True
