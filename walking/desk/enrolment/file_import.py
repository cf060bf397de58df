"""Inviting patients from a file: it is read, shown with its mistakes, and imported only after confirmation."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.desk import DeskAdmin, viewer
from walking import csv_cells
from walking.care.enrolment.bulk_invite import Imported, import_patients
from walking.care.enrolment.patient_file import COLUMNS, MAY, MOST_BYTES, MOST_LINES, NEEDED
from walking.care.refusal import Refused

_EXAMPLE: Final = {
    "name": "Anna Berg", "email": "anna@example.org", "adult": "yes", "no_red_flag": "yes",
    "safe_to_walk": "yes", "recovered": "yes", "comfortable_minutes": 15, "pace": "standard",
}  # fmt: skip


class FileForm(forms.Form):
    """A file, or the text of one shown before, because browsers do not send a file again."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    content = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is not None:
            # Reading one byte more than allowed is enough to refuse the file.
            cleaned["bytes"] = file.read(MOST_BYTES + 1)
        elif cleaned.get("content"):
            cleaned["bytes"] = bytes.fromhex(cleaned["content"])
        elif "file" not in self.errors:
            self.add_error("file", _("Choose a file first."))
        return cleaned

    def clean_content(self) -> str:
        content: str = self.cleaned_data["content"]
        try:
            bytes.fromhex(content)
        except ValueError as error:
            raise forms.ValidationError(_("Choose the file again.")) from error
        return content


class ImportPage:
    """The page and the template file, for the invitation admin."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        return [
            path("import/", wrap(self.page), name="walking_invitation_import"),
            path("import/pattern.csv", wrap(self.pattern), name="walking_invitation_pattern"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        if request.method != "POST":
            return self._shown(request, FileForm())
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._shown(request, form)
        invites = "_do" in request.POST
        try:
            done = import_patients(
                form.cleaned_data["bytes"],
                by=viewer(request),
                at=timezone.now(),
                dry_run=not invites,
                leave_out_bad=invites,
            )
        except Refused as refused:
            form.add_error("file", str(refused))
            return self._shown(request, form)
        if not invites:
            return self._shown(request, form, found=done)
        for invitation in done.invitations:
            self.admin.log_addition(request, invitation, "Invited by a file.")
        number = len(done.invitations)
        words = ngettext("%(n)s patient is invited.", "%(n)s patients are invited.", number)
        messages.success(request, words % {"n": number})
        if done.problems:
            return self._shown(request, form, left=done)
        return redirect("admin:walking_invitation_changelist")

    def pattern(self, request: HttpRequest) -> HttpResponse:
        """The template file: empty, with one example."""
        self._check(request)
        rows = [COLUMNS, [_EXAMPLE.get(column, "") for column in COLUMNS]]
        return HttpResponse(
            csv_cells.written(rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="patients.csv"'},
        )

    def _check(self, request: HttpRequest) -> None:
        if not self.admin.has_add_permission(request):
            raise PermissionDenied

    def _shown(
        self,
        request: HttpRequest,
        form: FileForm,
        *,
        found: Imported | None = None,
        left: Imported | None = None,
    ) -> HttpResponse:
        """Show the page. ``found``: what the file would do. ``left``: the rows left out of the import."""
        context = self.admin.admin_site.each_context(request) | {
            "title": _("Invite the patients of a file"),
            "opts": self.admin.opts,
            "form": form,
            "found": found,
            "problems": (found or left).problems if found or left else (),  # type: ignore[union-attr]
            "left": left,
            "content": form.cleaned_data["bytes"].hex() if found else "",
            "needed": NEEDED,
            "may": MAY,
            "most": MOST_LINES,
        }
        refused = form.is_bound and form.errors
        return TemplateResponse(
            request, "admin/desk/import.html", context, status=422 if refused else 200
        )
