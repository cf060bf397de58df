"""The desk's admin site: access, title and its own pages."""

from __future__ import annotations

from functools import partial, wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class DeskSite(AdminSite):
    """The admin site of physiotherapists, clinic managers and operators."""

    site_header = "Waymark"
    site_title = "Waymark"
    index_title = _("Caseload")
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        from accounts.desk import works_at_desk

        return works_at_desk(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page of the desk passes here, so this is where staff are asked for more than a password."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if self.has_permission(request):
                from accounts.desk_door import refusal

                if (refused := refusal(request, timezone.now())) is not None:
                    return refused
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Uses allauth's sign-in, with its rate limits, codes by email and second factor."""
        from allauth.account.decorators import secure_admin_login

        response: HttpResponse = secure_admin_login(self._signed_in)(request)
        return response

    def _signed_in(self, request: HttpRequest) -> HttpResponse:
        """Redirect someone who is signed in already to the desk, or say that it is not for them."""
        from django.contrib.auth.views import LoginView
        from django.core.exceptions import PermissionDenied

        if not self.has_permission(request):
            raise PermissionDenied
        view = LoginView()
        view.setup(request)
        return redirect(view.get_redirect_url(request) or "admin:index")

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The front page is the caseload, in the viewer's preferred view."""
        from accounts.desk import viewer
        from walking.desk.caseload.saved_views import front_page

        return redirect(front_page(viewer(request)))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        title = {"title": _("Records")} if app_label == "walking" else {}
        return super().app_index(request, app_label, title | (extra_context or {}))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Redirect to the one page for changing passwords, which asks for the present one and notifies by email."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("admin:index")

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Return the viewer's own actions only; Django would show everyone's."""
        from accounts.desk import viewer

        return super().get_log_entries(request).filter(user=viewer(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from accounts.desk import manages

        return super().each_context(request) | {"manages": manages(request.user)}

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from accounts.step_up import reauthenticated
        from walking.desk.clinic.lessons import lesson_edit, lesson_new, lessons_view
        from walking.desk.clinic.notices import notices_view
        from walking.desk.clinic.programme_page import programme_view
        from walking.desk.clinic.retention import keeping_view, record_view
        from walking.desk.data.research import consent_view, research_view
        from walking.desk.enrolment.requests import joining_view
        from walking.desk.insight.evidence import view as evidence
        from walking.desk.insight.reports.view import csv_view, reports_view
        from walking.desk.insight.what_if import what_if_view

        own = [
            path(
                "lessons/",
                self.admin_view(lambda request: lessons_view(request, self)),
                name="lessons",
            ),
            path(
                "lessons/new/",
                self.admin_view(lambda request: lesson_new(request, self)),
                name="lesson_new",
            ),
            path(
                "lessons/<slug:slug>/",
                self.admin_view(lambda request, slug: lesson_edit(request, self, slug)),
                name="lesson",
            ),
            path(
                "notices/<slug:kind>/",
                self.admin_view(reauthenticated(partial(notices_view, site=self))),
                name="notices",
            ),
            path(
                "joining/",
                self.admin_view(partial(joining_view, site=self)),
                name="joining",
            ),
            path(
                "keeping/",
                self.admin_view(reauthenticated(partial(keeping_view, site=self))),
                name="keeping",
            ),
            path(
                "keeping/<int:plan_id>/",
                self.admin_view(reauthenticated(partial(record_view, site=self))),
                name="keeping_record",
            ),
            path(
                "research/",
                self.admin_view(reauthenticated(partial(research_view, site=self))),
                name="research",
            ),
            path(
                "research/<int:plan_id>/",
                self.admin_view(partial(consent_view, site=self)),
                name="research_consent",
            ),
            path(
                "programme/",
                self.admin_view(lambda request: programme_view(request, self)),
                name="programme",
            ),
            path(
                "what-if/",
                self.admin_view(lambda request: what_if_view(request, self)),
                name="what_if",
            ),
            path(
                "reports/",
                self.admin_view(lambda request: reports_view(request, self)),
                name="reports",
            ),
            path(
                "reports/<slug:slug>.csv",
                self.admin_view(reauthenticated(csv_view, look=False)),
                name="reports_csv",
            ),
            path(
                "evidence/",
                self.admin_view(lambda request: evidence.evidence_view(request, self)),
                name="evidence",
            ),
            path(
                "evidence/curve.csv",
                self.admin_view(reauthenticated(evidence.csv_view, look=False)),
                name="evidence_csv",
            ),
            path("evidence/curve.svg", self.admin_view(evidence.svg_view), name="evidence_svg"),
        ]
        return own + super().get_urls()
