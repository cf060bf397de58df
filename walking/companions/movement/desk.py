"""Movement retraining on the staff pages: pick movements, write corrections, and see how safe each feels now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.desk import DeskAdmin, viewer
from walking.care.refusal import Refused
from walking.companions.movement.care import set_up
from walking.companions.movement.companion import MOVEMENT, confidence_words
from walking.companions.movement.forms import SetUpForm, as_set_up
from walking.companions.movement.patterns import VERSION_NAMES, guides
from walking.companions.movement.reading import corrections_of, read
from walking.companions.movement.records import MovementSession
from walking.companions.movement.rules import RATING, Pattern, Version, confidence, first_week
from walking.models import CompanionProgramme
from walking.programme.weeks import local_day

#: How many of the last sessions are drawn, and how many listed.
DRAWN, LISTED = 24, 30
WIDTH, HEIGHT, EDGE = 240, 48, 5


@dataclass(frozen=True, slots=True)
class Line:
    """One pattern on the staff page: its field, and the ratings of its last sessions as a picture and in words."""

    name: str
    week: int
    field: BoundField
    sessions: int
    version: str
    words: str
    dots: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{x} {y}" for x, y in self.dots) if len(self.dots) > 1 else ""


class MovementDesk:
    """The page of one plan's movement retraining, for the admin of plans."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        name = "walking_plan_movement"
        return [path("<path:object_id>/movement/", wrap(self.page), name=name)]

    def page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET shows it; POST saves the picks and corrections."""
        plan = self.admin.get_object(request, unquote(object_id))
        if plan is None:
            return self.admin.not_there(request, object_id)
        programme = plan.companions.filter(kind=MOVEMENT.kind).order_by("-number").first()
        if programme is None:
            messages.info(request, _("Add movement retraining first."))
            return redirect("admin:walking_plan_companions", plan.pk)
        found = read(programme, local_day(timezone.now(), plan.patient.zone))
        form = SetUpForm(
            request.POST if request.method == "POST" else None,
            initial=as_set_up(found, corrections_of(programme)),
        )
        if request.method == "POST" and form.is_valid() and self._kept(request, programme, form):
            messages.success(request, _("Saved. The patient sees it at each movement."))
            return redirect("admin:walking_plan_movement", plan.pk)
        context = self.admin.admin_site.each_context(request) | {
            "opts": self.admin.opts, "plan": plan, "programme": programme, "form": form,
            "title": MOVEMENT.name,
            "lines": _lines(form, found.rows),
            "overall": confidence_words(found.confidence) if found.confidence else "",
            "sessions": [_told(row) for row in reversed(found.rows[-LISTED:])],
            "width": WIDTH, "height": HEIGHT,
        }  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/desk/movement.html", context, status=status)

    def _kept(self, request: HttpRequest, programme: CompanionProgramme, form: SetUpForm) -> bool:
        try:
            set_up(programme, **form.answers(), by=viewer(request), at=timezone.now())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            return False
        return True


def _lines(form: SetUpForm, rows: Sequence[MovementSession]) -> list[Line]:
    """Return every pattern, including those not picked."""
    by_pattern: dict[str, list[MovementSession]] = {}
    for row in rows:
        by_pattern.setdefault(row.pattern, []).append(row)
    found = []
    for guide in guides().values():
        done = by_pattern.get(guide.pattern, [])
        grown = confidence(row.safe for row in done)
        last = done[-1] if done else None
        found.append(
            Line(
                name=_(guide.name),
                week=first_week(guide.pattern),
                field=form[f"words_{guide.pattern.value}"],
                sessions=len(done),
                version=_(VERSION_NAMES[Version(last.version)]) if last else "",
                words=confidence_words(grown) if grown else "",
                dots=dots([row.safe for row in done[-DRAWN:]]),
            )
        )
    return found


def dots(ratings: Sequence[int]) -> tuple[tuple[float, float], ...]:
    """Return the position of each rating in a picture of ``WIDTH`` by ``HEIGHT``, 10 at the top."""
    step = (WIDTH - 2 * EDGE) / max(1, DRAWN - 1)
    rise = (HEIGHT - 2 * EDGE) / (RATING.stop - 1)
    return tuple(
        (round(EDGE + step * place, 1), round(HEIGHT - EDGE - rise * rating, 1))
        for place, rating in enumerate(ratings)
    )


def _told(row: MovementSession) -> tuple[MovementSession, str, str]:
    """Return a session with the names of its pattern and version."""
    return row, _(guides()[Pattern(row.pattern)].name), _(VERSION_NAMES[Version(row.version)])
