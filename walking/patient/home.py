"""The home page: what Waymark is. Signed-in people are redirected to their own first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desk_address import to_desk
from accounts.models import User
from walking.models import Plan


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Redirect patients to Today and staff to their desk. Tell a patient without a plan what to do."""
    user = request.user
    if isinstance(user, User):
        if not user.is_patient:
            return to_desk(request)
        if Plan.objects.visible_to(user).filter(patient=user).exists():
            return redirect("today")
        return render(request, "patient/home_no_plan.html", {"clinic": user.clinic})
    return render(request, "patient/home.html")
