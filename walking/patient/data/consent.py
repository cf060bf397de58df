"""The patient's consent, and withdrawing it."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Consent
from walking.care.enrolment.consent import standing_consent, withdraw_consent
from walking.care.enrolment.enrol import CONSENT_VERSION
from walking.care.enrolment.research_consent import choose_research, research_of
from walking.care.refusal import Refused
from walking.models import Plan
from walking.patient.access import patient_page


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def consent(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Withdrawing takes one button, like agreeing: no password and no reason."""
    if request.method == "POST":
        try:
            withdraw_consent(plan.patient, at=at)
        except Refused as refused:
            messages.warning(request, str(refused))
        return redirect("consent")
    standing = standing_consent(plan.patient)
    research = research_of(plan.patient)
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "said": list(
            plan.patient.consents.select_related("paper__recorded_by").order_by("at", "pk")
        ),
        "agrees": standing is not None and standing.action == Consent.Action.GIVEN,
        "research": research,
        "is_current": standing is not None and standing.version == CONSENT_VERSION,
    }
    return render(request, "patient/consent.html", context)


@require_POST
@patient_page
def research_consent(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Save both choices as shown on the page. A box that is not ticked withdraws."""
    chosen = choose_research(
        plan.patient,
        agrees="research" in request.POST,
        words="research_words" in request.POST,
        at=at,
    )
    if chosen.agrees:
        messages.success(request, _("Saved. Thank you for helping research."))
    else:
        messages.success(request, _("Saved. Your data is not used for research."))
    return redirect("consent")
