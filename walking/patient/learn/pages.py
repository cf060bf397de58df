"""Lessons: the list, a lesson with its questions, and patients' questions."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from walking.care.learning.lessons import library, offer, waiting
from walking.care.learning.progress import intention, read_lesson, will_try
from walking.care.refusal import Refused
from walking.learn import html
from walking.learn.lesson import Lesson
from walking.learn.shipped import questions_asked
from walking.models import LessonReading, Plan, Recurrence
from walking.patient.access import patient_page
from walking.patient.app_shell import kept_offline
from walking.questions.fields import add_refusal
from walking.questions.lesson import QuizForm, TryForm, listed, shown


@require_safe
@kept_offline
@patient_page
def learn(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Every lesson: the recommended one first, then those of the weeks so far, then the others."""
    language = _language()
    lessons = library(plan.clinic, language)
    read = {each.slug: each for each in plan.lesson_readings.order_by("number")}
    episodes = Recurrence.objects.open_episodes().filter(plan=plan)
    offered = offer(plan, at, language=language, flare_up=episodes.exists())
    rows = [(lesson, read.get(slug)) for slug, lesson in lessons.items()]
    week = plan.week_number or 1
    is_over = plan.status == Plan.Status.COMPLETED
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "now": lessons.get(offered.slug) if offered else None,
        "why": offered.why if offered else "",
        "rows": [row for row in rows if row[1] or is_over or row[0].week <= week],
        "later": [row for row in rows if not (row[1] or is_over or row[0].week <= week)],
        "read": sum(slug in lessons for slug in read),
        "count": len(lessons),
    }
    return render(request, "patient/learn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@kept_offline
@patient_page
def lesson(request: HttpRequest, plan: Plan, at: dt.datetime, slug: str) -> HttpResponse:
    """GET shows the lesson. POST saves the answers, that it was read without answers, or what the patient plans to
    try."""
    found = library(plan.clinic, _language()).get(slug)
    if found is None:
        raise Http404
    here = reverse("lesson", args=[slug])
    quiz, wish = QuizForm(lesson=found), None
    if request.method == "POST" and "words" in request.POST:
        wish = TryForm(request.POST)
        if wish.is_valid():
            will_try(plan, slug, words=wish.cleaned_data["words"], at=at)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(f"{here}#try")
    elif request.method == "POST" and "only_read" in request.POST:
        read_lesson(plan, found, answers=None, at=at)
        messages.success(request, _("Done: you have read “%(title)s”.") % {"title": found.title})
        return HttpResponseRedirect(reverse("learn"))
    elif request.method == "POST":
        quiz = QuizForm(request.POST, lesson=found)
        if quiz.is_valid():
            try:
                read_lesson(plan, found, answers=quiz.chosen, at=at)
            except Refused as refusal:
                add_refusal(quiz, refusal)
            else:
                return HttpResponseRedirect(f"{here}#questions")
    return _show(request, plan, found, quiz, wish)


@require_safe
@kept_offline
@patient_page
def asked(request: HttpRequest, plan: Plan, at: dt.datetime) -> HttpResponse:
    """Questions that patients ask, with answers."""
    asked = questions_asked(_language())
    cited = asked.sources
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "asked": asked,
        "pairs": [(question, html.page(answer, cited)) for question, answer in asked.pairs],
        "sources": listed(cited),
    }
    return render(request, "patient/learn_asked.html", context)


def _language() -> str:
    return get_language() or ""


def _show(
    request: HttpRequest, plan: Plan, found: Lesson, quiz: QuizForm, wish: TryForm | None
) -> HttpResponse:
    said = intention(plan, found.slug)
    reading = None
    if not quiz.is_bound and "again" not in request.GET:
        reading = _answered(plan, found)
    chosen = reading.chosen if reading else None
    context = {
        "plan": plan,
        "clinic": plan.clinic,
        "lesson": shown(found, chosen),
        "reading": reading,
        "form": wish if wish is not None and wish.errors else quiz,
        "quiz": quiz,
        "wish": wish or TryForm(initial={"words": said.words if said else ""}),
        "gift": waiting().filter(plan=plan, slug=found.slug).select_related("by").first(),
    }
    wrong = quiz.errors or (wish is not None and wish.errors)
    return render(request, "patient/lesson.html", context, status=422 if wrong else 200)


def _answered(plan: Plan, found: Lesson) -> LessonReading | None:
    """Return the latest answers, if the questions have not changed since."""
    last = plan.lesson_readings.filter(slug=found.slug, right__isnull=False).order_by("-number")
    same = {"version": found.version, "language": found.language, "of_clinic": found.of_clinic}
    return last.filter(**same).first()
