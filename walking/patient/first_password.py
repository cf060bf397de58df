"""The first password of a patient who had no email address until now: by the link in the mail, for the same plan."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from walking.care.address import take_address
from walking.care.refusal import Refused
from walking.models import Invitation
from walking.patient.forms.invitation import FirstPasswordForm
from walking.patient.links_pages import closed
from walking.questions.fields import add_refusal

#: Who signs in by having read the mail is signed in as by allauth itself.
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def first_password(request: HttpRequest, invited: Invitation, at: dt.datetime) -> HttpResponse:
    """GET asks for a password; POST makes the address the patient's, and signs the patient in."""
    if request.user.is_authenticated:
        return closed(
            request,
            title=_("Please sign out first"),
            message=_(
                "Somebody is signed in here. Please sign out, then open the link in the mail again."
            ),
            status=403,
            clinic=invited.clinic,
        )
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, invitation=invited)
    if request.method == "POST" and form.is_valid():
        try:
            patient = take_address(invited, password=form.cleaned_data["password"], at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            login(request, patient, backend=BACKEND)
            return redirect("today")
    context = {"form": form, "invitation": invited, "clinic": invited.clinic}
    status = 422 if form.errors else 200
    return render(request, "patient/first_password.html", context, status=status)
