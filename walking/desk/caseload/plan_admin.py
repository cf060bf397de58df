"""The caseload, and a patient's plan on one page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access_log import trail_of
from accounts.desk import DeskAdmin, viewer
from accounts.models import User
from walking.care.weeks.reviews import catch_up
from walking.companions.movement.desk import MovementDesk
from walking.desk.access_log import TRAIL_LINES, may_read_trail, why_seen
from walking.desk.caseload import saved_views
from walking.desk.caseload.actions import AT_ONCE, attend, take_back, too_many
from walking.desk.caseload.filters import NeedsFilter, StatusFilter, WhoseFilter
from walking.desk.caseload.lines import Line, adherence_picture, lines_for
from walking.desk.caseload.needs import panel_of
from walking.desk.data import fhir_file
from walking.desk.enrolment.in_person import OnPaperPages
from walking.desk.labels import NOTHING, short_dose
from walking.desk.on_behalf.days import DaysPages
from walking.desk.on_behalf.pages import EntryPages
from walking.desk.patient import as_patient
from walking.desk.patient.companions import CompanionPages
from walking.desk.patient.lessons import LessonPages
from walking.desk.patient.notes import NotePages
from walking.desk.patient.plan_page import plan_page
from walking.desk.plan_actions import pages as plan_actions
from walking.models import Plan
from walking.numbers import whole_number


class Caseload(ChangeList):
    """The list of plans with the contents of each line, loaded together."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.title = _("Caseload")

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # The page's plans are selected by narrow rows; only those are loaded in full.
        page = self.result_list.select_related(None).values("pk")
        found = self.root_queryset.filter(pk__in=page)
        plans = list(found.order_by(*self.queryset.query.order_by))
        lines = lines_for(plans)
        for plan in plans:
            plan.line = lines[plan.pk]
        self.result_list = plans


