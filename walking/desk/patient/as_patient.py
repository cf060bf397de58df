"""Shows staff the patient's own pages, with nothing on them that works.

The patient's own view, found by its address, renders the page in the patient's time zone and language. Then scripts are
removed, links lead to the other pages shown here or nowhere, and all controls are disabled. No session of the patient
is opened, and only GET is accepted.
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
from walking.care.weeks.reviews import catch_up
from walking.models import Plan

#: The patient's pages that can be shown, by URL name.
PAGES: Final = ("today", "plan", "diary")

_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_HREF = re.compile(r'(<a\b[^>]*?)\shref="([^"]*)"')
_FORM = re.compile(r"<form\b[^>]*>")


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """URLs of the patient's pages, for the plan admin."""

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
    """The patient's page of that name as it is now, with nothing that works."""
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
        # Undo anything that a page saves when its patient opens it.
        transaction.set_rollback(True)
    if response.status_code == HTTPStatus.OK:
        response.content = inert(response.content.decode(), plan).encode()
        return response
    if response.status_code == HTTPStatus.NOT_FOUND:
        return response
    messages.warning(request, _("This patient has no such page at the moment."))
    return redirect("admin:walking_plan_change", plan.pk)


def in_the_name_of(patient: User, request: HttpRequest) -> HttpRequest:
    """Return a copy of the request as if from the patient, for the patient's view only."""
    asked = copy(request)
    asked.user = patient
    # Messages for staff do not belong on this page.
    asked.__dict__.pop("_messages", None)
    return asked


def inert(html: str, plan: Plan) -> str:
    """Return the page without scripts. Its links lead to pages shown here or nowhere; its forms send nothing."""
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
