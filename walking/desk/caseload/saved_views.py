"""Saved views of the caseload."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.desk import viewer
from accounts.models import User
from walking.care.attention import saved_views
from walking.care.refusal import Refused
from walking.models import CaseloadView
from walking.numbers import whole_number

#: The query parameters that make up a view.
PARTS = ("whose", "status", "needs", "q", "o")


def views_of(user: User) -> QuerySet[CaseloadView]:
    """Return the user's own views and those shared in the clinic."""
    shared = Q(shared=True, clinic_id=user.clinic_id) if user.clinic_id else Q(pk=None)
    return CaseloadView.objects.filter(Q(owner=user) | shared).select_related("owner")


def query_of(asked: QueryDict) -> str:
    """Return the part of an address that makes up a view, in a fixed order."""
    kept = QueryDict(mutable=True)
    for name in PARTS:
        if value := str(asked.get(name) or ""):
            kept[name] = value[:100]
    return kept.urlencode()


def front_page(user: User) -> str:
    """Return the address of the desk's front page."""
    page = reverse("admin:walking_plan_changelist")
    view = CaseloadView.objects.filter(owner=user, is_default=True).first()
    return f"{page}?{view.query}" if view and view.query else page


def keep(request: HttpRequest) -> HttpResponse:
    """Save the view on screen under a name, or delete one of the user's own."""
    if request.method != "POST":
        raise Http404
    user = viewer(request)
    if "drop" in request.POST:
        number = whole_number(request.POST["drop"])
        if number is None or not saved_views.drop(user, number):
            raise Http404
        messages.success(request, _("The view is gone."))
        return redirect("admin:walking_plan_changelist")
    query = query_of(QueryDict(request.POST.get("query", "")))
    page = f"{reverse('admin:walking_plan_changelist')}?{query}"
    try:
        view = saved_views.keep(
            user,
            name=request.POST.get("name", ""),
            query=query,
            shared="shared" in request.POST,
            is_default="is_default" in request.POST,
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return redirect(page)
