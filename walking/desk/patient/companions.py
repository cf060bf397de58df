"""A patient's companion programmes at the desk: status, adding, ending."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer
from walking.care.plan.companions import LONGEST, add_companion, end_companion, running
from walking.care.refusal import Refused
from walking.companions.registry import COMPANIONS
from walking.models import CompanionProgramme, Plan
from walking.numbers import whole_number
from walking.programme.weeks import local_day


class AddForm(forms.Form):
    """Which companion to add, with a message that the patient sees."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Companion programme"),
        choices=[(kind, each.name) for kind, each in COMPANIONS.items()],
    )
    message = forms.CharField(
        label=gettext_lazy("A word to the patient"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The patient reads it on the first page. You can leave it empty."),
    )


class CompanionPages:
    """The page of a plan's companions, for the plan admin."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        name = "walking_plan_companions"
        return [path("<path:object_id>/companions/", wrap(self.companions), name=name)]

    def companions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET shows them; POST adds one, or ends one."""
        plan = self.admin.get_object(request, unquote(object_id))
        if plan is None:
            return self.admin.not_there(request, object_id)
        ending = "end" in request.POST
        form = AddForm(request.POST if request.method == "POST" and not ending else None)
        if request.method == "POST":
            try:
                done = self._do(request, plan, form)
            except Refused as refused:
                if ending:
                    messages.warning(request, str(refused))
                    return redirect("admin:walking_plan_companions", plan.pk)
                form.add_error(
                    refused.field if refused.field in form.fields else None, str(refused)
                )
            else:
                if done:
                    messages.success(request, done)
                    return redirect("admin:walking_plan_companions", plan.pk)
        today = local_day(timezone.now(), plan.patient.zone)
        standing = running(plan, today)
        context = self.admin.admin_site.each_context(request) | {
            "opts": self.admin.opts, "plan": plan, "form": form,
            "title": _("Companion programmes"),
            "running": [(each, each.companion.progress(each.programme, today)) for each in standing],
            "ended": [each for each in with_companions(plan) if each.ended_on],
            "offered": COMPANIONS.values(),
        }  # fmt: skip
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/desk/companions_of.html", context, status=status)

    def _do(self, request: HttpRequest, plan: Plan, form: AddForm) -> str:
        """Apply the form. Returns what was done in words, or empty if the form has errors. Raises ``Refused``."""
        by, at = viewer(request), timezone.now()
        if "end" in request.POST:
            end_companion(plan, whole_number(request.POST["end"]) or 0, by=by, at=at)
            return _("The companion programme has ended. What was done in it stays.")
        if not form.is_valid():
            return ""
        add_companion(plan, **form.cleaned_data, by=by, at=at)
        return _("The companion programme is added. It waits on the patient's page of today.")


def with_companions(plan: Plan) -> list[CompanionProgramme]:
    """Return every companion that ``plan`` has or had, and who added and ended it. One query."""
    rows = CompanionProgramme.objects.select_related("added_by", "ended_by").order_by("number")
    if "companions" not in getattr(plan, "_prefetched_objects_cache", {}):
        prefetch_related_objects([plan], Prefetch("companions", rows))
    found = list(plan.companions.all())
    for each in found:
        each.name = name_of(each)  # type: ignore[attr-defined]
    return found


def name_of(programme: CompanionProgramme) -> str:
    """Return its name, or its code if this version of Waymark does not know it."""
    companion = COMPANIONS.get(programme.kind)
    return str(companion.name) if companion else programme.kind
