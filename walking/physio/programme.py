"""The programme explained: every number with its source, every line of the review."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from walking.physio.words import DECISIONS, FLAGS
from walking.programme.contacts import CONTACTS
from walking.programme.ladder import ladder
from walking.programme.red_flags import RedFlag
from walking.programme.review import TABLE, Flag, Line
from walking.programme.sentences import reason_for_physiotherapist, when, why
from walking.programme.settings import PACES, SOURCES, Programme


def programme_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The help page of the desk."""
    context = site.each_context(request) | {
        "title": _("Programme"),
        "sources": [
            {
                "label": _(source.label),
                "default": _(source.default) if source.default else "",
                "allowed": _(source.allowed) if source.allowed else "",
                "source": _(source.source),
            }
            for source in SOURCES
        ],
        "paces": [
            {"label": _(pace.label), "increase": pace.weekly_increase, "weeks": pace.weeks_per_rung}
            for pace in PACES.values()
        ],
        "lines": [_line(line) for line in TABLE],
        "flags": [FLAGS[flag] for flag in Flag],
        "red_flags": [(_(flag.clinical_name), _(flag.question)) for flag in RedFlag],
        "ladder": ladder(Programme()),
        "contacts": CONTACTS,
    }
    return TemplateResponse(request, "admin/desk/programme.html", context)


def _line(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "when": when(line).render(_),
        "decision": DECISIONS[line.decision],
        "reason": reason_for_physiotherapist(line.reason).render(_),
        "patient": why(line.reason).render(_),
    }
