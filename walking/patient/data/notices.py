"""The clinic's privacy notice and terms of use, for anyone, and recording that a patient has read them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Clinic, ClinicNotice, User
from walking.care.clinic.notices import current, has_read, unread
from walking.care.refusal import Refused
from walking.learn.html import page
from walking.numbers import whole_number


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, clinic: int, kind: str) -> HttpResponse:
    """GET shows the current text. POST records that the signed-in patient has read it."""
    found = Clinic.objects.filter(pk=clinic).first()
    if found is None or kind not in ClinicNotice.Kind.values:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    patient = user if user and user.is_patient and user.clinic_id == found.pk else None
    if request.method == "POST":
        if patient is None:
            raise Http404
        try:
            has_read(
                patient,
                kind,
                number=whole_number(request.POST.get("number"), most=99_999) or 0,
                at=timezone.now(),
            )
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect("notice", found.pk, kind)
        messages.success(request, _("Thank you."))
        return redirect("today")
    holds = current(found, kind)
    asked = {each.kind for each in unread(patient, found)} if patient else set()
    context = {
        "clinic": found,
        "kind": kind,
        "notice": holds,
        "text": page(holds.body) if holds else "",
        "asks": kind in asked,
    }
    return render(request, "patient/notice.html", context)
