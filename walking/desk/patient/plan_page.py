"""Everything about one plan, in the order in which a physiotherapist needs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Value, prefetch_related_objects
from django.utils.translation import gettext

from walking.care.learning.lessons import waiting
from walking.care.plan import notes
from walking.care.plan.adjust import pending
from walking.care.weeks.decisions import thresholds_of
from walking.desk.caseload.lines import adherence_picture, lines_for
from walking.desk.caseload.needs import of_plan
from walking.desk.history.page import story
from walking.desk.labels import decision_words, flag_words, reason_words, steps_words
from walking.desk.patient.companions import with_companions
from walking.desk.patient.reported import told_by_patient
from walking.models import Contact, Plan, Review, Week
from walking.pictures import Chart, Course, chart, course
from walking.programme.settings import PACES
from walking.programme.weeks import local_day


@dataclass(frozen=True, slots=True)
class ReviewStory:
    """A review in a physiotherapist's words."""

    record: Review
    decision: str
    reason: str
    flags: list[str]


@dataclass(frozen=True, slots=True)
class WeekNumbers:
    """A week in the charts. Unknown values are None."""

    number: int
    minutes: int
    planned: int
    adherence: int | None
    pain: int | None


@dataclass(frozen=True, slots=True)
class Charts:
    """The whole plan in three charts with the same weeks, and their numbers."""

    weeks: list[WeekNumbers]
    minutes: Chart
    adherence: Course
    pain: Course


def plan_page(plan: Plan, at: dt.datetime, *, kind: str = "", page: int = 1) -> dict[str, Any]:
    """Return the context of the page, in the same number of queries for any length of plan. ``kind`` and ``page``
    select what the history shows."""
    weeks = list(plan.weeks.order_by("number"))
    today = local_day(at, plan.patient.zone)
    numbers = _numbers(plan, weeks)
    running = weeks[-1] if weeks else None
    # Only a few; the history shows them all.
    prefetch_related_objects([plan], "contacts", Prefetch("notes", notes.with_who()))
    contacts = sorted(plan.contacts.all(), key=lambda contact: (contact.due, contact.number))
    companions = with_companions(plan)
    line = lines_for([plan])[plan.pk]
    return {
        "at": at,
        "today": today,
        "patient_zone": plan.patient.timezone,
        "running": running,
        "walked": numbers[-1].minutes if numbers else 0,
        "pace": _pace(plan),
        "attention": of_plan(plan, at),
        "pending": pending(plan) if plan.status == Plan.Status.ACTIVE else None,
        "line": line,
        "picture": adherence_picture(line.reviews),
        "contacts": contacts,
        "next_contact": next((c for c in contacts if c.state == Contact.State.PLANNED), None),
        "charts": _charts(plan, numbers) if numbers else None,
        "notes": notes.standing(plan),
        **_lessons(plan),
        "companions": companions,
        "story": story(plan, weeks, kind=kind, page=page, at=at),
        **told_by_patient(plan),
    }


def _lessons(plan: Plan) -> dict[str, Any]:
    """Return how many lessons were read, the latest, and how many are waiting. One query."""
    read = plan.lesson_readings.order_by().values_list("slug", "title", "at", Value(False))
    wait = waiting().filter(plan=plan).order_by().values_list("slug", Value(""), "at", Value(True))
    rows = list(read.union(wait, all=True).order_by("at"))
    last = [row for row in rows if not row[3]][-1:]
    return {
        "lessons_read": len({slug for slug, _title, _at, waits in rows if not waits}),
        "lesson_last": {"title": last[0][1], "at": last[0][2]} if last else None,
        "lessons_waiting": sum(1 for row in rows if row[3]),
    }


def _numbers(plan: Plan, weeks: Sequence[Week]) -> list[WeekNumbers]:
    """Return the charts' values for each week. Two queries."""
    reviews = {
        review.week_number: review
        for review in plan.reviews.order_by("revision").defer("inputs", "sentence")
    }
    walked = dict.fromkeys((week.number for week in weeks), 0)
    by_day = dict[dt.date, int]()
    for day, minutes in plan.walks.kept().order_by().values_list("day", "minutes"):
        by_day[day] = by_day.get(day, 0) + minutes
    for week in weeks:
        days = (
            week.starts + dt.timedelta(days=n) for n in range((week.ends - week.starts).days + 1)
        )
        walked[week.number] = sum(by_day.get(day, 0) for day in days)
    found = []
    for week in weeks:
        review = reviews.get(week.number)
        found.append(
            WeekNumbers(
                number=week.number,
                minutes=walked[week.number],
                planned=week.dose.total,
                adherence=review.adherence_percent if review else None,
                pain=review.pain if review else None,
            )
        )
    return found


def _charts(plan: Plan, weeks: list[WeekNumbers]) -> Charts:
    now = plan.week_number if plan.status == Plan.Status.ACTIVE else None
    limits = plan.thresholds
    return Charts(
        weeks=weeks,
        minutes=chart([(week.number, week.minutes, week.planned) for week in weeks], now=now),
        adherence=course(
            [(week.number, week.adherence) for week in weeks],
            most=100,
            lines=(0, limits.half_done_percent, limits.mostly_done_percent, 100),
        ),
        pain=course(
            [(week.number, week.pain) for week in weeks],
            most=10,
            lines=(0, limits.pain_moderate, limits.pain_too_much, 10),
        ),
    )


def review_story(review: Review) -> ReviewStory:
    return ReviewStory(
        record=review,
        decision=decision_words(review.decision),
        reason=reason_words(review.reason, thresholds_of(review)),
        flags=flag_words(review.flags),
    )


def _pace(plan: Plan) -> str:
    name = plan.programme.pace
    label = gettext(PACES[name].label) if name else gettext("Own numbers")
    return f"{label}: {steps_words(plan.weekly_increase, plan.weeks_per_rung)}"
