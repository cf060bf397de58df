"""Filters of the caseload."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.desk import viewer
from walking.models import Plan
from walking.physio.attention import attention_of, kind_choices


class WhoseFilter(admin.SimpleListFilter):
    """The own caseload or the clinic's."""

    title = _("caseload")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("My patients")), ("none", _("Nobody's patients"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "mine":
            return queryset.filter(physiotherapist=viewer(request))
        if self.value() == "none":
            return queryset.filter(physiotherapist=None)
        return queryset

    def choices(self, changelist: ChangeList) -> Any:
        for place, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("Whole clinic")} if place == 0 else choice


class StatusFilter(admin.SimpleListFilter):
    """Where a plan is; completed ones only when asked for."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("active", _("Active")),
            ("paused", _("Paused")),
            ("completed", _("Completed")),
            ("all", _("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in Plan.Status.values:
            return queryset.filter(status=self.value())
        if self.value() == "all":
            return queryset
        # Somebody looked for by name is found wherever the plan is.
        return queryset if request.GET.get("q") else queryset.filter(status__in=Plan.OPEN)

    def choices(self, changelist: ChangeList) -> Any:
        for place, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("Active and paused")} if place == 0 else choice


class NeedsFilter(admin.SimpleListFilter):
    """Plans that need attention, by what for."""

    title = _("what needs you")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("any", _("Anything")), *kind_choices()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        wanted = {
            item.plan.pk
            for item in attention_of(request)
            if self.value() in ("any", str(item.kind))
        }
        return queryset.filter(pk__in=wanted)
