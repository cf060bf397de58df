"""What the patient sees: the very pages behind the patient's addresses, with nothing on them that works.

The page is made by the patient's own view, which is found by its address, in the patient's zone and language. Then its
scripts are taken out, its links lead to the other pages shown here or nowhere, and everything that could be pressed is
disabled. No session of the patient is ever opened, and nothing is accepted but GET.
"""

from __future__ import annotations

import re
from copy import copy
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.desk import DeskAdmin
from accounts.models import User
from walking.care.reviews import catch_up
from walking.models import Plan

#: The patient's pages that can be seen, by the names of their addresses.
PAGES: Final = ("today", "plan", "diary")

_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_HREF = re.compile(r'(<a\b[^>]*?)\shref="([^"]*)"')
_FORM = re.compile(r"<form\b[^>]*>")


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The address of what the patient sees, for the admin of plans."""

    def page(request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if name not in PAGES:
            raise Http404
        plan = model_admin.get_object(request, unquote(object_id))
        if plan is None:
            return model_admin.not_there(request, object_id)
        return seen_by_the_patient(request, catch_up(plan, timezone.now()), name)

    return [
        path(
            "<path:object_id>/as-patient/<slug:name>/",
            model_admin.admin_site.admin_view(page),
            name="walking_plan_as_patient",
        )
    ]


def seen_by_the_patient(request: HttpRequest, plan: Plan, name: str) -> HttpResponse:
    """The patient's page of that name as it is now, made unable to do anything."""
    match = resolve(reverse(name))
    asked = in_the_name_of(plan.patient, request)
    asked.resolver_match = match
    asked.seen_as_patient = {  # type: ignore[attr-defined]
        "name": plan.patient.get_short_name(),
        "language": translation.get_language(),
        "back": reverse("admin:walking_plan_change", args=[plan.pk]),
    }
    with (
        timezone.override(plan.patient.zone),
        translation.override(plan.patient.language),
        transaction.atomic(),
    ):
        response: HttpResponse = match.func(asked, *match.args, **match.kwargs)
        # Whatever a page keeps when its patient opens it, nobody has opened it now.
        transaction.set_rollback(True)
    if response.status_code == HTTPStatus.OK:
        response.content = inert(response.content.decode(), plan).encode()
        return response
    if response.status_code == HTTPStatus.NOT_FOUND:
        return response
    messages.warning(request, _("This patient has no such page at the moment."))
    return redirect("admin:walking_plan_change", plan.pk)


def in_the_name_of(patient: User, request: HttpRequest) -> HttpRequest:
    """A request like this one that asks for the patient; it is handed to the patient's view and ends there."""
    asked = copy(request)
    asked.user = patient
    # What the desk has to tell the staff is not for this page.
    asked.__dict__.pop("_messages", None)
    return asked


def inert(html: str, plan: Plan) -> str:
    """The page without scripts, whose links lead to pages shown here or nowhere and whose forms send nothing."""
    ours = {reverse(each): _address(plan, each) for each in PAGES}
    desk = reverse("admin:index")

    def link(found: re.Match[str]) -> str:
        start, href = found.groups()
        place, mark, query = href.partition("?")
        if href.startswith(("#", desk)):
            return found[0]
        if place in ours:
            return f'{start} href="{ours[place]}{mark}{query}"'
        if not place:  # an older page of the same
            return f'{start} href="?{query}"'
        return start

    html = _SCRIPT.sub("", html)
    html = _FORM.sub("<form>", html)
    return _HREF.sub(link, html)


def _address(plan: Plan, name: str) -> str:
    return reverse("admin:walking_plan_as_patient", args=[plan.pk, name])
