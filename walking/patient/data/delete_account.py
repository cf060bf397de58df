"""Deleting the account: what is deleted, what stays and why, and how to cancel."""

from __future__ import annotations

import datetime as dt

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from walking.care.record.erase import ask_to_erase, take_back, waiting_request
from walking.care.refusal import Refused
from walking.mail.links import BadLink, read_leaving_token
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.check_in.link_pages import in_words_of, link_page


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def leave(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """GET explains. POST requests deletion or, with ``keep``, cancels it. Cancelling needs no password, because it is
    harmless."""
    if request.method == "POST" and "keep" in request.POST:
        try:
            take_back(plan.patient, by=plan.patient, at=at)
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("Your account stays. We are glad."))
        return redirect("leave")
    if request.method == "POST":
        return _ask(request, plan, at)
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "waiting": waiting_request(plan.patient),
        "wait_days": settings.ERASURE_DAYS,
    }
    return render(request, "patient/leave.html", context)


@reauthentication_required
def _ask(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    try:
        ask_to_erase(plan.patient, by=plan.patient, at=at)
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("leave")


@link_page
def by_link(request: HttpRequest, token: str, at: dt.datetime) -> HttpResponse:
    """Cancel deletion through the link in the email: GET shows, POST cancels."""
    user_id, request_id = read_leaving_token(token)
    user = User.objects.select_related("clinic").filter(pk=user_id).first()
    if user is None:
        raise BadLink("expired", _("This account has been deleted."))
    waiting = waiting_request(user)
    if waiting is not None and waiting.pk != request_id:
        waiting = None
    if request.method == "POST" and waiting is not None:
        take_back(user, by=None, at=at)
        waiting = None
    return in_words_of(
        user,
        render,
        request,
        "patient/leave_link.html",
        {"waiting": waiting, "clinic": user.clinic},
    )
