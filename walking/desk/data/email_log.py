"""The clinic's email: what is queued, sent, or failed and why, and sending it again. Texts are not stored."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer
from accounts.models import User
from walking.desk.data.email_queue import queue_of
from walking.desk.labels import NOTHING
from walking.mail.again import NotAgain, patient_of, send_again
from walking.mail.bounces import clear_bounces, dead_addresses
from walking.mail.figures import OVERDUE_AFTER
from walking.mail.reading import with_records
from walking.models import Bounce, Mail, MailCopy
from walking.models.outbox import MailQuerySet

#: Rows are counted up to this number: nobody turns more pages, and counting years of email takes seconds.
MOST_COUNTED = 10_000


class SendAgainForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is it sent again?"),
        help_text=gettext_lazy(
            "It is kept with your name. The reader of the mail does not see it."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "class": "vLargeTextField"}),
    )


def _dead(mail: Mail) -> Bounce | None:
    """Return the report that the address cannot receive email, or None."""
    person = mail.recipient or mail.invitation
    return dead_addresses([person.email]).get(person.email.lower()) if person is not None else None


class WorksForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("How do you know?"),
        help_text=gettext_lazy("It is kept with your name, and the patient can read it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "class": "vLargeTextField"}),
    )


class WhereFilter(admin.SimpleListFilter):
    """The email's status, and whether someone sent it again."""

    title = gettext_lazy("in the queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("due", _("Can go now")),
            ("late", _("Late")),
            ("retry", _("Waits for another attempt")),
            ("again", _("Sent again by staff")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        now, queued = timezone.now(), Q(state=Mail.State.QUEUED)
        conditions = {
            "due": queued & Q(next_attempt_at__lte=now),
            "late": queued & Q(due_at__lte=now - OVERDUE_AFTER),
            "retry": queued & Q(attempts__gt=0, next_attempt_at__gt=now),
            "again": Q(copy__gt=0),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class CountsSoFar(Paginator):
    """Pagination of what may be millions of rows: counted only up to a limit."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Mail]", self.object_list)
        return rows[:MOST_COUNTED].count()


@admin.register(Mail)
class MailAdmin(DeskAdmin):
    """Status and outcome of every message of the clinic. The only action is sending one again."""

    shows = "mail"
    change_list_template = "admin/desk/mail_list.html"
    paginator = CountsSoFar
    list_display = ("what", "to", "about_what", "shown_state", "due", "settled", "attempts", "outcome")  # fmt: skip
    list_display_links = ("what",)
    list_filter = ("state", WhereFilter, "kind")
    search_fields = ("recipient__name", "recipient__email", "invitation__name", "invitation__email")
    search_help_text = gettext_lazy("Name or email")
    list_select_related = ("recipient", "invitation")
    ordering = ("-pk",)

    def patient_of(self, obj: Mail) -> User | None:
        return patient_of(obj)

    def seen_by(self, user: User, queryset: QuerySet) -> QuerySet:
        return cast("MailQuerySet", queryset).visible_to(user)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        at = timezone.now()
        context = {"queue": queue_of(viewer(request), at), "now": at}
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One email's status. Read-only."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        mail = self._mail(request, object_id)
        if mail is None:
            return self.not_there(request, object_id)
        return self._page(
            request,
            mail,
            "admin/desk/mail.html",
            refusals=mail.refusals.order_by("number"),
            bounces=Bounce.objects.filter(mail=mail).order_by("at"),
            copies=mail.copies.select_related("mail", "by").order_by("pk"),
            copy_of=MailCopy.objects.filter(mail=mail).select_related("of", "by").first(),
            may_send_again=mail.state != Mail.State.QUEUED,
            dead=_dead(mail),
        )

    def again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send again: asks why and checks that the email is still right. POST queues it."""
        mail = self._mail(request, object_id)
        if mail is None:
            return self.not_there(request, object_id)
        at = timezone.now()
        if request.method != "POST":
            return self._page(request, mail, "admin/desk/mail_again.html", form=SendAgainForm())
        form = SendAgainForm(request.POST)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                copy = send_again(mail, by=viewer(request), reason=reason, at=at)
            except NotAgain as refused:
                form.add_error(refused.field, str(refused))
            else:
                messages.success(request, _("It is queued, and goes within a minute or two."))
                return redirect("admin:walking_mail_change", copy.pk)
        return self._page(request, mail, "admin/desk/mail_again.html", status=422, form=form)

    def works_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Address works again: asks how staff know. POST allows email to it again."""
        mail = self._mail(request, object_id)
        if mail is None:
            return self.not_there(request, object_id)
        if _dead(mail) is None:
            messages.info(request, _("Nothing stands against this address."))
            return redirect("admin:walking_mail_change", mail.pk)
        form = WorksForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            person = mail.recipient or mail.invitation
            assert person is not None  # noqa: S101 - the database sees to it
            reason, at = form.cleaned_data["reason"], timezone.now()
            clear_bounces(person.email, by=viewer(request), why=reason, at=at)
            messages.success(request, _("Mail goes to this address again."))
            return redirect("admin:walking_mail_change", mail.pk)
        status = 422 if form.is_bound else 200
        return self._page(
            request, mail, "admin/desk/mail_works.html", status=status, form=form, dead=_dead(mail)
        )

    def _mail(self, request: HttpRequest, object_id: str) -> Mail | None:
        mail: Mail | None = self.get_object(request, unquote(object_id))
        return mail and with_records(Mail.objects.filter(pk=mail.pk)).get()

    def _page(
        self, request: HttpRequest, mail: Mail, template: str, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": str(mail),
            "opts": self.opts,
            "mail": mail,
            "person": mail.recipient or mail.invitation,
            **more,
        }
        return TemplateResponse(request, template, context, status=status)

    def get_urls(self) -> list[URLPattern]:
        again = path(
            "<path:object_id>/again/",
            self.admin_site.admin_view(self.again_view),
            name="walking_mail_again",
        )
        works = path(
            "<path:object_id>/address-works/",
            self.admin_site.admin_view(self.works_view),
            name="walking_mail_works",
        )
        return [again, works, *super().get_urls()]

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def what(self, mail: Mail) -> str:
        return mail.get_kind_display()

    @admin.display(description=gettext_lazy("to"))
    def to(self, mail: Mail) -> str:
        return str(mail.recipient or mail.invitation or NOTHING)

    @admin.display(description=gettext_lazy("about"), ordering="about")
    def about_what(self, mail: Mail) -> str:
        return mail.about_words or NOTHING

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, mail: Mail) -> str:
        return format_html(
            '<span class="state state-{}">{}</span>', mail.state, mail.get_state_display()
        )

    @admin.display(description=gettext_lazy("due"), ordering="due_at")
    def due(self, mail: Mail) -> str:
        return date_format(timezone.localtime(mail.due_at), "SHORT_DAY_YEAR_TIME_FORMAT")

    @admin.display(description=gettext_lazy("settled"), ordering="settled_at")
    def settled(self, mail: Mail) -> str:
        if mail.settled_at is None:
            return NOTHING
        return date_format(timezone.localtime(mail.settled_at), "SHORT_DAY_YEAR_TIME_FORMAT")
