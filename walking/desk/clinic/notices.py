"""The privacy notice and the terms of use, for managers: written with a preview, published as a version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import viewer
from accounts.models import Clinic, ClinicNotice, Role, User
from walking.care.clinic.notices import current, publish
from walking.care.refusal import Refused
from walking.learn.html import page
from walking.questions.fields import add_refusal


class NoticeForm(forms.Form):
    """``seen`` is the number of the version on screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 22, "cols": 80, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "In Markdown: ## before a heading, - before a row of a list, **strong**. HTML and pictures are not taken."
        ),
    )
    asks = forms.BooleanField(
        label=gettext_lazy("Ask all patients to read it"),
        required=False,
        help_text=gettext_lazy(
            "For a change that matters to them. Leave it out for a correction of the spelling."
        ),
    )


def notices_view(request: HttpRequest, site: AdminSite, kind: str) -> HttpResponse:
    """GET shows the current text. POST previews or, with ``keep``, publishes."""
    user, clinic = _manager(request)
    if kind not in ClinicNotice.Kind.values:
        raise Http404
    holds, status, preview = current(clinic, kind), 200, None
    number = holds.number if holds else 0
    form = NoticeForm(initial={"seen": number, "body": holds.body if holds else ""})
    if request.method == "POST":
        form = NoticeForm(request.POST)
        if form.is_valid():
            if "keep" not in request.POST:
                preview = page(form.cleaned_data["body"])
            elif _kept(form, user, kind):
                messages.success(request, _("Published."))
                return redirect("admin:notices", kind)
            else:
                status = 409 if form.cleaned_data["seen"] != number else 422
        else:
            status = 422
    versions = ClinicNotice.objects.filter(clinic=clinic, kind=kind).select_related("by")
    context = site.each_context(request) | {
        "title": ClinicNotice.Kind(kind).label.capitalize(),
        "kind": kind,
        "kinds": ClinicNotice.Kind.choices,
        "clinic": clinic,
        "holds": holds,
        "text": page(holds.body) if holds else None,
        "preview": preview,
        "form": form,
        "versions": list(versions.order_by("-number")),
    }
    return TemplateResponse(request, "admin/desk/notices.html", context, status=status)


def _kept(form: NoticeForm, user: User, kind: str) -> bool:
    data: dict[str, Any] = form.cleaned_data
    try:
        publish(
            by=user,
            kind=kind,
            body=data["body"],
            asks=data["asks"],
            seen=data["seen"],
            at=timezone.now(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _manager(request: HttpRequest) -> tuple[User, Clinic]:
    user = viewer(request)
    if user.role != Role.MANAGER or user.clinic is None:
        raise PermissionDenied
    return user, user.clinic