@admin.register(Plan)
class PlanAdmin(DeskAdmin):
    """Shows plans. Changes go through ``plan_actions``."""

    list_display = (
        "patient_name", "flags", "state", "dose", "adherence", "pain", "seen",
        "physiotherapist_name",
    )  # fmt: skip
    list_display_links = ("patient_name",)
    list_filter = (WhoseFilter, StatusFilter, NeedsFilter)
    search_fields = ("patient__name", "patient__email")
    search_help_text = gettext_lazy("Name or email")
    actions = ("acknowledge", "put_off", "assign")
    shows = "plan"
    shows_at: ClassVar = {
        "walking_plan_history": "trail",
        "walking_plan_as_patient": "as_patient",
        "walking_plan_lessons": "lessons",
        "walking_plan_companions": "companions",
        "walking_plan_movement": "movement",
    }
    change_list_template = "admin/desk/caseload.html"

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        return queryset.visible_to(user)  # type: ignore[attr-defined]

    def patient_of(self, obj: Plan) -> User:
        return obj.patient

    def why_seen(self, request: HttpRequest, obj: Plan) -> str:
        return why_seen(viewer(request), obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        plans = super().get_queryset(request)
        return plans.select_related("patient", "clinic", "physiotherapist", "attention")

    def get_ordering(self, request: HttpRequest) -> Any:
        own_first = Case(
            When(physiotherapist=viewer(request), then=Value(0)),
            When(physiotherapist=None, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return (own_first, "patient__name", "pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Caseload

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        top: dict[str, Any] = {}
        if self.may_come_in(request.user):
            looking = set(request.GET) & {"q", "needs", "p", "o"}
            top = {
                "panel": None if looking else panel_of(request),
                "kept_views": saved_views.views_of(viewer(request)),
                "this_view": saved_views.query_of(request.GET),
            }
        return super().changelist_view(request, extra_context=top | (extra_context or {}))

    # Actions on several plans. Each leads to a page that names them and asks.
    @admin.action(description=gettext_lazy("Acknowledge"))
    def acknowledge(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._attend(request, "acknowledge", queryset)

    @admin.action(description=gettext_lazy("Put off"))
    def put_off(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._attend(request, "snooze", queryset)

    @admin.action(description=gettext_lazy("Give to a colleague"))
    def assign(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return self._attend(request, "assign", queryset)

    def _attend(self, request: HttpRequest, deed: str, queryset: QuerySet) -> HttpResponse:
        chosen = list(queryset.values_list("pk", flat=True)[: AT_ONCE + 1])
        if told := too_many(len(chosen)):
            self.message_user(request, told, messages.WARNING)
            return redirect(request.get_full_path())
        asked = {"do": deed, "plan": chosen}
        return redirect(f"{reverse('admin:walking_plan_attend')}?{urlencode(asked, doseq=True)}")

    # The page of a plan ---------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything about one plan. It has no form to save: changes are actions."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        plan = self.get_object(request, unquote(object_id))
        if plan is None:
            return self.not_there(request, object_id)
        plan = catch_up(plan, timezone.now())
        context = self.admin_site.each_context(request) | {
            "title": plan.patient.name,
            "opts": self.opts,
            "plan": plan,
            "may_read_trail": may_read_trail(viewer(request), plan),
            "actions": [action for action in plan_actions.ACTIONS if action.offered(plan)],
            **plan_page(
                plan,
                timezone.now(),
                kind=request.GET.get("show", ""),
                page=_page_number(request.GET.get("p")),
            ),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/desk/plan.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Who saw and changed this record, for whoever answers for it."""
        plan = self.get_object(request, unquote(object_id))
        if plan is None:
            return self.not_there(request, object_id)
        if not may_read_trail(viewer(request), plan):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": _("Who saw and changed this record"),
            "opts": self.opts,
            "plan": plan,
            "page": Paginator(trail_of(plan.patient), TRAIL_LINES).get_page(request.GET.get("p")),
        }
        return TemplateResponse(request, "admin/desk/trail.html", context)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        actions = [
            path(
                f"<path:object_id>/{action.slug}/",
                self.admin_site.admin_view(plan_actions.view(self, action)),
                name=f"walking_plan_{action.slug.replace('-', '_')}",
            )
            for action in plan_actions.ACTIONS
        ]
        own = [
            path(
                "attend/", wrap(lambda request: attend(self, request)), name="walking_plan_attend"
            ),
            path(
                "<int:plan_id>/take-back/",
                wrap(lambda request, plan_id: take_back(self, request, plan_id)),
                name="walking_plan_take_back",
            ),
            path("views/", wrap(saved_views.keep), name="walking_plan_views"),
        ]
        return [
            *own,
            *as_patient.urls(self),
            *fhir_file.urls(self),
            *NotePages(self).urls(),
            *LessonPages(self).urls(),
            *CompanionPages(self).urls(),
            *MovementDesk(self).urls(),
            *EntryPages(self).urls(),
            *DaysPages(self).urls(),
            *OnPaperPages(self).urls(),
            *actions,
            *super().get_urls(),
        ]

    # The columns of the caseload ------------------------------------------------------------

    @admin.display(description=gettext_lazy("patient"), ordering="patient__name")
    def patient_name(self, plan: Plan) -> str:
        return plan.patient.name

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, plan: Plan) -> str:
        week = _("week %(number)s of %(length)s") % {
            "number": plan.week_number,
            "length": plan.length_weeks,
        }
        return format_html(
            '<span class="state state-{}">{}</span> <span class="quiet">{}</span>',
            plan.status,
            plan.get_status_display(),
            week,
        )

    @admin.display(description=gettext_lazy("dose"))
    def dose(self, plan: Plan) -> str:
        week = _line(plan).week
        return short_dose(week.dose if week else None)

    @admin.display(description=gettext_lazy("adherence"))
    def adherence(self, plan: Plan) -> str:
        line = _line(plan)
        if line.last_review is None:
            return NOTHING
        return format_html(
            '<span class="adherence">{} <b>{}&nbsp;%</b></span>',
            adherence_picture(line.reviews),
            line.last_review.adherence_percent,
        )

    @admin.display(description=gettext_lazy("last pain"))
    def pain(self, plan: Plan) -> str:
        line = _line(plan)
        if line.pain is None or line.pain_day is None:
            return NOTHING
        return format_html(
            '{} <span class="quiet">{}</span>',
            line.pain,
            date_format(line.pain_day, "SHORT_DAY_FORMAT"),
        )

    @admin.display(description=gettext_lazy("last seen"))
    def seen(self, plan: Plan) -> str:
        at = _line(plan).seen_at
        return date_format(timezone.localtime(at), "SHORT_DAY_FORMAT") if at else _("not yet")

    @admin.display(description=gettext_lazy("needs"))
    def flags(self, plan: Plan) -> str:
        return (
            format_html_join(
                " ",
                '<span class="flag flag-{}">{}</span>',
                _line(plan).needs,
            )
            or NOTHING
        )

    @admin.display(description=gettext_lazy("physiotherapist"), ordering="physiotherapist__name")
    def physiotherapist_name(self, plan: Plan) -> str:
        return plan.physiotherapist.name if plan.physiotherapist else _("nobody")


def _page_number(asked: str | None) -> int:
    return whole_number(asked, most=999) or 1


def _line(plan: Plan) -> Line:
    line: Line = plan.line  # type: ignore[attr-defined]
    return line
