"""Requests to join at the desk, and the manager's switch for the request page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.desk import viewer
from accounts.models import Role, User
from walking.care.enrolment.requests import ANSWERED, UNANSWERED, decline, open_door, shut_door
from walking.care.refusal import Refused
from walking.mail.links import site_url
from walking.models import JoinRequest, OpenDoor
from walking.numbers import whole_number

#: How many answered requests are shown, latest first.
SHOWN = 30


def joining_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """GET lists. POST declines a request, or opens or closes the request page."""
    user = viewer(request)
    if user.clinic is None:
        raise PermissionDenied
    if request.method == "POST":
        try:
            messages.success(request, _did(request, user))
        except Refused as refused:
            messages.warning(request, str(refused))
        return redirect("admin:joining")
    door = OpenDoor.objects.filter(clinic=user.clinic).first()
    requests = JoinRequest.objects.visible_to(user).select_related("closed_by")
    context = site.each_context(request) | {
        "title": _("Requests to join"),
        "door": door,
        "address": site_url(reverse("join", args=[door.slug])) if door else "",
        "is_manager": user.role == Role.MANAGER,
        "waiting": list(requests.waiting().order_by("at", "pk")),
        "answered": list(requests.exclude(closed_at=None).order_by("-closed_at", "-pk")[:SHOWN]),
        "answered_days": ANSWERED.days,
        "unanswered_days": UNANSWERED.days,
    }
    return TemplateResponse(request, "admin/desk/joining.html", context)


def _did(request: HttpRequest, user: User) -> str:
    match request.POST.get("do", "").partition(":"):
        case ("open", _colon, _rest):
            open_door(by=user, at=timezone.now())
            return _("The door is open.")
        case ("shut", _colon, _rest):
            shut_door(by=user)
            return _("The door is shut.")
        case ("decline", _colon, text) if (number := whole_number(text)) is not None:
            found = JoinRequest.objects.visible_to(user).filter(pk=number).first()
            if found is None:
                raise Http404
            decline(found, by=user, at=timezone.now())
            return _("Answered. Nothing was sent: write or ring, if they should know why.")
    raise Http404
