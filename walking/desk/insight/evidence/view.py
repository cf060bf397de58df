"""The evidence page, its CSV table and its SVG picture, and how long a clinic follows up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import viewer
from accounts.models import Role, User
from walking import csv_cells
from walking.care.pain.follow_up import set_length
from walking.desk.insight.evidence.groups import BY, FEW_EVENTS, FEWEST
from walking.desk.insight.evidence.page import (
    DEFINITIONS,
    MEANINGS,
    TRIAL_NOT,
    TRIAL_WALKED,
    Evidence,
    evidence,
)
from walking.models.outcome import months_followed
from walking.programme.outcomes import FEWEST_MONTHS, MOST_MONTHS, NOTABLE_CHANGE
from walking.programme.survival import Definition


class ChoiceForm(forms.Form):
    definition = forms.ChoiceField(
        label=gettext_lazy("Recurrence"),
        choices=[(each.value, name) for each, name in DEFINITIONS.items()],
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
    )
    by = forms.ChoiceField(
        label=gettext_lazy("Compared by"),
        choices=BY.items(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers.")},
    )


class LengthForm(forms.Form):
    months = forms.IntegerField(
        label=gettext_lazy("Ask for so many months"),
        min_value=FEWEST_MONTHS,
        max_value=MOST_MONTHS,
        help_text=gettext_lazy(
            "12 to 36, as in the trial. It holds for all patients of the clinic."
        ),
    )


def evidence_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """``?definition=&by=``: curves of the patients that the viewer may see. POST sets the length of follow-up."""
    user = viewer(request)
    length, status = None, 200
    if _may_set(user):
        assert user.clinic is not None  # noqa: S101 - a manager's
        length = LengthForm(
            request.POST if request.method == "POST" else None,
            initial={"months": months_followed(user.clinic)},
        )
        if request.method == "POST":
            if length.is_valid():
                months = length.cleaned_data["months"]
                set_length(user.clinic, months, set_by=user, at=timezone.now())
                messages.success(
                    request, _("The monthly question goes on to month %(n)s.") % {"n": months}
                )
                return redirect("admin:evidence")
            status = 422
    elif request.method == "POST":
        raise PermissionDenied
    form, found = _asked(request, user)
    context = site.each_context(request) | _context(found) | {
        "title": _("Evidence"),
        "form": form,
        "length": length,
        "query": urlencode({"definition": found.definition.value, "by": found.by}) if found else "",
    }  # fmt: skip
    return TemplateResponse(
        request, "admin/desk/evidence.html", context, status=status if found else 422
    )


def csv_view(request: HttpRequest) -> HttpResponse:
    """The steps of the page's curves as CSV."""
    found = _found(request)
    head = [
        _("Group"), _("Day"), _("Share free of it"), _("Lower bound, 95 %"), _("Upper bound, 95 %"),
        _("At risk"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            each.name, point.day, round(point.share, 4), round(point.low, 4), round(point.high, 4),
            sum(one.days >= point.day for one in each.observed),
        ]
        for each in found.drawn
        for point in each.curve.points
    ]  # fmt: skip
    return _file(csv_cells.written([head, *rows]), "text/csv; charset=utf-8", found, "csv")


def svg_view(request: HttpRequest) -> HttpResponse:
    """The picture as SVG, with its colours inside."""
    found = _found(request)
    if found.picture is None:
        raise Http404
    drawing = render_to_string("admin/desk/evidence_picture.svg", _context(found) | {"alone": True})
    return _file(drawing, "image/svg+xml", found, "svg")


def _may_set(user: User) -> bool:
    return user.role == Role.MANAGER and user.clinic_id is not None


def _asked(request: HttpRequest, user: User) -> tuple[ChoiceForm, Evidence | None]:
    values = {
        "definition": request.GET.get("definition") or Definition.LIMITING.value,
        "by": request.GET.get("by", ""),
    }
    form = ChoiceForm(values)
    if not form.is_valid():
        return form, None
    clean = form.cleaned_data
    return form, evidence(user, Definition(clean["definition"]), clean["by"], timezone.now())


def _found(request: HttpRequest) -> Evidence:
    _form, found = _asked(request, viewer(request))
    if found is None:
        raise Http404
    return found


def _context(found: Evidence | None) -> dict[str, Any]:
    return {
        "found": found,
        "picture": found.picture if found else None,
        "definition": DEFINITIONS[found.definition] if found else "",
        "definitions": [(DEFINITIONS[each], MEANINGS[each]) for each in DEFINITIONS],
        "trial": found is not None and found.definition is Definition.LIMITING and not found.by,
        "trial_walked": TRIAL_WALKED,
        "trial_not": TRIAL_NOT,
        "fewest": FEWEST,
        "few_events": FEW_EVENTS,
        "notable": NOTABLE_CHANGE,
    }


def _file(content: str, kind: str, found: Evidence, ending: str) -> HttpResponse:
    name = "-".join(filter(None, ("waymark-evidence", found.definition.value, found.by)))
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "Cache-Control": "private, no-store",
        },
    )
