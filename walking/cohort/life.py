"""One invented patient's history, week by week as the rules decide it, as rows ready to be written."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from functools import cache, lru_cache
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from accounts.models import Clinic, Consent, Role, User
from walking.care.enrolment.enrol import CONSENT_DOCUMENT, CONSENT_VERSION
from walking.care.plan.contacts import planned_contacts
from walking.care.weeks.decisions import REVIEW_COLUMNS, review_row
from walking.care.weeks.due_times import question_due
from walking.models import CheckIn, Contact, Plan, PlanEvent, Week
from walking.programme import weeks
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn as Answers
from walking.programme.facts import Difficulty, WeekFacts
from walking.programme.red_flags import RedFlag
from walking.programme.review import Decision, Outcome, ReviewState, review
from walking.programme.settings import PACES, Programme

type Row = tuple[Any, ...]

ZONES: Final = (
    "Australia/Sydney",
    "Australia/Perth",
    "Pacific/Auckland",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
)
_FIRST_NAMES: Final = (
    *("Ada", "Anna", "Bela", "Carol", "Dev", "Edith", "Femi", "Grace", "Hanna", "Ivan"),
    *("Joan", "Kofi", "Lena", "Maria", "Noel", "Olga", "Priya", "Rosa", "Stan", "Wei"),
)
_LAST_NAMES: Final = (
    *("Abbott", "Brown", "Chen", "Dale", "Evans", "Fox", "Gupta", "Hill", "Ito", "Jones"),
    *("Kaya", "Lopez", "Moore", "Novak", "Okoye", "Park", "Reid", "Silva", "Tran", "Young"),
)
_NINE: Final = dt.time(9)
_SIX: Final = dt.time(18)
_SEVEN: Final = dt.time(19)
_CHECK_IN_TIMES: Final = (dt.time(8), dt.time(12), dt.time(17), dt.time(17), dt.time(19))
#: Passwords that no one can use: invented patients sign in by code, if at all.
_NO_PASSWORD: Final = "!nobody-signs-in-with-a-password-of-a-cohort"  # noqa: S105

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "user": (
        *("id", "password", "last_login", "is_superuser", "email", "name", "role", "clinic_id"),
        *("timezone", "language", "is_active", "is_staff", "date_joined"),
    ),
    "address": ("user_id", "email", "verified", "primary"),
    "consent": ("user_id", "document", "version", "action", "at"),
    "plan": (
        *("id", "patient_id", "clinic_id", "physiotherapist_id", "status", "paused_for", "start"),
        *("check_in_time", "week_number", "empty_row", "low_row", "settling", "good_weeks"),
        *("unchecked_raises", "next_review_at", "next_check_in_at", "next_question_at"),
        *("next_question_month", "version", "created_at", "baseline_minutes", "baseline_days"),
        *("goal_minutes", "goal_days", "weekly_increase", "weeks_per_rung", "length_weeks"),
        "allow_faster",
    ),
    "week": (
        *("plan_id", "number", "starts", "ends", "minutes", "days", "eased_from"),
        *("first_minutes", "first_days", "origin"),
    ),
    "walk": (
        *("plan_id", "day", "minutes", "pain", "effort", "client_id", "entered_by_id"),
        *("entered_at", "changed_at", "removed_at"),
    ),
    "check_in": (
        *("plan_id", "week_number", "revision", "at", "by_id", "via", "pain", "difficulty"),
        *("confidence", "flare_up", "away", "red_flags", "signs_answered", "words"),
    ),
    "review": REVIEW_COLUMNS,
    "event": (
        *("plan_id", "kind", "at", "by_id", "week_number", "minutes", "days", "note", "detail"),
    ),
    "contact": ("plan_id", "number", "kind", "due", "state", "remind_at"),
}


@dataclass(frozen=True, slots=True)
class _Habit:
    """``walks``: the share of the prescribed days walked; ``pain``: the lowest and highest of a week."""

    name: str
    weight: int
    walks: float
    pain: tuple[int, int]
    answers: bool = True
    difficulty: Difficulty = Difficulty.ABOUT_RIGHT
    confidence: tuple[int, int] = (6, 9)
    flare_up: bool = False
    away: bool = False
    red_flags: tuple[RedFlag, ...] = ()


_HABITS: Final = (
    _Habit("steady", 520, 1.0, (0, 2)),
    _Habit("silent", 120, 1.0, (0, 2), answers=False),
    _Habit("keen", 80, 1.2, (0, 1), difficulty=Difficulty.TOO_EASY),
    _Habit("partly", 90, 0.67, (0, 3), confidence=(4, 7)),
    _Habit("low", 40, 0.34, (1, 3), difficulty=Difficulty.TOO_HARD, confidence=(3, 6)),
    _Habit("empty", 40, 0, (0, 0), answers=False),
    _Habit("sore", 50, 1.0, (3, 5)),
    _Habit("hurting", 25, 0.67, (4, 7), difficulty=Difficulty.TOO_HARD, confidence=(2, 5)),
    _Habit("flared", 12, 0.34, (3, 5), difficulty=Difficulty.TOO_HARD, flare_up=True),
    _Habit("away", 22, 0.34, (0, 2), away=True),
    _Habit("alarmed", 1, 0.67, (2, 3), red_flags=(RedFlag.NIGHT_PAIN,)),
)
_WEIGHTS: Final = [habit.weight for habit in _HABITS]
#: The share of weeks in which a patient keeps the habit.
_AS_USUAL: Final = 0.8


@cache
def _programmes(length: int) -> tuple[Programme, ...]:
    baselines = (Dose(10, 3), Dose(10, 3), Dose(15, 4), Dose(5, 3), Dose(20, 5))
    return tuple(
        Programme.at_pace(pace, baseline=baseline, length_weeks=length)
        for pace in PACES
        for baseline in baselines
    )


@cache
def _patient_in(zone: str) -> User:
    """Return a user in the time zone, for code that needs a person to compute local time."""
    return User(timezone=zone)


@lru_cache(maxsize=100_000)
def _moment(day: dt.date, at: dt.time, zone: str) -> dt.datetime:
    return weeks.at_local(day, at, ZoneInfo(zone))


@lru_cache(maxsize=10_000)
def _contacts(start: dt.date, zone: str, at: dt.datetime) -> tuple[Contact, ...]:
    return tuple(planned_contacts(Plan(patient=_patient_in(zone), start=start), at))


@lru_cache(maxsize=10_000)
def _question(start: dt.date, zone: str, at: dt.datetime) -> tuple[dt.datetime | None, int]:
    """Return when the next monthly question is due after ``at``, and for which month."""
    # For a clinic with default settings: the usual follow-up length.
    plan = Plan(patient=_patient_in(zone), clinic=Clinic(), start=start)
    month = 1
    while (due := question_due(plan, month)) is not None and due <= at:
        month += 1
    return due, month


@dataclass(slots=True)
class Life:
    """The data of one patient, up to ``at``: ``rows`` by the names of ``COLUMNS``."""

    user_id: int
    plan_id: int
    clinic_id: int
    physiotherapist_id: int
    history: int
    at: dt.datetime
    random: Random
    rows: dict[str, list[Row]]
    zone: str = field(init=False)
    programme: Programme = field(init=False)
    start: dt.date = field(init=False)
    accepted: dt.datetime = field(init=False)
    usual: _Habit = field(init=False)
    number: int = field(init=False)
    state: ReviewState = field(init=False)
    status: Plan.Status = field(init=False)

    def live(self) -> None:
        random = self.random
        self.zone = ZONES[int(random.random() * len(ZONES))]
        length = 26 if self.history < 26 else 52
        programmes = _programmes(length)
        self.programme = programmes[int(random.random() * len(programmes))]
        self.start = self._first_day()
        self.accepted = _moment(self.start - dt.timedelta(days=1), _NINE, self.zone)
        self.usual = random.choices(_HABITS, _WEIGHTS)[0]
        self._person()
        self._weeks()
        self._plan()
        for contact in _contacts(self.start, self.zone, self.at):
            state = Contact.State.PLANNED
            if contact.remind_at is None:
                state = Contact.State.MISSED if random.random() < 0.1 else Contact.State.DONE
            self._add(
                "contact",
                *(self.plan_id, contact.number, contact.kind, contact.due, state.value),
                contact.remind_at,
            )

    def _first_day(self) -> dt.date:
        """Return a first day such that ``history`` weeks have been reviewed by now and the next one is running."""
        today = weeks.local_day(self.at, ZoneInfo(self.zone))
        start = today - dt.timedelta(days=7 * self.history + int(self.random.random() * 7))
        if self.history:
            last = start + dt.timedelta(weeks=self.history - 1)
            if _moment(last + dt.timedelta(days=7), weeks.REVIEW_HOUR, self.zone) > self.at:
                return start - dt.timedelta(days=1)
        return start

    def _person(self) -> None:
        random = self.random
        first = _FIRST_NAMES[int(random.random() * len(_FIRST_NAMES))]
        name = f"{first} {_LAST_NAMES[int(random.random() * len(_LAST_NAMES))]}"
        email = f"patient{self.user_id}@cohort.example"
        self._add(
            "user",
            *(self.user_id, _NO_PASSWORD, None, False, email, name, Role.PATIENT.value),
            *(self.clinic_id, self.zone, "en", True, False, self.accepted),
        )
        self._add("address", self.user_id, email, True, True)
        self._add(
            "consent",
            *(self.user_id, CONSENT_DOCUMENT, CONSENT_VERSION, Consent.Action.GIVEN.value),
            self.accepted,
        )

    def _weeks(self) -> None:
        programme, dose, state = self.programme, self.programme.baseline, ReviewState()
        origin = Week.Origin.START.value
        self.state, self.status = state, Plan.Status.ACTIVE
        self._event(PlanEvent.Kind.STARTED, 1, self.accepted, by=self.user_id)
        self.number = 0
        for number in range(1, self.history + 2):
            self.number = number
            starts = weeks.week_start(self.start, number)
            ends = starts + dt.timedelta(days=6)
            self._add(
                "week",
                *(self.plan_id, number, starts, ends, dose.minutes, dose.days, None, None, None),
                origin,
            )
            habit = self.usual
            if self.random.random() > _AS_USUAL:
                habit = self.random.choices(_HABITS, _WEIGHTS)[0]
            running = number > self.history
            minutes, pain = self._walks(habit, dose, starts, running=running)
            if running:
                return
            check_in = self._answers(habit) if habit.answers else None
            facts = WeekFacts(minutes_by_day=minutes, walk_pain=pain, check_in=check_in)
            last = number >= programme.length_weeks
            outcome = review(programme, state, dose, facts, last_week=last)
            moment = _moment(ends + dt.timedelta(days=1), weeks.REVIEW_HOUR, self.zone)
            if check_in is not None:
                answered = self._check_in(number, check_in, ends)
                moment = answered if outcome.decision is Decision.STOP else moment
            self._add(
                "review",
                *review_row(
                    self.plan_id,
                    number,
                    dose,
                    state,
                    facts,
                    outcome,
                    language="en",
                    at=moment,
                    check_in=1 if check_in is not None else None,
                ),
            )
            self.state = state = outcome.state
            if outcome.next is None:
                self._end(outcome, number, moment)
                return
            dose, origin = outcome.next, Week.Origin.REVIEW.value

    def _walks(
        self, habit: _Habit, dose: Dose, starts: dt.date, *, running: bool
    ) -> tuple[dict[int, int], int | None]:
        """Write the week's walks (in the running week, up to yesterday) and return what the rules need about them."""
        random = self.random
        count = min(7, round(dose.days * habit.walks))
        first = int(random.random() * 7)
        yesterday = _yesterday(self.at, self.zone) if running else None
        low, high = habit.pain
        minutes: dict[int, int] = {}
        worst: int | None = None
        # Spread evenly over the week, from any day on.
        for step in range(count):
            number = (first + step * 7 // count) % 7 + 1
            day = starts + dt.timedelta(days=number - 1)
            if yesterday is not None and day > yesterday:
                continue
            walked = max(1, round(dose.minutes * (0.9 + 0.35 * random.random())))
            pain = low + int(random.random() * (high - low + 1)) if random.random() < 0.8 else None
            minutes[number] = walked
            if pain is not None:
                worst = pain if worst is None else max(worst, pain)
            self._add(
                "walk",
                *(self.plan_id, day, walked, pain, "hard" if (pain or 0) >= 4 else "moderate"),
                *(uuid.UUID(int=random.getrandbits(128), version=4), self.user_id),
                *(_moment(day, _SIX, self.zone), None, None),
            )
        return minutes, worst

    def _answers(self, habit: _Habit) -> Answers:
        random = self.random
        return Answers(
            pain=random.randint(*habit.pain),
            difficulty=habit.difficulty,
            confidence=random.randint(*habit.confidence),
            flare_up=habit.flare_up,
            away=habit.away,
            red_flags=habit.red_flags,
        )

    def _check_in(self, number: int, answers: Answers, day: dt.date) -> dt.datetime:
        """Write the answers, given in the evening of ``day``."""
        at = _moment(day, _SEVEN, self.zone)
        by_mail = self.random.random() < 0.6
        via = CheckIn.Via.MAIL if by_mail else CheckIn.Via.APP
        self._add(
            "check_in",
            *(self.plan_id, number, 1, at, None if by_mail else self.user_id, via.value),
            *(answers.pain, answers.difficulty or "", answers.confidence, answers.flare_up),
            *(answers.away, [flag.value for flag in answers.red_flags or ()]),
            *(answers.red_flags is not None, ""),
        )
        return at

    def _end(self, outcome: Outcome, number: int, moment: dt.datetime) -> None:
        if outcome.decision is Decision.STOP:
            self.status = Plan.Status.PAUSED
            self._event(PlanEvent.Kind.PAUSED, number, moment, detail={"reason": "red_flag"})
        else:
            self.status = Plan.Status.COMPLETED
            self._event(PlanEvent.Kind.COMPLETED, number, moment)

    def _plan(self) -> None:
        check_in_time = _CHECK_IN_TIMES[int(self.random.random() * len(_CHECK_IN_TIMES))]
        review_at = check_in_at = None
        if self.status is Plan.Status.ACTIVE:
            starts = weeks.week_start(self.start, self.number)
            review_at = _moment(starts + dt.timedelta(days=7), weeks.REVIEW_HOUR, self.zone)
            check_in_at = _moment(starts + dt.timedelta(days=6), check_in_time, self.zone)
        question_at, month = _question(self.start, self.zone, self.at)
        state, programme = self.state, self.programme
        self._add(
            "plan",
            *(self.plan_id, self.user_id, self.clinic_id, self.physiotherapist_id),
            *(self.status.value, "red_flag" if self.status is Plan.Status.PAUSED else ""),
            *(self.start, check_in_time, self.number, state.empty_row, state.low_row),
            *(state.settling, state.good_weeks, state.unchecked_raises),
            *(review_at, check_in_at, question_at, month, 1, self.accepted),
            *(programme.baseline.minutes, programme.baseline.days),
            *(programme.goal.minutes, programme.goal.days, programme.weekly_increase),
            *(programme.weeks_per_rung, programme.length_weeks, programme.allow_faster),
        )

    def _event(
        self,
        kind: PlanEvent.Kind,
        number: int,
        at: dt.datetime,
        by: int | None = None,
        detail: dict[str, str] | None = None,
    ) -> None:
        self._add("event", self.plan_id, kind.value, at, by, number, None, None, "", detail or {})

    def _add(self, table: str, *values: Any) -> None:
        self.rows[table].append(values)


@lru_cache(maxsize=100)
def _yesterday(at: dt.datetime, zone: str) -> dt.date:
    return weeks.local_day(at, ZoneInfo(zone)) - dt.timedelta(days=1)
