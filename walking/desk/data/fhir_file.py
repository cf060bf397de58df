"""A patient's record as a FHIR file, for a clinic that passes it to other software."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import access_log
from accounts.desk import DeskAdmin, viewer
from accounts.models import Access
from accounts.step_up import reauthenticated
from walking.fhir.bundle import as_file
from walking.models import Plan


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """URL of the file, for the plan admin."""
    return [
        path(
            "<int:plan_id>/fhir.json",
            model_admin.admin_site.admin_view(reauthenticated(fhir_file, look=False)),
            name="walking_plan_fhir",
        )
    ]


@require_GET
def fhir_file(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The whole person, whichever plan it is requested from. The access log is written before the file is sent."""
    user, at = viewer(request), timezone.now()
    plan = (
        Plan.objects.visible_to(user).select_related("patient__clinic").filter(pk=plan_id).first()
    )
    if plan is None:
        raise Http404
    access_log.record(
        by=user, patient=plan.patient, action=Access.Action.EXPORTED, what="fhir", at=at
    )
    return as_file(plan.patient, at)
