"""Invitations: who was invited to what, and the result."""

from __future__ import annotations

import datetime as dt
from typing import Any

import segno
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer, works_at_desk
from accounts.models import User
from walking.care.enrolment.enrol import invite, revoke_invitation
from walking.care.refusal import Refused
from walking.desk.enrolment.file_import import ImportPage
from walking.desk.enrolment.invitation_form import InvitationForm
from walking.desk.labels import short_dose, steps_words
from walking.desk.patient.preview import weeks_ahead
from walking.mail.links import paper_invitation_url
from walking.models import Invitation, ProgrammeVersion
from walking.programme.ladder import ladder
from walking.programme.review import ReviewState
from walking.programme.settings import Programme

STATES = {
    "waiting": gettext_lazy("Waiting"),
    "accepted": gettext_lazy("Accepted"),
    "expired": gettext_lazy("Expired"),
    "taken_back": gettext_lazy("Taken back"),
}


def state_of(invitation: Invitation, at: dt.datetime) -> str:
    """Return the key in ``STATES``."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.revoked_at:
        return "taken_back"
    return "expired" if invitation.expires_at <= at else "waiting"


class StateFilter(admin.SimpleListFilter):
    """Invitations by result."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now = timezone.now()
        open_ = Q(accepted_at=None, revoked_at=None)
        conditions = {
            "waiting": open_ & Q(expires_at__gt=now),
            "accepted": Q(accepted_at__isnull=False),
            "expired": open_ & Q(expires_at__lte=now),
            "taken_back": Q(accepted_at=None, revoked_at__isnull=False),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(Invitation)
class InvitationAdmin(DeskAdmin):
    """Invite, view, withdraw; each through its use case."""

    shows = "invitation"
    list_display = (
        "name",
        "email",
        "state",
        "programme_words",
        "physiotherapist",
        "invited",
        "until",
    )
    list_filter = (StateFilter,)
    search_fields = ("name", "email")
    search_help_text = gettext_lazy("Name or email")
    list_select_related = ("physiotherapist",)
    ordering = ("-created_at", "-pk")
    object_history_template = "admin/desk/history.html"

    def patient_of(self, obj: Invitation) -> User | None:
        return obj.plan.patient if obj.plan is not None else obj.patient

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        return queryset.filter(pk__in=Invitation.objects.visible_to(user).values("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        # An operator belongs to no clinic, so cannot invite.
        return works_at_desk(request.user) and viewer(request).clinic_id is not None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        version = ProgrammeVersion.objects.current(viewer(request).clinic)
        if request.method != "POST":
            return self._form_page(
                request, InvitationForm(initial=dict(request.GET.items()), version=version)
            )
        form = InvitationForm(request.POST, version=version)
        if form.is_valid() and "_preview" not in request.POST:
            data = form.cleaned_data
            try:
                invitation = invite(
                    by=viewer(request), email=data["email"], name=data["name"],
                    programme=data["programme"], screened=data["screened"], programme_version=version,
                    message=data["message"], on_paper=data["on_paper"], at=timezone.now(),
                )  # fmt: skip
            except Refused as refused:
                form.add_error(
                    refused.field if refused.field in form.fields else None, str(refused)
                )
            else:
                self.log_addition(request, invitation, "Invited.")
                words = (
                    _("%(name)s is invited. Print the sheet and hand it over.")
                    if data["on_paper"]
                    else _("%(name)s is invited. The mail is on its way.")
                )
                messages.success(request, words % {"name": invitation.name})
                return redirect("admin:walking_invitation_change", invitation.pk)
        return self._form_page(request, form)

    def _form_page(self, request: HttpRequest, form: InvitationForm) -> HttpResponse:
        usual = form.version.programme if form.version else Programme()
        programme = form.cleaned_data.get("programme") if form.is_bound else usual
        context = self.admin_site.each_context(request) | {
            "title": _("Invite a patient"),
            "opts": self.opts,
            "form": form,
            **programme_preview(programme),
        }
        return TemplateResponse(request, "admin/desk/invite.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was offered, and the result. Read-only."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._invitation_page(request, object_id, "admin/desk/invitation.html")

    def paper_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The sheet to give to the patient, while the invitation is open."""
        invitation = self.get_object(request, unquote(object_id))
        if invitation is None:
            return self.not_there(request, object_id)
        if state_of(invitation, timezone.now()) != "waiting" or invitation.patient_id is not None:
            messages.error(request, _("This invitation is not open any more. Invite once more."))
            return redirect("admin:walking_invitation_change", invitation.pk)
        address = paper_invitation_url(invitation)
        # Medium error correction, so that a crease or a raindrop does no harm.
        code = segno.make(address, error="m", micro=False)
        context = {
            "invitation": invitation,
            "clinic": invitation.clinic,
            "address": address,
            "code": mark_safe(code.svg_inline(scale=6, border=4, omitsize=True)),  # noqa: S308 - segno's own
        }
        return TemplateResponse(request, "admin/desk/invitation_paper.html", context)

    def take_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if request.method != "POST":
            return self._invitation_page(request, object_id, "admin/desk/take_back.html")
        invitation = self.get_object(request, unquote(object_id))
        if invitation is None:
            return self.not_there(request, object_id)
        try:
            revoke_invitation(invitation, by=viewer(request), at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            self.log_change(request, invitation, "Taken back.")
            messages.success(request, _("The invitation is taken back: its link works no longer."))
        return redirect("admin:walking_invitation_change", invitation.pk)

    def _invitation_page(self, request: HttpRequest, object_id: str, template: str) -> HttpResponse:
        invitation = self.get_object(request, unquote(object_id))
        if invitation is None:
            return self.not_there(request, object_id)
        state = state_of(invitation, timezone.now())
        context = self.admin_site.each_context(request) | {
            "title": invitation.name,
            "opts": self.opts,
            "invitation": invitation,
            "state": state,
            "state_words": STATES[state],
            "may_print": state == "waiting" and invitation.patient_id is None,
            "may_take_back": state in ("waiting", "expired"),
            "mail": invitation.mail.order_by("-queued_at"),
            "screening": getattr(invitation, "screening", None),
            **programme_preview(invitation.programme),
        }
        return TemplateResponse(request, template, context)

    def get_urls(self) -> list[URLPattern]:
        take_back = path(
            "<path:object_id>/take-back/",
            self.admin_site.admin_view(self.take_back_view),
            name="walking_invitation_take_back",
        )
        paper = path(
            "<path:object_id>/paper/",
            self.admin_site.admin_view(self.paper_view),
            name="walking_invitation_paper",
        )
        return [take_back, paper, *ImportPage(self).urls(), *super().get_urls()]

    @admin.display(description=gettext_lazy("state"))
    def state(self, invitation: Invitation) -> str:
        state = state_of(invitation, timezone.now())
        return format_html('<span class="state state-{}">{}</span>', state, STATES[state])

    @admin.display(description=gettext_lazy("from, to"))
    def programme_words(self, invitation: Invitation) -> str:
        programme = invitation.programme
        return f"{short_dose(programme.baseline)} → {short_dose(programme.goal)}"

    @admin.display(description=gettext_lazy("invited"), ordering="created_at")
    def invited(self, invitation: Invitation) -> str:
        return date_format(timezone.localtime(invitation.created_at), "SHORT_DAY_YEAR_FORMAT")

    @admin.display(description=gettext_lazy("valid until"), ordering="expires_at")
    def until(self, invitation: Invitation) -> str:
        return date_format(timezone.localtime(invitation.expires_at), "SHORT_DAY_YEAR_TIME_FORMAT")


def programme_preview(programme: Programme | None) -> dict[str, Any]:
    """Return the steps of a programme, and the earliest week in which its goal can be reached."""
    if programme is None:
        return {}
    weeks = weeks_ahead(
        programme, ReviewState(), programme.baseline, first_week=1, weeks=programme.length_weeks
    )
    return {
        "programme": programme,
        "steps": steps_words(programme.weekly_increase, programme.weeks_per_rung),
        "ladder": ladder(programme),
        "goal_week": next((week.number for week in weeks if week.reaches_goal), None),
    }
