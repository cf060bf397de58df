"""The append-only facts of all visible plans, to read across the caseload."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin, viewer
from accounts.models import User
from walking.care.weeks.decisions import thresholds_of
from walking.desk.access_log import why_seen
from walking.desk.contacts.pages import ContactPages
from walking.desk.labels import (
    NOTHING,
    decision_words,
    flag_words,
    reason_words,
    red_flag_names,
    short_dose,
)
from walking.models import Adjustment, CheckIn, Contact, Plan, PlanEvent, Recurrence, Review
from walking.programme.dose import Dose


class OfAPlan(DeskAdmin):
    """Records of the plans that the viewer may see."""

    search_fields = ("plan__patient__name", "plan__patient__email")
    search_help_text = _("Name or email of the patient")
    list_select_related: ClassVar[tuple[str, ...]] = ("plan__patient",)
    list_display_links = ("patient",)

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        return queryset.filter(plan__in=Plan.objects.visible_to(user).values("pk"))

    def patient_of(self, obj: Any) -> User:
        patient: User = obj.plan.patient
        return patient

    def why_seen(self, request: HttpRequest, obj: Any) -> str:
        return why_seen(viewer(request), obj.plan)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("plan__patient")

    @admin.display(description=_("patient"), ordering="plan__patient__name")
    def patient(self, record: Review | CheckIn | Adjustment | PlanEvent) -> str:
        return record.plan.patient.name

    @admin.display(description=_("when"), ordering="at")
    def when(self, record: Review | CheckIn | Adjustment | PlanEvent | Recurrence) -> str:
        return date_format(timezone.localtime(record.at), "SHORT_DAY_YEAR_TIME_FORMAT")


@admin.register(CheckIn)
class CheckInAdmin(OfAPlan):
    shows = "check_in"
    list_display = (
        "patient", "week_number", "when", "via", "pain", "difficulty", "confidence", "flare", "gone",
        "warning_signs", "words",
    )  # fmt: skip
    list_filter = ("flare_up", "via")
    ordering = ("-at", "-pk")
    fields = (
        "patient", "week_number", "revision", "when", "via", "pain", "difficulty", "confidence",
        "flare", "gone", "warning_signs", "words",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("flare-up"))
    def flare(self, record: CheckIn) -> str:
        return str(_("yes")) if record.flare_up else NOTHING

    @admin.display(description=_("away or ill"))
    def gone(self, record: CheckIn) -> str:
        return str(_("yes")) if record.away else NOTHING

    @admin.display(description=_("red flags"))
    def warning_signs(self, record: CheckIn) -> str:
        if record.signs is None:
            return str(_("no answer recorded"))
        return ", ".join(red_flag_names(record.signs)) or str(_("none"))


@admin.register(Review)
class ReviewAdmin(OfAPlan):
    shows = "review"
    list_display = (
        "patient", "week_number", "when", "dose", "adherence_words", "pain", "decided", "why", "next",
        "flagged",
    )  # fmt: skip
    list_filter = ("line",)
    ordering = ("-at", "-pk")
    fields = (
        "patient", "week_number", "revision", "when", "dose", "minutes_walked", "adherence_words",
        "pain", "decided", "why", "next", "flagged", "sentence",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("dose"))
    def dose(self, record: Review) -> str:
        return short_dose(record.dose)

    @admin.display(description=_("next dose"))
    def next(self, record: Review) -> str:
        return short_dose(record.next_dose)

    @admin.display(description=_("adherence"), ordering="adherence")
    def adherence_words(self, record: Review) -> str:
        return f"{record.adherence_percent} %"

    @admin.display(description=_("decision"))
    def decided(self, record: Review) -> str:
        return decision_words(record.decision)

    @admin.display(description=_("reason"))
    def why(self, record: Review) -> str:
        return f"{reason_words(record.reason, thresholds_of(record))} ({_('rule')} {record.line})"

    @admin.display(description=_("flags"))
    def flagged(self, record: Review) -> str:
        return ", ".join(flag_words(record.flags)) or NOTHING


@admin.register(Adjustment)
class AdjustmentAdmin(OfAPlan):
    shows = "adjustment"
    list_display = ("patient", "week_number", "when", "by", "dose", "reason")
    list_select_related = ("plan__patient", "by")
    ordering = ("-at", "-pk")
    fields = ("patient", "week_number", "revision", "when", "by", "dose", "reason", "message")
    readonly_fields = fields

    @admin.display(description=_("dose set"))
    def dose(self, record: Adjustment) -> str:
        return short_dose(record.dose) if record.dose else str(_("withdrawn"))


@admin.register(PlanEvent)
class PlanEventAdmin(OfAPlan):
    shows = "event"
    list_display = ("patient", "kind", "when", "by", "week_number", "dose", "note")
    list_select_related = ("plan__patient", "by")
    list_filter = ("kind",)
    ordering = ("-at", "-pk")
    fields = ("patient", "kind", "when", "by", "week_number", "dose", "note")
    readonly_fields = fields

    @admin.display(description=_("dose"))
    def dose(self, record: PlanEvent) -> str:
        if record.minutes is None or record.days is None:
            return NOTHING
        return short_dose(Dose(record.minutes, record.days))


@admin.register(Recurrence)
class RecurrenceAdmin(OfAPlan):
    shows = "recurrence"
    list_display = (
        "patient", "month", "when", "happened", "started", "ended", "limited_activity", "sought_care",
    )  # fmt: skip
    list_filter = ("happened",)
    ordering = ("-at", "-pk")
    fields = (
        "patient", "month", "revision", "when", "happened", "started", "ended", "limited_activity",
        "sought_care",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(Contact)
class ContactAdmin(OfAPlan):
    shows = "contact"
    list_display = ("patient", "number", "kind", "due", "state")
    list_filter = ("state", "kind", "due")
    ordering = ("due", "pk")
    fields = ("patient", "number", "kind", "due", "state")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("plan__clinic", "plan__physiotherapist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What to know before the contact, and the form to record it."""
        return ContactPages(self).contact(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        return [*ContactPages(self).urls(), *super().get_urls()]
