"""Filters of the caseload."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from accounts.desk import viewer
from accounts.models import User
from walking.models import Plan
from walking.models.attention import NAME
from walking.physio.attention import panel_of
from walking.programme.attention import Kind


class WhoseFilter(admin.SimpleListFilter):
    """The own caseload, a colleague's, or the clinic's."""

    title = _("caseload")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        me = viewer(request)
        colleagues = User.objects.physiotherapists().filter(clinic=me.clinic_id).exclude(pk=me.pk)
        return [
            ("mine", _("My patients")),
            ("none", _("Nobody's patients")),
            # Of no clinic are operators only, who look at all of them.
            *(
                (str(pk), name)
                for pk, name in colleagues.order_by("name").values_list("pk", "name")
            ),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "mine":
            return queryset.filter(physiotherapist=viewer(request))
        if self.value() == "none":
            return queryset.filter(physiotherapist=None)
        if self.value() in {key for key, _name in self.lookup_choices}:
            return queryset.filter(physiotherapist=self.value())
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
        counts = panel_of(request).counts
        total = sum(number for _own, number in counts.values())
        shown = [kind for kind in Kind if kind in counts or kind == self.asked(request)]
        return [
            ("any", _counted(_("Anything"), total)),
            *((kind.value, _counted(NAME[kind], counts.get(kind, (0, 0))[1])) for kind in shown),
        ]

    def asked(self, request: HttpRequest) -> str:
        return request.GET.get(self.parameter_name, "")

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        if self.value() == "any":
            return queryset.filter(attention__rank__isnull=False)
        return queryset.filter(attention__kind=self.value())


def _counted(words: Any, number: int) -> str:
    return f"{words} ({localize(number)})"
