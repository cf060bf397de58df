"""Plays stories through the use cases, event by event in the order of time, up to a moment."""

from __future__ import annotations

import datetime as dt
import heapq
import uuid
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from random import Random

from accounts.models import User
from walking.care import adjust, check_in, enrol, flare_up, pausing, preferences, recurrence
from walking.care.diary import log_walk
from walking.demo.clock import Clock
from walking.demo.habits import HABITS, InventedWalk, InventedWeek, invent_week
from walking.demo.story import (
    FlareUp,
    Invited,
    NewZone,
    Pause,
    Person,
    Recurred,
    Resume,
    SetDose,
    Turn,
    WarningSign,
)
from walking.models import Invitation, Plan, Week
from walking.models.check_in import CheckIn
from walking.programme import weeks

MORNING = dt.time(6)
NOON = dt.time(12)
DESK_OPENS = dt.time(10)
#: The invitation precedes its acceptance by so many days.
INVITED_BEFORE = 2
#: Mail that fell due in the last while is left to the outbox, so that a demo's first mail comes by itself.
MAIL_LEFT = dt.timedelta(minutes=30)


def play(
    people: Sequence[Person],
    invited: Sequence[Invited],
    *,
    physiotherapists: Sequence[User],
    password: str,
    now: dt.datetime,
    seed: int,
    mail_folder: Path,
) -> None:
    """Let ``people`` live until ``now`` in the care of ``physiotherapists``, who invited ``invited`` as well.

    ``password`` is encoded already. The same ``seed`` and ``now`` give the same history.
    """
    events = _Events()
    for person in people:
        _Life(person, physiotherapists[person.physiotherapist], events, password, now, seed).plan()
    for one in invited:
        _plan_invitation(one, physiotherapists[one.physiotherapist], events, now)
    if first := events.first():
        clock = Clock(first, mail_folder=mail_folder, mail_until=now - MAIL_LEFT)
        events.run(clock, until=now)


type Act = Callable[[dt.datetime], None]


class _Events:
    """What is still to happen, earliest first; those of one moment in the order they were added."""

    def __init__(self) -> None:
        self._heap: list[tuple[dt.datetime, int, Act]] = []
        self._numbers = count()

    def add(self, at: dt.datetime, act: Act) -> None:
        heapq.heappush(self._heap, (at, next(self._numbers), act))

    def first(self) -> dt.datetime | None:
        return self._heap[0][0] if self._heap else None

    def run(self, clock: Clock, *, until: dt.datetime) -> None:
        while self._heap and self._heap[0][0] <= until:
            at, _, act = heapq.heappop(self._heap)
            clock.move_to(at)
            act(at)
            clock.look_again()
        clock.move_to(until)


