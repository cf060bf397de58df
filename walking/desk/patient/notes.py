"""Private notes of the staff: pages to write, correct and withdraw one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer
from walking.care.plan import notes
from walking.care.refusal import Refused
from walking.models import Note, Plan


class NoteForm(forms.Form):
    """What colleagues should know. ``revision`` is the one on screen."""

    words = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=notes.LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 60, "class": "vLargeTextField"}),
        help_text=gettext_lazy("For the staff of the clinic; the patient never sees it."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class TakeBackForm(forms.Form):
    """Why a note is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NotePages:
    """The pages of a plan's notes, for the plan admin."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        return [
            path("<path:object_id>/note/", wrap(self.write), name="walking_plan_note"),
            path(
                "<path:object_id>/note/<int:number>/",
                wrap(self.correct),
                name="walking_plan_note_correct",
            ),
            path(
                "<path:object_id>/note/<int:number>/take-back/",
                wrap(self.take_back),
                name="walking_plan_note_take_back",
            ),
        ]

    def write(self, request: HttpRequest, object_id: str) -> HttpResponse:
        plan = self.admin.get_object(request, unquote(object_id))
        if plan is None:
            return self.admin.not_there(request, object_id)
        form = NoteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():

            def keep(at: dt.datetime) -> Note:
                return notes.write(
                    plan, words=form.cleaned_data["words"], by=viewer(request), at=at
                )

            if kept := self._kept(request, plan, form, keep, _("The note is kept.")):
                return kept
        return self._page(request, plan, form, title=_("Write a note"), button=_("Keep the note"))

    def correct(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        plan = self.admin.get_object(request, unquote(object_id))
        if plan is None:
            return self.admin.not_there(request, object_id)
        note = self._note(plan, number)
        form = NoteForm(
            request.POST or None, initial={"words": note.words, "revision": note.revision}
        )
        if request.method == "POST" and form.is_valid():
            note.revision = form.cleaned_data["revision"] or 0

            def keep(at: dt.datetime) -> Note:
                words = form.cleaned_data["words"]
                return notes.correct(note, words=words, by=viewer(request), at=at)

            if kept := self._kept(request, plan, form, keep, _("The note is corrected.")):
                return kept
        return self._page(
            request, plan, form, title=_("Correct the note"), button=_("Keep the note"), note=note
        )

    def take_back(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        plan = self.admin.get_object(request, unquote(object_id))
        if plan is None:
            return self.admin.not_there(request, object_id)
        note = self._note(plan, number)
        form = TakeBackForm(request.POST or None, initial={"revision": note.revision})
        if request.method == "POST" and form.is_valid():
            note.revision = form.cleaned_data["revision"] or 0

            def keep(at: dt.datetime) -> Note:
                reason = form.cleaned_data["reason"]
                return notes.withdraw(note, reason=reason, by=viewer(request), at=at)

            if kept := self._kept(request, plan, form, keep, _("The note is taken back.")):
                return kept
        return self._page(
            request, plan, form, title=_("Take the note back"), button=_("Take back"), note=note
        )

    def _note(self, plan: Plan, number: int) -> Note:
        """Return the current note. 404 if there is none with this number or it was withdrawn."""
        note = plan.notes.filter(number=number).order_by("-revision").first()
        if note is None or not note.words:
            raise Http404
        return note

    def _kept(
        self, request: HttpRequest, plan: Plan, form: forms.Form, keep: Any, done: str
    ) -> HttpResponse | None:
        try:
            keep(timezone.now())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            return None
        messages.success(request, done)
        return redirect("admin:walking_plan_change", plan.pk)

    def _page(
        self, request: HttpRequest, plan: Plan, form: forms.Form, **context: Any
    ) -> HttpResponse:
        context |= self.admin.admin_site.each_context(request)
        context |= {"opts": self.admin.opts, "plan": plan, "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/desk/note.html", context, status=status)
