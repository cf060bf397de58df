"""What Today shows, in a few queries whatever the length of the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import JSONArray
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from walking.care.weeks.check_in import open_week
from walking.models import (
    Absence,
    Adjustment,
    CheckIn,
    CompanionProgramme,
    Contact,
    ContactNote,
    FollowUp,
    Habit,
    Plan,
    PlanChange,
    PlanEvent,
    Recurrence,
    Review,
    Walk,
    Week,
)
from walking.patient.today.top_message import foremost
from walking.patient.today.upcoming_walks import planned_days
from walking.prepared import Parameter, Prepared
from walking.programme import weeks
from walking.programme.review import Decision
from walking.questions.days import full_day

#: How long a message about a change stays on the page.
WORDS_STAY: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week's strip. ``state``: ``done``, ``away``, ``today`` (no walk yet), ``past`` (without a walk),
    ``planned`` (chosen for walking) or ``ahead``."""

    date: dt.date
    short: str
    minutes: int
    state: str
    is_today: bool
    words: str


@dataclass(slots=True)
class ThisWeek:
    """The running week, or the last one of a plan that is paused or completed. ``week`` is None before the first."""

    plan: Plan
    today: dt.date
    week: Week | None = None
    days: list[Day] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)
    check_in: Week | None = None
    check_in_answered: bool = False
    why: str = ""
    message: str = ""
    message_by: str = ""
    #: Messages from physiotherapists about recent changes: who, and the words.
    words: list[tuple[str, str]] = field(default_factory=list)
    contact: Contact | None = None
    #: What was agreed at the latest contact.
    agreed: str = ""
    away_until: dt.date | None = None
    #: The open flare-up: its number, and the day it began if known.
    episode: int | None = None
    episode_since: dt.date | None = None
    #: Whether the monthly questions, or those of the start, are open.
    asks_questions: bool = False
    #: Whether the plan has a running companion programme.
    has_companion: bool = False

    @property
    def foremost(self) -> str:
        return foremost(
            flare_up=self.episode is not None,
            check_in=self.asks_for_check_in,
            away=self.away_until is not None and self.plan.status == Plan.Status.ACTIVE,
        )

    @property
    def asks_for_check_in(self) -> bool:
        return (
            self.check_in is not None
            and not self.check_in_answered
            and self.plan.status != Plan.Status.PAUSED
        )

    @property
    def may_have_reached(self) -> bool:
        """Whether a milestone may have been reached today, by a walk or by the review of the week before. Not checked
        while something more urgent is on the page."""
        if self.week is None or self.foremost:
            return False
        return self.today == self.week.starts or any(walk.day == self.today for walk in self.walks)

    @property
    def before_number(self) -> int:
        """The week whose review set this week's dose."""
        return self.week.number - 1 if self.week else 0

    @property
    def is_resumed(self) -> bool:
        """Whether a physiotherapist set this week's dose when resuming the plan."""
        return (
            self.week is not None
            and self.week.origin == Week.Origin.PHYSIOTHERAPIST
            and not self.why
        )

    @property
    def done(self) -> int:
        """Days with a walk."""
        return sum(1 for day in self.days if day.minutes)

    @property
    def left(self) -> int:
        return max(0, self.week.days - self.done) if self.week else 0

    @property
    def minutes(self) -> int:
        return sum(day.minutes for day in self.days)

    @property
    def is_ahead(self) -> bool:
        """Whether the plan has not begun yet."""
        return self.week is not None and self.today < self.plan.start

    @property
    def log_day(self) -> dt.date | None:
        """The day that the main button records for: today, or between midnight and the week's review, its last day."""
        if self.plan.status == Plan.Status.COMPLETED:
            return self.today
        if self.plan.status != Plan.Status.ACTIVE or self.week is None or self.is_ahead:
            return None
        return min(self.today, self.week.ends)

    @property
    def has_walked_today(self) -> bool:
        return any(walk.day == self.log_day for walk in self.walks)


