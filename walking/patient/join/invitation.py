"""Accepting an invitation: from the email to the first day, without an account."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from walking.care.enrolment import enrol
from walking.care.refusal import Refused
from walking.mail.links import is_on_paper, read_invitation_token
from walking.models import Invitation, Plan
from walking.patient.check_in.link_pages import closed, in_words_of, link_page
from walking.patient.join.first_password import first_password
from walking.patient.join.invitation_forms import InvitationForm
from walking.questions.fields import add_refusal

#: The sign-in method for someone who has read the email: allauth's own.
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@link_page
def invitation(request: HttpRequest, token: str, at: dt.datetime) -> HttpResponse:
    """GET shows who invites to what. POST starts the plan and signs the person in. With a paper invitation, they first
    enter a code from their mailbox."""
    invited = read_invitation_token(token, at)
    if invited.patient is not None:
        return in_words_of(invited.patient, first_password, request, invited, at)
    signed_in = request.user if isinstance(request.user, User) else None
    known = User.objects.filter(email__iexact=invited.email).first()
    if signed_in is not None and signed_in != known:
        return _for_somebody_else(request, invited)
    if known is not None and signed_in is None:
        return _sign_in_first(request, invited)
    form = InvitationForm(
        request.POST if request.method == "POST" else None, invitation=invited, at=at, user=known
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan = _accept(invited, form, known, at, read_mailbox=not is_on_paper(token))
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return _welcome(request, plan, confirms=known is None and is_on_paper(token))
    context = {
        "form": form,
        "invitation": invited,
        "clinic": invited.clinic,
        "dose": invited.programme.baseline,
        "goal": invited.programme.goal,
    }
    return render(request, "patient/invitation.html", context, status=422 if form.errors else 200)


def _accept(
    invited: Invitation,
    form: InvitationForm,
    known: User | None,
    at: dt.datetime,
    *,
    read_mailbox: bool,
) -> Plan:
    given = form.cleaned_data
    return enrol.accept(
        invited,
        name=given.get("name", ""),
        password=given.get("password"),
        timezone=given.get("timezone", ""),
        start=given["start"],
        check_in_time=given["check_in_time"],
        red_flags=form.red_flags(),
        consent_version=enrol.CONSENT_VERSION,
        at=at,
        user=known,
        read_mailbox=read_mailbox,
        research=given["research"],
        research_words=given["research_words"],
    )


def _welcome(request: HttpRequest, plan: Plan, *, confirms: bool) -> HttpResponse:
    # Act on a warning sign at once. The code can wait.
    if confirms and plan.status != Plan.Status.PAUSED:
        return perform_login(request, plan.patient, redirect_url=reverse("today"))
    if request.user != plan.patient:
        login(request, plan.patient, backend=BACKEND)
    if plan.status == Plan.Status.PAUSED:
        return redirect("warning_signs_now")
    return redirect("today")


def _sign_in_first(request: HttpRequest, invited: Invitation) -> HttpResponse:
    sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    context = {"clinic": invited.clinic, "invitation": invited, "sign_in": sign_in}
    return render(request, "patient/invitation_sign_in.html", context)


def _for_somebody_else(request: HttpRequest, invited: Invitation) -> HttpResponse:
    return closed(
        request,
        title=_("This invitation is for somebody else"),
        message=_(
            "You are signed in with another email address than the one invited. Please sign out,"
            " then open the link in the mail again."
        ),
        status=403,
        clinic=invited.clinic,
    )
