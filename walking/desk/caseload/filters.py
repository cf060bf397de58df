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
from walking.desk.caseload.needs import panel_of
from walking.models import Plan
from walking.models.attention import NAME
from walking.programme.attention import Kind


class WhoseFilter(admin.SimpleListFilter):
    """The viewer's own patients, a colleague's, or the whole clinic."""

    title = _("caseload")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        me = viewer(request)
        colleagues = User.objects.physiotherapists().filter(clinic=me.clinic_id).exclude(pk=me.pk)
        return [
            ("mine", _("My patients")),
            ("none", _("Nobody's patients")),
            # Only operators have no clinic; they see all of them.
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
    """The plan's status. Completed plans are shown only on request."""

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
        # A search by name finds patients in any status.
        return queryset if request.GET.get("q") else queryset.filter(status__in=Plan.OPEN)

    def choices(self, changelist: ChangeList) -> Any:
        for place, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("Active and paused")} if place == 0 else choice


class NeedsFilter(admin.SimpleListFilter):
    """Plans that need attention, by reason."""

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