def read(plan: Plan, at: dt.datetime) -> ThisWeek:
    """Return everything that the page shows about ``plan`` at ``at``. Two queries, or five while last week's check-in
    is open."""
    today = weeks.local_day(at, plan.patient.zone)
    found = ThisWeek(plan, today)
    recent = _recent_weeks(plan, today)
    if not recent:
        found.contact = _next_contacts(plan, today).first()
        return found
    found.contact = _contact_of(recent[0])
    week = found.week = recent[-1]
    found.agreed = week.agreed or ""  # type: ignore[attr-defined]
    found.away_until = week.away_until  # type: ignore[attr-defined]
    found.episode, since = week.open_episode or (None, None)  # type: ignore[attr-defined]
    found.asks_questions = week.asked  # type: ignore[attr-defined]
    found.has_companion = week.has_companion  # type: ignore[attr-defined]
    found.episode_since = dt.date.fromisoformat(since) if since else None
    _add_words(found, week)
    before = recent[0] if len(recent) > 1 else None
    _add_walks(found, week, today)
    found.days = _days(week, found.walks, today, _away_days(week), _chosen_days(week))
    if before is not None:
        found.why = before.told or ""  # type: ignore[attr-defined]
        if week.origin == Week.Origin.PHYSIOTHERAPIST:
            found.message, found.message_by = before.adjusted or ("", "")  # type: ignore[attr-defined]
    if plan.status == Plan.Status.COMPLETED:
        found.why = week.told or ""  # type: ignore[attr-defined]
    _add_check_in(found, week, before, at)
    return found


def _next_contacts(plan: Plan, today: dt.date) -> QuerySet[Contact]:
    return Contact.objects.filter(plan=plan, state=Contact.State.PLANNED, due__gte=today).order_by(
        "due"
    )


def _contact_of(week: Week) -> Contact | None:
    found: tuple[str, str] | None = week.contact  # type: ignore[attr-defined]
    return Contact(due=dt.date.fromisoformat(found[0]), kind=found[1]) if found else None


def _recent_weeks(plan: Plan, today: dt.date) -> Sequence[Week]:
    """Return the running week and the one before, each with its review's words, and the next contact."""
    return _RECENT_WEEKS.fetch(
        plan=plan.pk,
        number=plan.week_number - 1,
        today=today,
        # A day is precise enough: a message stays for a week.
        lately=today - WORDS_STAY,
    )


#: What is still true once the week is over. Not the words that stop a plan: by then it has been resumed.
_SAID = Case(
    When(decision=Decision.STOP, then=Value("")), default="sentence", output_field=TextField()
)


def _weeks_with_their_words() -> QuerySet[Week]:
    plan = Parameter("plan", BigIntegerField())
    today, lately = Parameter("today", DateField()), Parameter("lately", DateField())
    contacts = Contact.objects.filter(plan=plan, state=Contact.State.PLANNED, due__gte=today)
    contacts = contacts.order_by("due")
    of_week = {"plan": OuterRef("plan"), "week_number": OuterRef("number")}
    away = Absence.objects.standing().filter(plan=plan, first__lte=today, last__gte=today)
    reviews = Review.objects.filter(**of_week).order_by("-revision")
    episode = Recurrence.objects.open_episodes().filter(plan=plan).order_by("-episode")
    adjustments = Adjustment.objects.filter(**of_week).order_by("-revision")
    said = {"plan": plan, "at__date__gte": lately}
    changes = PlanChange.objects.filter(**said, withdrawn=False).exclude(message="")
    changes = changes.order_by("-revision")
    events = PlanEvent.objects.filter(**said, detail__has_key="message").order_by("-at")
    return (
        Week.objects.filter(plan=plan, number__gte=Parameter("number", IntegerField()))
        .annotate(
            told=Subquery(reviews.values(said=_SAID)[:1]),
            is_answered=Exists(CheckIn.objects.filter(**of_week)),
            agreed=Subquery(
                ContactNote.objects.filter(contact__plan=plan, contact__state=Contact.State.DONE)
                .order_by("-contact__number", "-revision")
                .values("agreed")[:1]
            ),
            contact=_first(contacts, "due", "kind"),
            has_absence=Exists(
                Absence.objects.standing().filter(
                    plan=plan, first__lte=OuterRef("ends"), last__gte=OuterRef("starts")
                )
            ),
            chosen_bits=Subquery(Habit.objects.filter(plan=plan).values("weekday_bits")[:1]),
            away_until=Subquery(away.values("last")[:1]),
            asked=Exists(FollowUp.objects.filter(plan=plan, answered=False, open_until__gte=today)),
            has_companion=Exists(CompanionProgramme.objects.running().filter(plan=plan)),
            open_episode=_first(episode, "episode", "started"),
            adjusted=_first(adjustments, "message", "by__name"),
            changed=_first(changes, "message", "by__name"),
            happened=_first(events, "detail__message", "by__name"),
        )
        .order_by("number")
    )


