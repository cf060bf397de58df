"""Enrolling someone in person without an email address, with consent on paper; and adding an address later."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer, works_at_desk
from accounts.step_up import reauthenticated
from walking.care.enrolment.email_address import offer_address, waiting_for
from walking.care.enrolment.enrol import CONSENT_VERSION, START_WITHIN_DAYS
from walking.care.enrolment.in_person import enrol_on_paper
from walking.care.enrolment.research_consent import RESEARCH_VERSION
from walking.care.refusal import Refused
from walking.desk.enrolment.invitation_form import InvitationForm
from walking.desk.enrolment.invitations import programme_preview
from walking.models import Plan, ProgrammeVersion
from walking.programme.settings import Programme
from walking.programme.weeks import local_day
from walking.questions.fields import add_refusal, day_field
from walking.questions.zones import zone_choices


class OnPaperForm(InvitationForm):
    """The questions of an invitation except the address, and those that the patient would answer."""

    email = None  # type: ignore[assignment]
    message = None  # type: ignore[assignment]

    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zone_choices,
        help_text=gettext_lazy("Where the patient lives. It decides when a day begins."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    start = forms.ChoiceField(label=gettext_lazy("First day"))
    signed_on = day_field(
        gettext_lazy("Signed on"),
        gettext_lazy("Give the day on which the patient signed."),
        gettext_lazy("As it stands on the paper."),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("The patient has read or heard this text and signed it on paper."),
        error_messages={
            "required": gettext_lazy("A plan can only start with the patient's consent.")
        },
    )
    research = forms.BooleanField(
        label=gettext_lazy("The patient has also agreed to research on paper."),
        help_text=gettext_lazy("Only if the patient wants to: the plan does not depend on it."),
        required=False,
    )
    research_words = forms.BooleanField(
        label=gettext_lazy("And to share own words with it."), required=False
    )

    PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (gettext_lazy("Patient"), ("name", "timezone", "language")),
        *InvitationForm.PARTS[1:],
        (
            gettext_lazy("Start and consent"),
            ("start", "signed_on", "consent", "research", "research_words"),
        ),
    )

    def __init__(self, *args: Any, clinic_zone: str, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = str(self.data.get("timezone", "")) if self.is_bound else clinic_zone
        zones = {name for _area, names in zone_choices() for name, _place in names}
        today = local_day(at, ZoneInfo(chosen if chosen in zones else clinic_zone))
        self.initial.update(timezone=clinic_zone, signed_on=today)
        start = self.fields["start"]
        assert isinstance(start, forms.ChoiceField)  # noqa: S101 - as declared above
        ahead = [today + dt.timedelta(days=days) for days in range(START_WITHIN_DAYS + 1)]
        start.choices = [(day.isoformat(), date_format(day, "WEEKDAY_FORMAT")) for day in ahead]


class AddressForm(forms.Form):
    """The patient's new address."""

    email = forms.EmailField(
        label=gettext_lazy("Email"),
        error_messages={
            "required": gettext_lazy("Give the patient's email address."),
            "invalid": gettext_lazy("That is no email address. Write it like anna@example.org."),
        },
    )


class OnPaperPages:
    """The pages for patients without an address, for the plan admin."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        return [
            path("enrol/", wrap(self.enrol), name="walking_plan_enrol"),
            path(
                "<path:object_id>/address/",
                wrap(reauthenticated(self.address)),
                name="walking_plan_address",
            ),
        ]

    def enrol(self, request: HttpRequest) -> HttpResponse:
        """Enrol: everything on one page, with the patient present."""
        person, at = viewer(request), timezone.now()
        if not works_at_desk(person) or person.clinic is None:
            raise PermissionDenied
        version = ProgrammeVersion.objects.current(person.clinic)
        form = OnPaperForm(
            request.POST or None, version=version, clinic_zone=person.clinic.timezone, at=at
        )
        is_asking = form.is_bound and "_preview" not in request.POST
        if is_asking and form.is_valid() and (plan := _enrolled(request, form, at)):
            messages.success(request, _("%(name)s is enrolled.") % {"name": plan.patient.name})
            return redirect("admin:walking_plan_change", plan.pk)
        usual = version.programme if version else Programme()
        if form.is_bound:
            form.is_valid()
        programme = form.cleaned_data.get("programme") if form.is_bound else usual
        context = {
            "title": _("Enrol in person"),
            "form": form,
            "clinic": person.clinic,
            "consent_version": CONSENT_VERSION,
            "research_version": RESEARCH_VERSION,
            **programme_preview(programme),
        }
        return self._page(request, "admin/desk/enrol.html", context, 422 if is_asking else 200)

    def address(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Add or replace a patient's email address."""
        plan: Plan | None = self.admin.get_object(request, unquote(object_id))
        if plan is None:
            return self.admin.not_there(request, object_id)
        at = timezone.now()
        form = AddressForm(request.POST or None)
        if form.is_bound and form.is_valid():
            try:
                offered = offer_address(
                    plan, email=form.cleaned_data["email"], by=viewer(request), at=at
                )
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(
                    request,
                    _("A mail to %(email)s is on its way, with a link to choose a password.")
                    % {"email": offered.email},
                )
                return redirect("admin:walking_plan_change", plan.pk)
        context = {
            "title": _("Another email address")
            if plan.patient.email
            else _("Add an email address"),
            "plan": plan,
            "form": form,
            "waiting": waiting_for(plan.patient, at),
        }
        status = 422 if form.is_bound else 200
        return self._page(request, "admin/desk/address.html", context, status)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: int
    ) -> HttpResponse:
        context |= self.admin.admin_site.each_context(request) | {
            "title": context["title"],
            "opts": self.admin.opts,
        }
        return TemplateResponse(request, template, context, status=status)


def _enrolled(request: HttpRequest, form: OnPaperForm, at: dt.datetime) -> Plan | None:
    """Enrol and return the plan, or None if refused, with the reason in ``form``."""
    given = form.cleaned_data
    try:
        return enrol_on_paper(
            by=viewer(request),
            name=given["name"],
            timezone=given["timezone"],
            language=given["language"],
            programme=given["programme"],
            programme_version=form.version,
            start=dt.date.fromisoformat(given["start"]),
            screened=given["screened"],
            consent_version=CONSENT_VERSION,
            signed_on=given["signed_on"],
            research=given["research"],
            research_words=given["research_words"],
            at=at,
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return None
