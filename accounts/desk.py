"""Who may see what on the staff pages: every admin page starts from a queryset limited to the viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import access_log
from accounts.models import Access, Role, User


def viewer(request: HttpRequest) -> User:
    """Return the signed-in user of a page that only signed-in users can open."""
    return cast(User, request.user)


def works_at_desk(user: Any) -> bool:
    """Return whether the user is staff of a clinic, or an operator of the installation."""
    if not user.is_authenticated or not user.is_active or not user.is_staff:
        return False
    return user.is_superuser or (
        user.role in {Role.PHYSIOTHERAPIST, Role.MANAGER} and user.clinic_id is not None
    )


def manages(user: Any) -> bool:
    """Return whether the user manages a clinic's staff, or the installation."""
    return works_at_desk(user) and (user.is_superuser or user.role == Role.MANAGER)


class DeskList(ChangeList):
    """A list whose title is its name."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.title = capfirst(str(self.opts.verbose_name_plural))


class DeskAdmin(admin.ModelAdmin):
    """Read-only pages of what the viewer may see; subclasses that allow more must say so.

    Django's model permissions are not used: the role and the clinic decide, through ``seen_by``.

    Every page of one object loads it with ``get_object``, which writes the view of a patient's record into the audit
    trail. Custom pages must do so too, and name what they show in ``shows_at`` if it is something else.
    """

    #: What the pages of an object show, as a code of ``accounts.access_log``; ``shows_at`` is by the page's URL name.
    shows: ClassVar[str] = ""
    shows_at: ClassVar[Mapping[str, str]] = {}

    actions: Sequence[str] | None = None
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DeskList

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        """Return the records of ``queryset`` that ``user`` may see."""
        raise NotImplementedError

    def may_come_in(self, user: Any) -> bool:
        """Return whether ``user`` may open these pages at all."""
        return works_at_desk(user)

    def patient_of(self, obj: Any) -> User | None:
        """Return the patient to whose record ``obj`` belongs; None if it belongs to no patient."""
        raise NotImplementedError

    def why_seen(self, request: HttpRequest, obj: Any) -> str:
        """Return why the viewer may look at ``obj``, as a code of ``accounts.access_log``."""
        return ""

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        patient = None if obj is None else self.patient_of(obj)
        if patient is not None:
            address = request.resolver_match.url_name if request.resolver_match else ""
            access_log.record(
                by=viewer(request),
                patient=patient,
                action=Access.Action.VIEWED,
                what=self.shows_at.get(address or "", self.shows),
                why=self.why_seen(request, obj),
                at=timezone.now(),
            )
        return obj

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        # Refuse before loading the object: if nothing is shown, it is not a view.
        if not self.has_delete_permission(request):
            raise PermissionDenied
        return super().delete_view(request, object_id, extra_context)

    def not_there(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give the same answer for an object that does not exist and for one of another clinic."""
        answer: HttpResponse = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
            request, self.opts, object_id
        )
        return answer

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return Django's form, with an error status if it was refused."""
        response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        refused = getattr(response, "context_data", None) or {}
        if request.method == "POST" and refused.get("errors"):
            response.status_code = 422
        return response

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show an error if a submitted key is invalid. Django's version raises an exception."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(self._is_key(each) for each in chosen):
            words = _("Somebody on the list was not found. Choose again.")
            self.message_user(request, words, messages.ERROR)
            return None
        return super().response_action(request, *args, **kwargs)

    def _is_key(self, text: str) -> bool:
        try:
            self.opts.pk.run_validators(self.opts.pk.to_python(text))
        except ValidationError:
            return False
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        if not self.may_come_in(request.user):
            return super().get_queryset(request).none()
        return self.seen_by(viewer(request), super().get_queryset(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_come_in(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not self.may_come_in(request.user):
            return False
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django allows filtering by any column of the model in the address, so that a password or a
        # token could be guessed letter by letter. Here only the filters shown work.
        for shown in self.get_list_filter(request):
            if isinstance(shown, str):
                if lookup in {f"{shown}__exact", f"{shown}__gte", f"{shown}__lt"}:
                    return True
            elif lookup == getattr(shown, "parameter_name", None):
                return True
        return False
