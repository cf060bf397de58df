"""The More page: help, and the patient's settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django import forms
from django.conf import settings as conf
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from walking.care.plan.preferences import (
    change_check_in_time,
    change_language,
    change_mail,
    change_name,
    change_time_zone,
    mail_preference,
)
from walking.care.refusal import Refused
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.settings.email_form import MailPreferencesForm, as_chosen
from walking.patient.settings.forms import CheckInTimeForm, LanguageForm, NameForm, ZoneForm
from walking.questions.fields import add_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def settings(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Several small forms. ``part`` says which one was sent."""
    user = plan.patient
    part = request.POST.get("part", "")
    given = request.POST if request.method == "POST" else None

    def data(name: str) -> QueryDict | None:
        return given if part == name else None

    forms_by_part: dict[str, forms.Form] = {
        "name": NameForm(data("name"), initial={"name": user.name}, auto_id="id_%s"),
        "language": LanguageForm(data("language"), initial={"language": user.language}),
        "place": ZoneForm(data("place"), current=user.timezone),
        "hour": CheckInTimeForm(data("hour"), current=plan.check_in_time),
        "mail": MailPreferencesForm(
            data("mail"), initial=as_chosen(mail_preference(user)), is_patient=True
        ),
    }
    form = forms_by_part.get(part)
    if form is not None and form.is_valid():
        try:
            SAVE[part](plan, user, form, at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("settings"))
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "forms": forms_by_part,
        "sent": form,
        "is_open": plan.is_open,
        "has_languages": len(conf.LANGUAGES) > 1,
    }
    status = 422 if form is not None else 200
    return render(request, "patient/settings.html", context, status=status)


def _save_name(plan: Plan, user: User, form: forms.Form, at: dt.datetime) -> None:
    change_name(user, name=form.cleaned_data["name"], by=user, at=at)


def _save_language(plan: Plan, user: User, form: forms.Form, at: dt.datetime) -> None:
    change_language(user, language=form.cleaned_data["language"], by=user, at=at)


def _save_place(plan: Plan, user: User, form: forms.Form, at: dt.datetime) -> None:
    change_time_zone(user, timezone=form.cleaned_data["timezone"], by=user, at=at)


def _save_hour(plan: Plan, user: User, form: forms.Form, at: dt.datetime) -> None:
    change_check_in_time(plan, check_in_time=form.cleaned_data["check_in_time"], by=user, at=at)


def _save_mail(plan: Plan, user: User, form: forms.Form, at: dt.datetime) -> None:
    change_mail(user, wanted=form.cleaned_data, at=at)


SAVE: dict[str, Callable[[Plan, User, forms.Form, dt.datetime], None]] = {
    "name": _save_name,
    "language": _save_language,
    "place": _save_place,
    "hour": _save_hour,
    "mail": _save_mail,
}
