"""Choosing a password through the link to an address that staff gave a patient. The plan stays the same."""

from __future__ import annotations

import datetime as dt

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from walking.care.enrolment.email_address import take_address
from walking.care.refusal import Refused
from walking.models import Invitation
from walking.patient.check_in.link_pages import closed
from walking.patient.join.invitation_forms import FirstPasswordForm
from walking.questions.fields import add_refusal


def first_password(request: HttpRequest, invited: Invitation, at: dt.datetime) -> HttpResponse:
    """GET asks for a password. POST makes the address the patient's and signs them in."""
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
            # Asks for the second factor, if there is one.
            return perform_login(request, patient, redirect_url=reverse("today"))
    context = {"form": form, "invitation": invited, "clinic": invited.clinic}
    status = 422 if form.errors else 200
    return render(request, "patient/first_password.html", context, status=status)
