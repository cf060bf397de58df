"""All that is known of one plan, in the order in which a physiotherapist asks for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from walking.care.adjust import pending
from walking.care.attention import needs_attention
from walking.models import Adjustment, CheckIn, Plan, Review, Week
from walking.physio.caseload import PICTURE_WEEKS, adherence_picture
from walking.physio.told import told_by_patient
from walking.physio.words import (
    decision_words,
    flag_words,
    reason_words,
    red_flag_names,
    steps_words,
)
from walking.programme.settings import PACES
from walking.programme.weeks import local_day

#: Walks of this many days are on the page.
WALK_DAYS = 14


@dataclass(slots=True)
class WeekStory:
    """One week and all that belongs to it; ``reviews`` and ``check_ins`` with the latest revision last."""

    number: int
    week: Week | None = None
    reviews: list[ReviewStory] = field(default_factory=list)
    check_ins: list[CheckInStory] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)

    @property
    def review(self) -> ReviewStory | None:
        return self.reviews[-1] if self.reviews else None

    @property
    def earlier_reviews(self) -> list[ReviewStory]:
        return self.reviews[:-1]


@dataclass(frozen=True, slots=True)
class ReviewStory:
    """A review in a physiotherapist's words."""

    record: Review
    decision: str
    reason: str
    flags: list[str]


@dataclass(frozen=True, slots=True)
class CheckInStory:
    """A check-in in a physiotherapist's words."""

    record: CheckIn
    red_flags: list[str]


def plan_page(plan: Plan, at: dt.datetime) -> dict[str, Any]:
    """The context of the page; the same number of statements for a plan of any length."""
    stories = _weeks(plan)
    reviews = [story.review.record for story in stories if story.review]
    today = local_day(at, plan.patient.zone)
    walks = list(plan.walks.kept().filter(day__gt=today - dt.timedelta(days=WALK_DAYS)))
    running = next((s.week for s in stories if s.week and s.number == plan.week_number), None)
    return {
        "at": at,
        "today": today,
        "patient_zone": plan.patient.timezone,
        "running": running,
        "walked": sum(w.minutes for w in walks if running and running.contains(w.day)),
        "pace": _pace(plan),
        "attention": needs_attention(Plan.objects.filter(pk=plan.pk), at),
        "pending": pending(plan) if plan.status == Plan.Status.ACTIVE else None,
        "stories": stories,
        "picture": adherence_picture(reviews[:PICTURE_WEEKS][::-1]),
        "last_review": reviews[0] if reviews else None,
        "events": plan.events.select_related("by").order_by("-at", "-pk"),
        "contacts": plan.contacts.all(),
        "walks": walks,
        "mail": plan.mail.select_related("recipient").order_by("-queued_at", "-pk")[:40],
        "consents": plan.patient.consents.all(),
        **told_by_patient(plan),
    }


def _weeks(plan: Plan) -> list[WeekStory]:
    """Newest first. Week 0 is what was answered at enrolment."""
    stories: dict[int, WeekStory] = {}

    def story(number: int) -> WeekStory:
        return stories.setdefault(number, WeekStory(number))

    for week in plan.weeks.all():
        story(week.number).week = week
    for review in plan.reviews.order_by("revision"):
        story(review.week_number).reviews.append(review_story(review))
    for check_in in plan.check_ins.order_by("revision"):
        story(check_in.week_number).check_ins.append(
            CheckInStory(check_in, red_flag_names(check_in.red_flags))
        )
    for adjustment in plan.adjustments.select_related("by").order_by("revision"):
        story(adjustment.week_number).adjustments.append(adjustment)
    return [stories[number] for number in sorted(stories, reverse=True)]


def review_story(review: Review) -> ReviewStory:
    return ReviewStory(
        record=review,
        decision=decision_words(review.decision),
        reason=reason_words(review.reason),
        flags=flag_words(review.flags),
    )


def _pace(plan: Plan) -> str:
    name = plan.programme.pace
    label = gettext(PACES[name].label) if name else gettext("Own numbers")
    return f"{label}: {steps_words(plan.weekly_increase, plan.weeks_per_rung)}"
