"""The clinic's outbox, to be read: what was sent, what was not, and why. Texts are not kept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.desk import DeskAdmin
from accounts.models import User
from walking.models import Invitation, Mail, Plan
from walking.physio.words import NOTHING


@admin.register(Mail)
class MailAdmin(DeskAdmin):
    """State and outcome of every message of the clinic."""

    shows = "mail"
    list_display = (
        "kind",
        "to",
        "about_what",
        "shown_state",
        "due",
        "settled",
        "attempts",
        "outcome",
    )
    list_filter = ("state", "kind")
    search_fields = ("recipient__name", "recipient__email", "invitation__name", "invitation__email")
    search_help_text = _("Name or email")
    list_select_related = ("recipient", "invitation")
    ordering = ("-queued_at", "-pk")
    fields = ("kind", "to", "about_what", "state", "due", "settled", "attempts", "outcome")
    readonly_fields = fields

    def patient_of(self, obj: Mail) -> User | None:
        if obj.plan is not None:
            return obj.plan.patient
        return obj.recipient if obj.recipient is not None and obj.recipient.is_patient else None

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        plans = Plan.objects.visible_to(user).values("pk")
        invitations = Invitation.objects.visible_to(user).values("pk")
        people = User.objects.visible_to(user).values("pk")
        return queryset.filter(
            Q(plan__in=plans)
            | Q(invitation__in=invitations)
            | Q(plan=None, invitation=None, recipient__in=people)
        )

    @admin.display(description=_("to"))
    def to(self, mail: Mail) -> str:
        return str(mail.recipient or mail.invitation or NOTHING)

    @admin.display(description=_("about"), ordering="about")
    def about_what(self, mail: Mail) -> str:
        return mail.about_words or NOTHING

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, mail: Mail) -> str:
        return format_html(
            '<span class="state state-{}">{}</span>', mail.state, mail.get_state_display()
        )

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, mail: Mail) -> str:
        return date_format(timezone.localtime(mail.due_at), "SHORT_DAY_YEAR_TIME_FORMAT")

    @admin.display(description=_("settled"), ordering="settled_at")
    def settled(self, mail: Mail) -> str:
        if mail.settled_at is None:
            return NOTHING
        return date_format(timezone.localtime(mail.settled_at), "SHORT_DAY_YEAR_TIME_FORMAT")

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return None