class _Life:
    """One person's story."""

    def __init__(
        self,
        person: Person,
        physiotherapist: User,
        events: _Events,
        password: str,
        now: dt.datetime,
        seed: int,
    ) -> None:
        self.person = person
        self.physiotherapist = physiotherapist
        self.events = events
        self.password = password
        self.now = now
        self.random = Random(f"{seed}:{person.email}")  # noqa: S311 - a story, no secret
        self._plan: Plan | None = None
        self._invented: dict[dt.date, InventedWeek] = {}
        self._turns = list(person.turns)

    @property
    def plan_now(self) -> Plan:
        """The plan as the use cases left it."""
        assert self._plan is not None  # noqa: S101 - days begin with the acceptance
        self._plan = Plan.objects.select_related("patient").get(pk=self._plan.pk)
        return self._plan

    # Beginnings ----------------------------------------------------------------------------------

    def plan(self) -> None:
        """Enter the beginning into the events; each day brings up the next."""
        zone = User(timezone=self.person.timezone).zone
        start = weeks.local_day(self.now, zone) - dt.timedelta(days=self.person.began)
        accepted = start - dt.timedelta(days=self.person.lead)
        desk = self.physiotherapist.zone
        invited = weeks.at_local(accepted - dt.timedelta(days=INVITED_BEFORE), DESK_OPENS, desk)
        self.events.add(
            invited + dt.timedelta(minutes=self.random.randrange(360)),
            lambda at: self._invite(at, start, accepted),
        )

    def _invite(self, at: dt.datetime, start: dt.date, accepted: dt.date) -> None:
        invitation = enrol.invite(
            by=self.physiotherapist,
            email=self.person.email,
            name=self.person.name,
            programme=self.person.programme,
            at=at,
        )

        def accept(at: dt.datetime) -> None:
            self._plan = enrol.accept(
                invitation,
                name=self.person.name,
                password=None,
                timezone=self.person.timezone,
                start=start,
                red_flags=self.person.signs_at_start,
                consent_version=enrol.CONSENT_VERSION,
                at=at,
            )
            # One hash for all accounts: making each its own would take longer than the history.
            User.objects.filter(pk=self._plan.patient_id).update(
                password=self.password, date_joined=at
            )
            self._add_day(accepted + dt.timedelta(days=1))

        zone = User(timezone=self.person.timezone).zone
        evening = dt.time(18, self.random.randrange(60))
        self.events.add(weeks.at_local(accepted, evening, zone), accept)

    # Days ----------------------------------------------------------------------------------------

    def _add_day(self, day: dt.date) -> None:
        patient = self._plan.patient if self._plan else User(timezone=self.person.timezone)
        self.events.add(
            weeks.at_local(day, MORNING, patient.zone), lambda at: self._begin_day(day, at)
        )

    def _begin_day(self, day: dt.date, at: dt.datetime) -> None:
        plan = self.plan_now
        self._answer_months(plan, day)
        self._take_turns(plan, day)
        week = plan.weeks.filter(starts__lte=day, ends__gte=day).first()
        if week is not None and plan.status == Plan.Status.ACTIVE:
            self._live(plan, week, day)
        self._add_day(day + dt.timedelta(days=1))

    def _live(self, plan: Plan, week: Week, day: dt.date) -> None:
        invented = self._invented.get(week.starts)
        if invented is None:
            habit = HABITS[self.person.habit(week.number)]
            invented = invent_week(habit, week.dose, week.number, self.random)
            self._invented[week.starts] = invented
        number = (day - week.starts).days + 1
        for walk in invented.walks:
            if walk.day == number:
                self._at(plan, day, self._hour(7, 17), self._walking(week, walk))
        if day == week.ends and invented.check_in is not None:
            answered = day + dt.timedelta(days=1) if invented.late else day
            hour = self._hour(7, 9) if invented.late else self._hour(17, 21)
            self._at(plan, answered, hour, self._answering(week, invented))

    def _walking(self, week: Week, walk: InventedWalk) -> Act:
        client_id = uuid.UUID(int=self.random.getrandbits(128), version=4)

        def act(at: dt.datetime) -> None:
            plan = self.plan_now
            if plan.status != Plan.Status.ACTIVE or plan.week_number != week.number:
                return  # paused meanwhile
            log_walk(
                plan,
                day=week.starts + dt.timedelta(days=walk.day - 1),
                minutes=walk.minutes,
                pain=walk.pain,
                effort=walk.effort,
                client_id=client_id,
                by=plan.patient,
                at=at,
            )

        return act

    def _answering(self, week: Week, invented: InventedWeek) -> Act:
        via = CheckIn.Via.MAIL if self.random.random() < 0.6 else CheckIn.Via.APP

        def act(at: dt.datetime) -> None:
            plan = self.plan_now
            if plan.status == Plan.Status.PAUSED or invented.check_in is None:
                return
            check_in.check_in(
                plan,
                week_number=week.number,
                answers=invented.check_in,
                words=invented.words,
                via=via,
                by=plan.patient if via == CheckIn.Via.APP else None,
                at=at,
            )

        return act

    def _answer_months(self, plan: Plan, day: dt.date) -> None:
        """The answer comes a day after the question's mail."""
        for month in range(1, plan.next_question_month):
            if weeks.month_day(plan.start, month) == day - dt.timedelta(days=1):
                recurred = self.person.recurred.get(month)
                if recurred or self.person.answers_months:
                    self._at(plan, day, self._hour(8, 20), self._answering_month(month, recurred))

    def _answering_month(self, month: int, recurred: Recurred | None) -> Act:
        def act(at: dt.datetime) -> None:
            plan = self.plan_now
            today = weeks.local_day(at, plan.patient.zone)
            started = today - dt.timedelta(days=recurred.before) if recurred else None
            recurrence.answer_month(
                plan,
                month,
                happened=recurred is not None,
                started=started,
                ended=started + dt.timedelta(days=recurred.days) if recurred and started else None,
                limited_activity=recurred is not None,
                sought_care=recurred.sought_care if recurred else None,
                by=plan.patient,
                at=at,
            )

        return act

    # Turns ---------------------------------------------------------------------------------------

    def _take_turns(self, plan: Plan, day: dt.date) -> None:
        today = weeks.local_day(self.now, plan.patient.zone)
        for turn in [turn for turn in self._turns if (today - day).days <= turn.days_ago]:
            self._turns.remove(turn)
            self._at(plan, day, NOON, lambda at, turn=turn: self._turn(turn, at))  # type: ignore[misc]

    def _turn(self, turn: Turn, at: dt.datetime) -> None:
        plan, physiotherapist = self.plan_now, self.physiotherapist
        match turn:
            case FlareUp():
                flare_up.report_flare_up(plan, by=plan.patient, at=at)
            case WarningSign(sign=sign):
                check_in.report_red_flags(plan, red_flags=[sign], by=plan.patient, at=at)
            case NewZone(timezone=timezone):
                preferences.change_time_zone(
                    plan.patient, timezone=timezone, by=plan.patient, at=at
                )
            case Pause(note=note):
                pausing.pause(plan, note=note, by=physiotherapist, at=at, version=plan.version)
            case Resume(dose=dose, note=note):
                pausing.resume(
                    plan, dose=dose, note=note, by=physiotherapist, at=at, version=plan.version
                )
            case SetDose(dose=dose, reason=reason, message=message):
                adjust.set_next_dose(
                    plan,
                    dose=dose,
                    reason=reason,
                    message=message,
                    by=physiotherapist,
                    at=at,
                    version=plan.version,
                )
            case _:
                raise TypeError(f"nobody knows how to play {turn!r}")

    # Hours ---------------------------------------------------------------------------------------

    def _at(self, plan: Plan, day: dt.date, hour: dt.time, act: Act) -> None:
        self.events.add(weeks.at_local(day, hour, plan.patient.zone), act)

    def _hour(self, first: int, last: int) -> dt.time:
        """Some minute between two full hours of the day."""
        minutes = self.random.randrange(first * 60, last * 60)
        return dt.time(minutes // 60, minutes % 60)


def _plan_invitation(
    one: Invited, physiotherapist: User, events: _Events, now: dt.datetime
) -> None:
    at = now - dt.timedelta(minutes=one.minutes_ago)

    def invite(at: dt.datetime) -> None:
        invitation = enrol.invite(
            by=physiotherapist,
            email=one.email,
            name=one.name,
            programme=one.programme,
            message=one.message,
            at=at,
        )
        if one.revoked:
            events.add(
                at + dt.timedelta(days=1),
                lambda at: _revoke(invitation, physiotherapist, at),
            )

    events.add(at, invite)


def _revoke(invitation: Invitation, by: User, at: dt.datetime) -> None:
    enrol.revoke_invitation(invitation, by=by, at=at)
