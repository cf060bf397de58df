"""Who may open a patient's page, and which plan it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.db.models import BigIntegerField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.desk_address import to_desk
from accounts.models import User
from walking.care.weeks.reviews import catch_up
from walking.models import Plan
from walking.prepared import Parameter, Prepared

type PatientView = Callable[..., HttpResponse]


def own_plan(user: User, at: dt.datetime) -> Plan | None:
    """Return the person's newest plan, with every overdue week reviewed, or None."""
    # People see their own plans, even if they are staff.
    plan = next(iter(_NEWEST_PLAN.fetch(patient=user.pk)), None) if user.is_active else None
    return None if plan is None else catch_up(plan, at)


def _newest_plan() -> QuerySet[Plan]:
    own = Plan.objects.filter(patient=Parameter("patient", BigIntegerField()))
    return own.select_related("patient", "clinic", "physiotherapist").order_by("-pk")[:1]


_NEWEST_PLAN = Prepared(_newest_plan)


def patient_page(view: PatientView) -> PatientView:
    """Decorate a page for a signed-in patient with a plan. ``view`` gets the plan and the moment.

    Redirects staff to their desk, and a patient without a plan to the home page, which says what to do.
    """

    @wraps(view)
    @never_cache
    @login_required
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        at = timezone.now()
        user = request.user
        assert isinstance(user, User)  # noqa: S101 - login_required let nobody else in
        if not user.is_patient:
            return to_desk(request)
        plan = own_plan(user, at)
        if plan is None:
            return redirect("home")
        return view(request, plan, at, *args, **kwargs)

    return page
