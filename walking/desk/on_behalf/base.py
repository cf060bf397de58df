"""What pages for recording on behalf of a patient share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.desk import DeskAdmin, viewer
from walking.care.refusal import Refused
from walking.care.weeks.reviews import catch_up
from walking.desk.on_behalf.forms import ToldForm
from walking.models import Plan
from walking.questions.fields import add_refusal


class PlanPages:
    """Pages of one plan, for the plan admin."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def page_at(self, route: str, page: Callable[..., HttpResponse], name: str) -> URLPattern:
        """Decorate a page: ``page`` gets the plan, with overdue weeks reviewed, and the moment. 404 if the viewer may
        not see it."""

        def view(request: HttpRequest, object_id: str, **parts: int) -> HttpResponse:
            plan: Plan | None = self.admin.get_object(request, unquote(object_id))
            if plan is None:
                return self.admin.not_there(request, object_id)
            at = timezone.now()
            return page(request, catch_up(plan, at), at, **parts)

        return path(
            f"<path:object_id>/entry/{route}",
            self.admin.admin_site.admin_view(view),
            name=f"walking_plan_entry_{name}",
        )

    def show(
        self,
        request: HttpRequest,
        plan: Plan,
        form: forms.Form | None,
        template: str,
        **context: Any,
    ) -> HttpResponse:
        context |= self.admin.admin_site.each_context(request)
        context |= {"opts": self.admin.opts, "plan": plan, "form": form, "clinic": plan.clinic}
        status = 422 if form is not None and form.is_bound else 200
        return TemplateResponse(request, template, context, status=status)


def as_told(request: HttpRequest, form: ToldForm, at: dt.datetime) -> dict[str, Any]:
    """Return who enters it, why and when, for the use case."""
    return {"by": viewer(request), "why": form.why(), "at": at}


def is_kept(form: forms.Form, keep: Callable[[], object]) -> bool:
    """Call ``keep`` and return whether it succeeded. Adds the reason to ``form`` if it was refused."""
    try:
        keep()
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True
