"""Connected apps: personal access tokens of a patient. The secret is shown once."""

from __future__ import annotations

import datetime as dt

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import notices, tokens
from accounts.limits import too_many
from accounts.models import AccessToken
from walking.mail.links import site_url
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.data.connection_form import ConnectionForm, may_in_words
from walking.patient.rate_limits import CONNECTION


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def connections(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """GET lists the active ones. POST creates one, after asking for the password."""
    form = ConnectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _make(request, plan, form, at)
    return _page(request, plan, form, at)


@reauthentication_required
def _make(request: HttpRequest, plan: Plan, form: ConnectionForm, at: dt.datetime) -> HttpResponse:
    user = plan.patient
    if wait := CONNECTION.spend(user.pk):
        return too_many(request, wait)
    try:
        token, secret = tokens.make(
            user,
            form.cleaned_data["label"],
            form.cleaned_data["scopes"],
            at,
            expires_at=form.expires_at(at),
        )
    except tokens.TokenRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, plan, form, at)
    notices.tell(
        user,
        "account/connection_made.txt",
        subject=gettext_lazy("A program can use your account"),
        context={
            "label": token.label,
            "clinic": plan.clinic,
            "address": site_url(reverse("connections")),
        },
    )
    context = {
        "plan": plan,
        "token": token,
        "secret": secret,
        "may": may_in_words(token),
        "send_to": site_url(reverse("api_walks"))
        if tokens.allows(token, tokens.WRITE_WALKS)
        else "",
        "read_at": site_url(reverse("fhir")) if tokens.reads(token) else "",
    }
    return render(request, "patient/connection_made.html", context)


def _page(request: HttpRequest, plan: Plan, form: ConnectionForm, at: dt.datetime) -> HttpResponse:
    context = {
        "plan": plan,
        "form": form,
        "connections": [
            (token, may_in_words(token)) for token in plan.patient.access_tokens.live(at)
        ],
    }
    return render(request, "patient/connections.html", context, status=422 if form.errors else 200)


@require_POST
@patient_page
def end(request: HttpRequest, plan: Plan, at: dt.datetime, pk: int) -> HttpResponse:
    """Revoke one. Needs no password, because it is harmless and may be urgent."""
    token = get_object_or_404(AccessToken, pk=pk, user=plan.patient)
    tokens.revoke(token, at)
    messages.success(request, _("Ended. It opens nothing any more."))
    return redirect("connections")
