"""The clinic's lessons at the desk: staff read them, managers edit them with a preview."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import viewer
from accounts.models import Role
from walking.care.learning.clinic_lessons import (
    Written,
    add_lesson,
    change_lesson,
    check,
    revisions,
    take_lesson_off,
)
from walking.care.learning.lessons import library, of_record
from walking.care.refusal import Refused
from walking.learn import reading
from walking.learn.lesson import Lesson
from walking.learn.shipped import shipped
from walking.learn.sources import OURS, sources
from walking.models import ClinicLesson
from walking.models.lesson import MINUTES, WEEKS
from walking.numbers import whole_number
from walking.questions.lesson import shown

_WIDE = {"cols": 80, "class": "vLargeTextField"}


class LessonForm(forms.Form):
    """A lesson's content. ``seen`` is the revision on screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    summary = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=160,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    week = forms.IntegerField(
        label=gettext_lazy("Week in which it comes"),
        min_value=WEEKS.start,
        max_value=WEEKS.stop - 1,
        initial=0,
        help_text=gettext_lazy("0 for a lesson that comes only when you give it."),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to read"),
        min_value=MINUTES.start,
        max_value=MINUTES.stop - 1,
        initial=3,
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 18, **_WIDE}),
        help_text=gettext_lazy(
            "In Markdown: ## before a heading, - before a row of a list, **strong**, *soft*, "
            "[words](/plan/) for a link. HTML and pictures are not taken. Mark a claim with its source: [@walkback]"
        ),
    )
    questions = forms.CharField(
        label=gettext_lazy("Three questions"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12, **_WIDE}),
        help_text=gettext_lazy(
            "A question begins with ?. Below it stand its answers: the right one with +, the others "
            "with -, each with | and why it is right or not."
        ),
    )
    to_try = forms.CharField(
        label=gettext_lazy("What to try"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("A question that the patient answers in own words."),
    )

    @property
    def written(self) -> Written:
        values: dict[str, Any] = {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
            if name in Written.__dataclass_fields__
        }
        return Written(**values)


def lessons_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Every lesson that the clinic's patients can read, and its source."""
    user = viewer(request)
    lessons = library(user.clinic, settings.LANGUAGE_CODE)
    ours = {slug for language, slug in shipped() if language == settings.LANGUAGE_CODE}
    own = ClinicLesson.objects.filter(clinic=user.clinic, language=settings.LANGUAGE_CODE)
    off = own.standing().filter(withdrawn=True).order_by("title")
    context = site.each_context(request) | {
        "title": _("Lessons"),
        "may_write": _may_write(request),
        "rows": [(lesson, lesson.of_clinic and slug in ours) for slug, lesson in lessons.items()],
        "off": [record for record in off if record.slug not in lessons],
    }
    return TemplateResponse(request, "admin/desk/lessons.html", context)


def lesson_new(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Add a lesson of the clinic."""
    if not _may_write(request):
        raise PermissionDenied
    form = LessonForm(request.POST or None, initial={"seen": 0})
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            preview = _preview(request, form, None)
            if preview is None:
                kept = add_lesson(by=viewer(request), written=form.written, at=timezone.now())
                messages.success(request, _("The lesson is kept. Your patients can read it."))
                return redirect("admin:lesson", kept.slug)
        except Refused as refused:
            _add(form, refused)
    return _page(request, site, form, preview, title=_("Write a lesson"))


def lesson_edit(request: HttpRequest, site: AdminSite, slug: str) -> HttpResponse:
    """A lesson as patients read it, its earlier revisions and, for managers, the form to change it."""
    user = viewer(request)
    language = settings.LANGUAGE_CODE
    records = revisions(user.clinic, slug, language)
    current = library(user.clinic, language).get(slug)
    asked = _asked_for(request, records)
    base = of_record(asked or records[0]) if asked or (records and current is None) else current
    if base is None:
        raise Http404
    seen = records[0].revision if records else 0
    form, preview = LessonForm(initial=_initial(base, seen)), base
    if request.method == "POST":
        if not _may_write(request):
            raise PermissionDenied
        if "take_off" in request.POST:
            return _take_off(request, slug)
        form = LessonForm(request.POST)
        if form.is_valid():
            try:
                shown_now = _preview(request, form, base)
                if shown_now is None:
                    number = form.cleaned_data["seen"]
                    change_lesson(
                        slug, by=user, written=form.written, seen=number, at=timezone.now()
                    )
                    messages.success(request, _("The lesson is kept. Your patients can read it."))
                    return redirect("admin:lesson", slug)
                preview = shown_now
            except Refused as refused:
                _add(form, refused)
    return _page(
        request, site, form, preview, title=base.title, records=records, asked=asked,
        is_off=current is None, of_clinic=bool(current and current.of_clinic), seen=seen,
    )  # fmt: skip


def _may_write(request: HttpRequest) -> bool:
    user = viewer(request)
    return user.role == Role.MANAGER and user.clinic_id is not None


def _asked_for(request: HttpRequest, records: list[ClinicLesson]) -> ClinicLesson | None:
    wanted = request.GET.get("version", "")
    return next((each for each in records if str(each.revision) == wanted), None)


def _initial(lesson: Lesson, seen: int) -> dict[str, Any]:
    names = ("title", "summary", "week", "minutes", "body", "to_try")
    return {name: getattr(lesson, name) for name in names} | {
        "questions": reading.as_written(lesson.questions),
        "seen": seen,
    }


def _take_off(request: HttpRequest, slug: str) -> HttpResponse:
    seen = whole_number(request.POST.get("seen"))
    try:
        take_lesson_off(
            slug, by=viewer(request), seen=-1 if seen is None else seen,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("admin:lesson", slug)
    messages.success(request, _("Your clinic's lesson is taken off."))
    return redirect("admin:lessons")


def _preview(request: HttpRequest, form: LessonForm, base: Lesson | None) -> Lesson | None:
    """Return the typed text as a lesson, or None if it is to be saved. Raises ``Refused`` for text that cannot be
    read."""
    if "keep" in request.POST:
        return None
    written = form.written
    check(written)
    return Lesson(
        slug=base.slug if base else "",
        language=base.language if base else settings.LANGUAGE_CODE,
        version=form.cleaned_data["seen"] + 1,
        dated=_today(),
        week=written.week,
        minutes=written.minutes,
        title=written.title,
        summary=written.summary,
        body=written.body,
        questions=reading.questions(written.questions),
        to_try=written.to_try,
        picture=base.picture if base else "",
        picture_title=base.picture_title if base else "",
        picture_says=base.picture_says if base else "",
        of_clinic=True,
    )


def _today() -> dt.date:
    return timezone.now().date()


def _add(form: LessonForm, refused: Refused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def _page(
    request: HttpRequest, site: AdminSite, form: LessonForm, preview: Lesson | None, **more: Any
) -> HttpResponse:
    context = site.each_context(request) | {
        "form": form,
        "lesson": shown(preview) if preview else None,
        "is_preview": request.method == "POST" and not form.errors,
        "may_write": _may_write(request),
        "keys": [(key, source.name, source.language) for key, source in sources().items()]
        + [(OURS, _("the rules of this programme"), "")],
        **more,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/desk/lesson.html", context, status=status)
