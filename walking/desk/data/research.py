"""The research export, for managers; and recording a patient's consent to research on the plan's page."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from pathlib import Path
from typing import IO, Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access_log
from accounts.desk import viewer, works_at_desk
from accounts.models import Access, Role, User
from walking.care.enrolment.research_consent import (
    RESEARCH_VERSION,
    research_of,
    research_told_on_paper,
)
from walking.care.refusal import Refused
from walking.desk.access_log import why_seen
from walking.models import Plan
from walking.programme.weeks import local_day
from walking.questions.fields import add_refusal, day_field
from walking.research.export import Exported, export_to
from walking.research.people import FEWEST, REASONS, flow_of, people_of
from walking.research.writing import FORMATS

#: In the order of
_LEFT_OUT = {
    "not_started": gettext_lazy("The plan has not begun"),
    "never_agreed": gettext_lazy("Never agreed to research"),
    "withdrawn": gettext_lazy("Took back the consent to research"),
    "left_programme": gettext_lazy("Took back the consent to the programme"),
    "erasure_asked": gettext_lazy("The record is going to be erased"),
}


class FormatForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            ("csv", gettext_lazy("CSV, for any program")),
            ("parquet", gettext_lazy("Parquet, for pandas, polars, R and the like")),
        ],
        initial=FORMATS[0],
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
    )


class ConsentForm(forms.Form):
    research = forms.BooleanField(
        label=gettext_lazy("The patient agrees to research."), required=False
    )
    research_words = forms.BooleanField(
        label=gettext_lazy("And to share own words with it."), required=False
    )
    signed_on = day_field(
        gettext_lazy("Signed or told on"),
        gettext_lazy("Give the day on which the patient signed or told it."),
        gettext_lazy("As it stands on the paper."),
    )


def research_view(request: HttpRequest, site: AdminSite) -> HttpResponse | FileResponse:
    """GET describes the export and who is in it. POST returns it and writes each patient's access log."""
    user = viewer(request)
    clinics, at = _clinics(user), timezone.now()
    form = FormatForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _handed_out(user, form.cleaned_data["format"], clinics, at)
    flow = flow_of(people_of(clinics, at), clinics, at)
    context = site.each_context(request) | {
        "title": _("Research"),
        "form": form,
        "flow": flow,
        "left_out": [(_LEFT_OUT[reason], flow[f"left_out_{reason}"]) for reason in REASONS],
        "fewest": FEWEST,
        "few": flow["agreed"] < FEWEST,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/desk/research.html", context, status=status)


def _clinics(user: User) -> list[int] | None:
    """Return the clinics whose patients ``user`` may export: their own, or all for operators."""
    if user.is_superuser:
        return None
    if user.role != Role.MANAGER or user.clinic_id is None:
        raise PermissionDenied
    return [user.clinic_id]


def _handed_out(user: User, kind: str, clinics: list[int] | None, at: dt.datetime) -> FileResponse:
    with tempfile.TemporaryDirectory(prefix="waymark-research-") as folder:
        out = Path(folder) / "export"
        exported: Exported = export_to(out, kind=kind, clinics=clinics, at=at)
        zipped = _zipped(out)
    # Written first, so that there is never an export without an entry in the access log.
    access_log.record_export(by=user, patients=exported.people, what="research", at=at)
    response = FileResponse(zipped, as_attachment=True, filename=f"waymark-research-{kind}.zip")
    response["Cache-Control"] = "private, no-store"
    return response


def _zipped(folder: Path) -> IO[bytes]:
    """Return a temporary file without a path, deleted when closed. Its entries have no dates, which could reveal too
    much."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"waymark-research/{path.name}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
    file.seek(0)
    return file


def consent_view(request: HttpRequest, site: AdminSite, plan_id: int) -> HttpResponse:
    """Record what a patient without an address signed, or any patient's withdrawal."""
    user, at = viewer(request), timezone.now()
    if not works_at_desk(user):
        raise PermissionDenied
    plan = (
        Plan.objects.visible_to(user).select_related("patient", "clinic").filter(pk=plan_id).first()
    )
    if plan is None:
        raise Http404
    stands = research_of(plan.patient)
    initial: dict[str, Any] = {
        "research": stands.agrees,
        "research_words": stands.words,
        "signed_on": local_day(at, plan.patient.zone),
    }
    form = ConsentForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            research_told_on_paper(
                plan,
                agrees=given["research"],
                words=given["research_words"],
                signed_on=given["signed_on"],
                by=user,
                at=at,
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:walking_plan_change", plan.pk)
    if not form.is_bound:
        access_log.record(
            by=user, patient=plan.patient, action=Access.Action.VIEWED, what="research_consent",
            why=why_seen(user, plan), at=at,
        )  # fmt: skip
    context = site.each_context(request) | {
        "title": _("Consent to research"),
        "plan": plan,
        "clinic": plan.clinic,
        "form": form,
        "stands": stands,
        "research_version": RESEARCH_VERSION,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/desk/research_consent.html", context, status=status)
