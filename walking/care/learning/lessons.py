"""The lessons of a clinic, and which one is offered now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)

from accounts.models import Clinic
from walking.learn import order, reading
from walking.learn.lesson import Lesson
from walking.learn.order import Happened, Why
from walking.learn.shipped import preferred, shipped
from walking.models import ClinicLesson, LessonGift, LessonReading, Plan
from walking.prepared import Parameter, PreparedRows

#: A lesson about an event is offered again if it was not read for this long (our choice, not the trial's).
LATELY: Final = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Offered:
    """The lesson offered now, and why."""

    slug: str
    language: str
    title: str
    why: Why


def library(clinic: Clinic | None, language: str) -> dict[str, Lesson]:
    """Return the lessons of ``clinic`` by slug, each in ``language`` or the nearest one, in their order, with one
    query. The clinic's own replace ours of the same name and language."""
    found: dict[str, Lesson] = {}
    languages = preferred(language)
    own = ClinicLesson.objects.filter(clinic=clinic, language__in=languages).standing()
    records = list(own.filter(withdrawn=False))
    for name in reversed(languages):
        found |= {slug: lesson for (spoken, slug), lesson in shipped().items() if spoken == name}
        found |= {each.slug: of_record(each) for each in records if each.language == name}
    return dict(sorted(found.items(), key=lambda item: (item[1].week or 1000, item[1].title)))


def of_record(record: ClinicLesson) -> Lesson:
    """Return a clinic's lesson for reading. A changed lesson of ours keeps its picture."""
    ours = next((each for (_, slug), each in shipped().items() if slug == record.slug), None)
    return Lesson(
        slug=record.slug,
        language=record.language,
        version=record.revision,
        dated=record.at.date(),
        week=record.week,
        minutes=record.minutes,
        title=record.title,
        summary=record.summary,
        body=record.body,
        questions=reading.questions(record.questions),
        to_try=record.to_try,
        picture=ours.picture if ours else "",
        picture_title=ours.picture_title if ours else "",
        picture_says=ours.picture_says if ours else "",
        of_clinic=True,
    )


def offer(plan: Plan, at: dt.datetime, *, language: str, flare_up: bool) -> Offered | None:
    """Return the lesson to offer to the patient now, or None if all were read. One query."""
    languages = preferred(language)
    rows = _ROWS.fetch(
        plan=plan.pk,
        clinic=plan.clinic_id,
        lately=at - LATELY,
        **{f"language_{place}": _at(languages, place) for place in range(MOST_LANGUAGES)},
    )
    weeks, titles = dict[str, int](), dict[str, tuple[str, str]]()
    for name in reversed(languages):
        for (spoken, slug), lesson in shipped().items():
            if spoken == name:
                weeks[slug], titles[slug] = lesson.week, (name, lesson.title)
        for kind, slug, week, title, spoken in rows:
            if kind == _OWN and spoken == name:
                weeks[slug], titles[slug] = week, (name, title)
    found = order.offered(
        weeks,
        week=plan.length_weeks if plan.status == Plan.Status.COMPLETED else plan.week_number or 1,
        read={slug for kind, slug, *_ in rows if kind == _READ},
        read_lately={slug for kind, slug, lately, *_ in rows if kind == _READ and lately},
        given=[slug for _, slug in sorted((r[2], r[1]) for r in rows if r[0] == _GIVEN)],
        happened=_happened(plan, flare_up=flare_up),
    )
    return Offered(found.slug, *titles[found.slug], found.why) if found else None


def _happened(plan: Plan, *, flare_up: bool) -> set[Happened]:
    found = set()
    if plan.status == Plan.Status.PAUSED and plan.paused_for == Happened.RED_FLAG:
        found.add(Happened.RED_FLAG)
    if flare_up:
        found.add(Happened.FLARE_UP)
    if plan.status == Plan.Status.ACTIVE and plan.empty_row >= plan.thresholds.layoff_weeks:
        found.add(Happened.LAYOFF)
    return found


def _at(languages: list[str], place: int) -> str:
    return languages[min(place, len(languages) - 1)]


#: The language, its base language, and the fallback.
MOST_LANGUAGES: Final = 3
_READ, _GIVEN, _OWN = range(3)


def _rows() -> QuerySet[Any, tuple[Any, ...]]:
    """Return what was read (1 if recently), what waits to be read (the row's number) and the clinic's own (the
    week)."""
    plan = Parameter("plan", BigIntegerField())
    lately = When(at__gte=Parameter("lately", DateTimeField()), then=Value(1))
    read = LessonReading.objects.filter(plan=plan)
    given = waiting().filter(plan=plan)
    own = ClinicLesson.objects.filter(
        clinic=Parameter("clinic", BigIntegerField()),
        language__in=[
            Parameter(f"language_{place}", CharField()) for place in range(MOST_LANGUAGES)
        ],
    )
    rows = _row(read, _READ, Case(lately, default=Value(0))).union(
        _row(given, _GIVEN, F("pk")),
        _row(own.standing().filter(withdrawn=False), _OWN, F("week"), F("title"), F("language")),
        all=True,
    )
    return rows.order_by()


def _row(
    records: QuerySet[Any], kind: int, number: Any, title: Any = None, language: Any = None
) -> QuerySet[Any, tuple[Any, ...]]:
    empty = Value("", output_field=CharField())
    return records.order_by().values_list(
        Value(kind, output_field=IntegerField()), "slug", number, title or empty, language or empty
    )


def waiting() -> QuerySet[LessonGift]:
    """Return the lessons that were assigned, not withdrawn, and not read since."""
    same = {"plan": OuterRef("plan"), "slug": OuterRef("slug")}
    later = LessonGift.objects.filter(**same, revision__gt=OuterRef("revision"))
    read = LessonReading.objects.filter(**same, at__gte=OuterRef("at"))
    return LessonGift.objects.filter(~Exists(later), ~Exists(read), withdrawn=False)


_ROWS = PreparedRows(_rows)
