"""A patient's lessons at the desk: what was read, answered and planned, and assigning one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk import DeskAdmin, viewer
from walking.care.learning.lessons import library, waiting
from walking.care.learning.progress import LONGEST, give_lesson, take_lesson_back
from walking.care.refusal import Refused
from walking.learn.lesson import Lesson
from walking.models import LessonGift, LessonReading, Plan


@dataclass(slots=True)
class Read:
    """A lesson that a patient has read, latest reading first, and what the patient plans to try."""

    title: str
    readings: list[LessonReading] = field(default_factory=list)
    will_try: str = ""
    lesson: Lesson | None = None

    @property
    def last(self) -> LessonReading | None:
        return self.readings[0] if self.readings else None

    @property
    def chosen(self) -> list[tuple[str, str, bool]]:
        """Return the questions, each with the latest answer. Empty if the questions have changed since."""
        last = next((each for each in self.readings if each.chosen is not None), None)
        lesson = self.lesson
        if last is None or lesson is None or last.chosen is None:
            return []
        if (last.version, last.of_clinic, last.language) != (
            lesson.version,
            lesson.of_clinic,
            lesson.language,
        ):
            return []
        return [
            (question.text, question.answers[place].text, question.answers[place].right)
            for question, place in zip(lesson.questions, last.chosen, strict=True)
        ]


class GiveForm(forms.Form):
    """Which lesson to assign, with a message that the patient sees."""

    lesson = forms.ChoiceField(label=gettext_lazy("Lesson"))
    message = forms.CharField(
        label=gettext_lazy("A word to the patient"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The patient reads it above the lesson. You can leave it empty."),
    )

    def __init__(self, *args: Any, lessons: dict[str, Lesson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(slug, lesson.title) for slug, lesson in lessons.items()]
        self.fields["lesson"].choices = choices  # type: ignore[attr-defined]


class LessonPages:
    """The page of a plan's lessons, for the plan admin."""

    def __init__(self, model_admin: DeskAdmin) -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        return [path("<path:object_id>/lessons/", wrap(self.lessons), name="walking_plan_lessons")]

    def lessons(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET shows them. POST assigns one, or withdraws one that is waiting."""
        plan = self.admin.get_object(request, unquote(object_id))
        if plan is None:
            return self.admin.not_there(request, object_id)
        lessons = library(plan.clinic, plan.patient.language)
        taking_back = "take_back" in request.POST
        form = GiveForm(
            request.POST if request.method == "POST" and not taking_back else None, lessons=lessons
        )
        if request.method == "POST":
            try:
                done = self._do(request, plan, form, lessons)
            except Refused as refused:
                if taking_back:
                    messages.warning(request, str(refused))
                    return redirect("admin:walking_plan_lessons", plan.pk)
                form.add_error(
                    refused.field if refused.field in form.fields else None, str(refused)
                )
            else:
                if done:
                    messages.success(request, done)
                    return redirect("admin:walking_plan_lessons", plan.pk)
        context = self.admin.admin_site.each_context(request) | {
            "opts": self.admin.opts, "plan": plan, "form": form, "title": _("Lessons"),
            "waiting": gifts_of(plan, lessons), "read": read_of(plan, lessons),
            "count": len(lessons),
        }  # fmt: skip
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/desk/lessons_of.html", context, status=status)

    def _do(
        self, request: HttpRequest, plan: Plan, form: GiveForm, lessons: dict[str, Lesson]
    ) -> str:
        """Apply the form. Returns what was done in words, or empty if the form has errors. Raises ``Refused``."""
        by, at = viewer(request), timezone.now()
        if "take_back" in request.POST:
            take_lesson_back(plan, request.POST["take_back"], by=by, at=at)
            return _("The lesson does not wait any more.")
        if not form.is_valid():
            return ""
        lesson = lessons[form.cleaned_data["lesson"]]
        give_lesson(plan, lesson, message=form.cleaned_data["message"], by=by, at=at)
        return _("The lesson waits on the patient's page of today.")


def gifts_of(plan: Plan, lessons: dict[str, Lesson]) -> list[tuple[str, LessonGift]]:
    """Return the lessons waiting to be read, by title, oldest first. One query."""
    gifts = waiting().filter(plan=plan).select_related("by").order_by("at", "pk")
    return [
        (lessons[each.slug].title if each.slug in lessons else each.slug, each) for each in gifts
    ]


def read_of(plan: Plan, lessons: dict[str, Lesson]) -> list[Read]:
    """Return the lessons read or with a plan to try, latest first. Two queries."""
    found: dict[str, Read] = {}
    for reading in plan.lesson_readings.order_by("-at", "-number"):
        of = found.setdefault(
            reading.slug, Read(title=reading.title, lesson=lessons.get(reading.slug))
        )
        of.readings.append(reading)
    for said in plan.lesson_intentions.order_by("revision"):
        lesson = lessons.get(said.slug)
        title = lesson.title if lesson else said.slug
        found.setdefault(said.slug, Read(title=title, lesson=lesson)).will_try = said.words
    return [each for each in found.values() if each.readings or each.will_try]
