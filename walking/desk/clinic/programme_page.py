"""The programme: every number with its source, and every rule of the review."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.desk import viewer
from accounts.models import Clinic, Role
from walking.care.clinic.programme_versions import new_version
from walking.care.refusal import Refused
from walking.desk.clinic.version_form import VersionForm
from walking.desk.labels import DECISIONS, FLAGS
from walking.models import Plan, ProgrammeVersion
from walking.programme.contacts import CONTACTS
from walking.programme.ladder import ladder
from walking.programme.red_flags import RedFlag
from walking.programme.review import TABLE, Flag, Line
from walking.programme.sentences import reason_for_physiotherapist, when, why
from walking.programme.settings import PACES, SOURCES, Programme
from walking.programme.thresholds import Thresholds


def programme_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The numbers of the viewer's clinic, with their sources. Managers create the next version here."""
    user = viewer(request)
    versions = list(
        ProgrammeVersion.objects.filter(clinic=user.clinic).select_related("by").order_by("number")
    )
    current = next((each for each in reversed(versions) if each.taken_over_at is None), None)
    programme = current.programme if current else Programme()
    form = None
    status = 200
    if user.role == Role.MANAGER and user.clinic_id is not None:
        number = current.number if current else 0
        form = VersionForm(initial=VersionForm.initial_from(programme, number))
        if request.method == "POST":
            form = VersionForm(request.POST)
            if _kept(request, form):
                return redirect("admin:programme")
            status = 409 if form.is_valid() else 422
    elif request.method == "POST":
        raise PermissionDenied
    context = site.each_context(request) | {
        "title": _("Programme"),
        "form": form,
        "versions": _versions(versions, user.clinic),
        "current": current,
        "sources": [
            {
                "label": _(source.label),
                "default": _(source.default) if source.default else "",
                "here": _value(programme, source.field),
                "allowed": _(source.allowed) if source.allowed else "",
                "source": _(source.source),
            }
            for source in SOURCES
        ],
        "paces": [
            {"label": _(pace.label), "increase": pace.weekly_increase, "weeks": pace.weeks_per_rung}
            for pace in PACES.values()
        ],
        "lines": [_line(line, programme.thresholds) for line in TABLE],
        "flags": [FLAGS[flag] for flag in Flag],
        "red_flags": [(_(flag.clinical_name), _(flag.question)) for flag in RedFlag],
        "ladder": ladder(programme),
        "contacts": CONTACTS,
    }
    return TemplateResponse(request, "admin/desk/programme.html", context, status=status)


def _kept(request: HttpRequest, form: VersionForm) -> bool:
    """Save the next version. Returns False with the reason in the form if refused."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        version = new_version(
            by=viewer(request), programme=data["programme"], why=data["why"], seen=data["seen"],
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return False
    messages.success(
        request,
        _("Version %(number)s holds for new invitations. Plans keep the version they have.")
        % {"number": version.number},
    )
    return True


def _value(programme: Programme, field: str) -> str:
    """Return a number of the programme by its name in the table of sources, or empty if it is not a setting."""
    try:
        value = attrgetter(field)(programme)
    except AttributeError:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _versions(versions: list[ProgrammeVersion], clinic: Clinic | None) -> list[dict[str, Any]]:
    """Return the versions, newest first: what each changed, and how many open plans use it. The last is the default
    programme, with which versions imported with a record are compared."""
    counts: dict[int | None, int] = dict(
        Plan.objects.open()
        .filter(clinic=clinic)
        .order_by()
        .values_list("programme_version")
        .annotate(Count("pk"))
    )
    rows: list[dict[str, Any]] = [
        {"number": 0, "plans": counts.get(None, 0), "changes": [], "version": None}
    ]
    latest = Programme()
    for version in versions:
        after = version.programme
        before = Programme() if version.taken_over_at else latest
        rows.append(
            {
                "number": version.number,
                "version": version,
                "plans": counts.get(version.pk, 0),
                "changes": [
                    {"label": _(source.label), "before": old, "after": new}
                    for source in SOURCES
                    if (old := _value(before, source.field)) != (new := _value(after, source.field))
                ],
            }
        )
        latest = latest if version.taken_over_at else after
    return rows[::-1]


def _line(line: Line, thresholds: Thresholds) -> dict[str, Any]:
    return {
        "number": line.number,
        "when": when(line, thresholds).render(_),
        "decision": DECISIONS[line.decision],
        "reason": reason_for_physiotherapist(line.reason, thresholds).render(_),
        "patient": why(line.reason, thresholds).render(_),
    }