def _first(records: QuerySet[Any], *fields: str) -> Subquery:
    """Return the fields of the first of ``records`` as a list, in one subquery, because planning each costs the
    database time."""
    return Subquery(records.values(first=JSONArray(*fields))[:1])


_RECENT_WEEKS = Prepared(_weeks_with_their_words)


def _add_words(found: ThisWeek, week: Any) -> None:
    for said in (week.changed, week.happened):
        if said:
            message, name = said
            found.words.append((name, message))


def _add_walks(found: ThisWeek, week: Week, today: dt.date) -> None:
    days = [*_dates(week), today]
    # A week that ended early has fewer days.
    days += [today] * (len(_DAYS) - len(days))
    found.walks = _WALKS.fetch(plan=found.plan.pk, **dict(zip(_DAYS, days, strict=True)))


def _walks_of_the_week_and_today() -> QuerySet[Walk]:
    # By day, and without removed walks, so that the index finds them whatever the length of the history.
    days: list[Any] = [Parameter(name, DateField()) for name in _DAYS]
    own = Walk.objects.kept().filter(plan=Parameter("plan", BigIntegerField()), day__in=days)
    return own.order_by("day", "pk")


#: The seven days of a week, and today.
_DAYS: Final = tuple(f"day_{number}" for number in range(1, 9))
_WALKS = Prepared(_walks_of_the_week_and_today)


def _add_check_in(found: ThisWeek, week: Week, before: Week | None, at: dt.datetime) -> None:
    """``open_week`` decides. It is called only if the answer does not follow from what is loaded already."""
    if found.plan.status == Plan.Status.ACTIVE and found.today >= week.ends:
        found.check_in = week
        found.check_in_answered = week.is_answered  # type: ignore[attr-defined]
        return
    late = week if found.plan.status == Plan.Status.COMPLETED else before
    if late is not None and not late.is_answered:  # type: ignore[attr-defined]
        found.check_in = open_week(found.plan, at)


def _away_days(week: Week) -> set[dt.date]:
    if not week.has_absence:  # type: ignore[attr-defined]
        return set()
    absences = Absence.objects.standing().filter(
        plan=week.plan_id, first__lte=week.ends, last__gte=week.starts
    )
    return {day for absence in absences for day in _dates(week) if absence.covers(day)}


def _chosen_days(week: Week) -> set[dt.date] | None:
    """Return the days that the patient chose for walking, or None."""
    bits = week.chosen_bits or 0  # type: ignore[attr-defined]
    return set(planned_days(week, Habit(weekday_bits=bits))) if bits else None


def _dates(week: Week) -> list[dt.date]:
    count = (week.ends - week.starts).days + 1
    return [week.starts + dt.timedelta(days=offset) for offset in range(count)]


def _days(
    week: Week,
    walks: Sequence[Walk],
    today: dt.date,
    away: set[dt.date],
    chosen: set[dt.date] | None,
) -> list[Day]:
    minutes: dict[dt.date, int] = {}
    for walk in walks:
        minutes[walk.day] = minutes.get(walk.day, 0) + walk.minutes
    return [
        _day(
            each,
            minutes.get(each, 0),
            today,
            is_away=each in away,
            is_chosen=None if chosen is None else each in chosen,
        )
        for each in _dates(week)
    ]


def _day(
    date: dt.date, minutes: int, today: dt.date, *, is_away: bool, is_chosen: bool | None
) -> Day:
    name = full_day(date, today)
    if minutes:
        state = "done"
        words = ngettext("walked %(count)s minute", "walked %(count)s minutes", minutes) % {
            "count": minutes
        }
    elif is_away:
        state, words = "away", _("away")
    elif date == today:
        state, words = "today", _("no walk yet")
    elif date < today:
        state, words = "past", _("no walk")
    elif is_chosen:
        state, words = "planned", _("a walk is planned")
    elif is_chosen is None:
        state, words = "planned", _("still to come")
    else:
        state, words = "ahead", _("no walk planned")
    label = _("%(day)s, today") % {"day": name} if date == today else name
    return Day(
        date,
        date_format(date, "SHORT_WEEKDAY_NAME_FORMAT"),
        minutes,
        state,
        date == today,
        f"{label}: {words}",
    )
