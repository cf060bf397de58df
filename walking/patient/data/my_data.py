"""Your data: everything stored about a patient, as one file of tables and JSON."""

from __future__ import annotations

import datetime as dt

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.limits import too_many
from walking.care.record.erase import took_out
from walking.care.record.export_record import as_zip, record_of
from walking.care.record.retention import NOTICE, retention_of
from walking.fhir.bundle import as_file
from walking.models import Plan
from walking.patient.access import patient_page
from walking.patient.rate_limits import MY_DATA
from walking.programme.weeks import local_day


@require_safe
@patient_page
def about(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Describes the file before it is downloaded."""
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "kept": retention_of(plan.clinic),
        "notice_days": NOTICE.days,
    }
    return render(request, "patient/my_data.html", context)


@require_safe
@patient_page
@reauthentication_required
def fhir(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The part that other health software understands, as one FHIR Bundle."""
    user = plan.patient
    if wait := MY_DATA.spend(user.pk):
        return too_many(request, wait)
    if request.method == "GET":
        took_out(user, at=at)
    return as_file(user, at)


@require_safe
@patient_page
@reauthentication_required
def download(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """The file, named by the local day. One person's record is small enough to build in memory."""
    user = plan.patient
    if wait := MY_DATA.spend(user.pk):
        return too_many(request, wait)
    if request.method == "GET":
        took_out(user, at=at)
    response = HttpResponse(as_zip(record_of(user, at=at)), content_type="application/zip")
    day = local_day(at, user.zone)
    response["Content-Disposition"] = f'attachment; filename="waymark-my-data-{day}.zip"'
    return response
