"""The reports page, and each of its tables as CSV."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.desk import viewer
from walking import csv_cells
from walking.desk.insight.reports.figures import Figures
from walking.desk.insight.reports.numbers import FEWEST
from walking.desk.insight.reports.scope import asked, physiotherapists
from walking.desk.insight.reports.tables import TABLES


def reports_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """``?whose=&since=&until=``: all tables of the patients that the viewer may see."""
    user = viewer(request)
    form, scope = asked(user, request.GET, physiotherapists(user), timezone.now())
    read = Figures(scope) if scope else None
    context = site.each_context(request) | {
        "title": _("Reports"),
        "form": form,
        "scope": scope,
        "fewest": FEWEST,
        "tables": [make(read) for make in TABLES.values()] if read else [],
    }
    return TemplateResponse(
        request, "admin/desk/reports.html", context, status=200 if scope else 422
    )


def csv_view(request: HttpRequest, slug: str) -> HttpResponse:
    """One table as a file, for the page's patients and days."""
    user = viewer(request)
    _form, scope = asked(user, request.GET, physiotherapists(user), timezone.now())
    if slug not in TABLES or scope is None:
        raise Http404
    table = TABLES[slug](Figures(scope))
    rows = [table.columns, *(row.cells for row in table.rows)]
    name = f"waymark-{slug}-{scope.since}-{scope.until}.csv"
    return HttpResponse(
        csv_cells.written(rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
