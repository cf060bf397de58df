"""The patient's pages of movement retraining: today's patterns, and one pattern to do and to record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from walking.care.refusal import Refused
from walking.companions.movement.care import write_session
from walking.companions.movement.forms import SessionForm
from walking.companions.movement.patterns import FIRST, STOP, VERSION_NAMES, Measure, picture
from walking.companions.movement.reading import Course, Movement, read
from walking.companions.movement.rules import Next, Pattern, Version, Why
from walking.learn.lesson import cited, without_marks
from walking.learn.sources import OURS
from walking.models import CompanionProgramme, Plan
from walking.patient.plan.companions import companion_page, shared
from walking.programme.text import gettext_noop
from walking.questions.fields import add_refusal
from walking.questions.lesson import listed

#: Days that can be chosen on the page.
DAYS_SHOWN: Final = 7
#: Why the next session is proposed, in words for the patient.
WHY: Final[Mapping[Why, str]] = {
    Why.FIRST: gettext_noop("Begin with the easier one. If it is too easy, take the usual one."),
    Why.PAIN: gettext_noop("It hurt a lot last time. So take an easier one, or do fewer."),
    Why.UNSAFE: gettext_noop("It did not feel safe yet. Stay with this one until it does."),
    Why.LONG_AGO: gettext_noop("It has been a while. Begin gently."),
    Why.WATCH: gettext_noop("It hurt a little. Stay with this one and see how it settles."),
    Why.READY: gettext_noop("Three times it went well. You may try a harder one. You need not."),
    Why.GO_ON: gettext_noop("Go on with this one."),
    Why.HARDEST: gettext_noop("You have reached the harder one. Keep it up."),
}


@require_safe
@companion_page("movement")
def movement(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime
) -> HttpResponse:
    """Show today's patterns, which others are open, which come later, and how safe it feels now."""
    context = shared(plan, programme, at)
    found = read(programme, context["today"])  # type: ignore[arg-type]
    courses = found.courses.values()
    context |= {
        "movement": found,
        "saved": _saved(found, request.GET.get("saved", "")),
        "today_rows": [_row(found, found.courses[pattern]) for pattern in found.today],
        "other_rows": [
            _row(found, each) for each in courses if each.is_open and each.pattern not in found.today
        ],
        "later_rows": [each for each in courses if not each.is_open],
        "first": [_(without_marks(line)) for line in FIRST],
        "sources": listed([key for key in cited((*FIRST, *STOP)) if key != OURS]),
    }  # fmt: skip
    return render(request, "companions/movement/movement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@companion_page("movement")
def practise(
    request: HttpRequest, plan: Plan, programme: CompanionProgramme, at: dt.datetime, code: str
) -> HttpResponse:
    """GET shows a pattern in the version of ``?version=``, or the one proposed; POST records a session."""
    context = shared(plan, programme, at)
    today: dt.date = context["today"]  # type: ignore[assignment]
    course = _course(read(programme, today), code)
    is_done = request.method == "POST"
    version = _version(request, course.next)
    way = course.guide.ways[version]
    first = max(programme.started_on, today - dt.timedelta(days=DAYS_SHOWN - 1))
    form = SessionForm(
        request.POST if is_done else None,
        way=way,
        days=[today - dt.timedelta(days=n) for n in range((today - first).days + 1)],
        today=today,
        initial={
            "client_id": uuid.uuid4(),
            "version": version.value,
            "amount": way.amount if way.measure is Measure.TIMES else None,
            "day": today.isoformat(),
        },
    )
    if is_done and form.is_valid():
        try:
            write_session(programme, pattern=course.pattern, **form.cleaned_data, at=at)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(reverse("movement", query={"saved": course.pattern.value}))
    context |= {
        "course": course,
        "guide": course.guide,
        "version": version,
        "way": way,
        "counted": way.measure is Measure.TIMES,
        "steps": [(step.text, _picture(step.picture)) for step in way.steps],
        "versions": [
            (each, VERSION_NAMES[each], course.guide.ways[each].name, each in course.next.choices)
            for each in Version
        ],
        "why": WHY[course.next.why],
        "stop": [*(without_marks(line) for line in STOP), course.guide.stop],
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "companions/movement/practise.html", context, status=status)


def _saved(found: Movement, code: str) -> str:
    """Return the message after a session of the pattern in the address."""
    if not code:
        return ""
    return " ".join([_("Saved."), _(WHY[_course(found, code).next.why])])


def _course(found: Movement, code: str) -> Course:
    """Return the course of a picked pattern, by its code. Raises ``Http404``."""
    try:
        return found.courses[Pattern(code)]
    except (ValueError, KeyError):
        raise Http404 from None


def _version(request: HttpRequest, proposed: Next) -> Version:
    """Return the requested version, if it can be chosen; a submitted version is accepted unchecked."""
    asked = request.POST.get("version", "") or request.GET.get("version", "")
    try:
        version = Version(int(asked))
    except ValueError:
        return proposed.version
    return version if request.method == "POST" or version in proposed.choices else proposed.version


def _row(found: Movement, course: Course) -> tuple[Course, str, str, SafeString, bool]:
    """Return a pattern for the list: its version's names, its picture, and whether it was done today."""
    way = course.guide.ways[course.next.version]
    key = _picture(way.steps[1].picture)
    name = VERSION_NAMES[course.next.version]
    return course, name, way.name, key, course.pattern in found.done_today


def _picture(name: str) -> SafeString:
    return mark_safe(picture(name))  # noqa: S308 - our own drawing
