"""Play stories through the use cases, event by event in order of time, up to a moment."""

from __future__ import annotations

import datetime as dt
import heapq
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from accounts.models import User
from walking.care.diary import file_import
from walking.care.diary.walks import log_walk
from walking.care.enrolment import enrol, in_person
from walking.care.enrolment.research_consent import choose_research
from walking.care.pain import episodes, flare_up, outcomes
from walking.care.plan import adjust, pause, preferences
from walking.care.plan.contacts import note_contact
from walking.care.tick import catch_up_all
from walking.care.weeks import check_in
from walking.demo.clock import Clock
from walking.demo.companions import ADDED, LIVED
from walking.demo.habits import HABITS, InventedWalk, InventedWeek, invent_week
from walking.demo.lessons import EVENING, read_offered
from walking.demo.people import SHARE, SHARE_ON_PAPER, SHARE_WORDS, UNSHARE
from walking.demo.questionnaires import invent
from walking.demo.story import (
    FlareUp,
    Invited,
    MailReturned,
    NewZone,
    Pause,
    Person,
    Recurred,
    Resume,
    SetDose,
    State,
    Turn,
    WarningSign,
)
from walking.demo.talks import TALKS
from walking.imports.found import FoundWalk
from walking.mail.bounces import record_bounce
from walking.models import Bounce, Contact, ContactNote, Invitation, Mail, Plan
from walking.models.check_in import CheckIn
from walking.models.diary import Source
from walking.programme import weeks
from walking.programme.outcomes import FEWEST_MONTHS, OCCASIONS
from walking.programme.screening import Screened

MORNING = dt.time(6)
NOON = dt.time(12)
DESK_OPENS = dt.time(10)
DONE, MISSED, MOVED = (
    ContactNote.Outcome.DONE,
    ContactNote.Outcome.MISSED,
    ContactNote.Outcome.MOVED,
)
#: Contacts in the last days have no outcome yet.
CONTACTS_NOTED = dt.timedelta(days=10)
#: Days between the invitation and its acceptance.
INVITED_BEFORE = 2
#: Email that fell due most recently is left in the outbox, so that a demo sends its first email by itself.
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
    """Let ``people`` live until ``now`` in the care of ``physiotherapists``, who have also invited ``invited``.

    ``password`` is already hashed. The same ``seed`` and ``now`` give the same history.
    """
    events = _Events()
    for person in people:
        _Life(person, physiotherapists[person.physiotherapist], events, password, now, seed).begin()
    for one in invited:
        _plan_invitation(one, physiotherapists[one.physiotherapist], events, now)
    if first := events.first():
        catch_up_all(first)  # plans the physiotherapists' first digests
        clock = Clock(first, mail_folder=mail_folder, mail_until=now - MAIL_LEFT)
        events.run(clock, until=now)


type Act = Callable[[dt.datetime], None]


class _Events:
    """Future events, earliest first; those of one moment in the order they were added."""

    def __init__(self) -> None:
        self._heap: list[tuple[dt.datetime, int, Act, bool]] = []
        self._numbers = count()

    def add(self, at: dt.datetime, act: Act, *, moves_clock: bool = True) -> None:
        """Add an event. ``moves_clock``: whether ``act`` may change what falls due."""
        heapq.heappush(self._heap, (at, next(self._numbers), act, moves_clock))

    def first(self) -> dt.datetime | None:
        return self._heap[0][0] if self._heap else None

    def run(self, clock: Clock, *, until: dt.datetime) -> None:
        while self._heap and self._heap[0][0] <= until:
            at, _, act, moves_clock = heapq.heappop(self._heap)
            clock.move_to(at)
            act(at)
            if moves_clock:
                clock.look_again()
        clock.finish(until)


class _Life:
    """One person's story. Each week adds the next; a pause stops this, and resuming starts it again."""

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
        self.random = Random(f"{seed}:{person.email or person.name}")  # noqa: S311 - a story, no secret
        self.zone = User(timezone=person.timezone).zone
        self.start = weeks.local_day(now, self.zone) - dt.timedelta(days=person.began)
        self.pauses = 0
        self._pk = 0

    def plan(self) -> Plan:
        """Return the plan as the use cases left it."""
        return Plan.objects.select_related("patient").get(pk=self._pk)

    # Beginnings ----------------------------------------------------------------------------------

    def begin(self) -> None:
        """Add the beginning to the events."""
        if not self.person.email:
            self._at(self.start, self._hour(9, 11), self._enrol)
            return
        accepted = self.start - dt.timedelta(days=self.person.lead)
        invited = weeks.at_local(
            accepted - dt.timedelta(days=INVITED_BEFORE), DESK_OPENS, self.physiotherapist.zone
        )
        self.events.add(
            invited + dt.timedelta(minutes=self.random.randrange(360)),
            lambda at: self._invite(accepted, at),
        )

    def _invite(self, accepted: dt.date, at: dt.datetime) -> None:
        invitation = enrol.invite(
            by=self.physiotherapist,
            email=self.person.email,
            name=self.person.name,
            programme=self.person.programme,
            screened=Screened.met(self.person.programme.baseline.minutes),
            at=at,
        )
        self._at(accepted, self._hour(18, 19), lambda at: self._accept(invitation, at))

    def _accept(self, invitation: Invitation, at: dt.datetime) -> None:
        plan = enrol.accept(
            invitation,
            name=self.person.name,
            password=None,
            timezone=self.person.timezone,
            start=self.start,
            red_flags=self.person.signs_at_start,
            consent_version=enrol.CONSENT_VERSION,
            research=self.person.email in SHARE,
            research_words=self.person.email in SHARE_WORDS,
            at=at,
        )
        if self.person.email in UNSHARE:
            self._at(self.start, EVENING, self._unshare)
        # One hash for all accounts: hashing each separately would take longer than the history.
        User.objects.filter(pk=plan.patient_id).update(password=self.password, date_joined=at)
        self._go_on(plan)

    def _enrol(self, at: dt.datetime) -> None:
        plan = in_person.enrol_on_paper(
            by=self.physiotherapist,
            name=self.person.name,
            timezone=self.person.timezone,
            language="en",
            programme=self.person.programme,
            screened=Screened.met(self.person.programme.baseline.minutes),
            start=self.start,
            consent_version=enrol.CONSENT_VERSION,
            signed_on=self.start,
            research=self.person.name in SHARE_ON_PAPER,
            at=at,
        )
        User.objects.filter(pk=plan.patient_id).update(date_joined=at)
        self._go_on(plan)

    def _unshare(self, at: dt.datetime) -> None:
        choose_research(self.plan().patient, agrees=False, words=False, at=at)

    def _go_on(self, plan: Plan) -> None:
        """Add what follows the beginning."""
        self._pk = plan.pk
        today = weeks.local_day(self.now, self.zone)
        for turn in self.person.turns:
            day = today - dt.timedelta(days=turn.days_ago)
            self._at(day, NOON, lambda at, turn=turn: self._turn(turn, at))  # type: ignore[misc]
        for month in range(1, FEWEST_MONTHS + 1):
            self._plan_answer(month)
        if self.person.answers_months and self.person.state is not State.NEW:
            for month in OCCASIONS:
                self._plan_questionnaire(month)
        for contact in plan.contacts.filter(due__lt=today - CONTACTS_NOTED):
            self._at(contact.due, NOON, partial(self._contact, contact.pk))
        if plan.status == Plan.Status.ACTIVE:
            self._at(self.start, MORNING, self._begin_week)

    def _contact(self, pk: int, at: dt.datetime) -> None:
        """Hold contacts on their day; every fifth is missed, and every fourth is first moved by some days."""
        contact = Contact.objects.get(pk=pk)
        turn = contact.number + len(self.person.name)
        told = TALKS[turn % len(TALKS)]
        revision = contact.notes.count()
        if revision == 0 and turn % 4 == 0:
            later = contact.due + dt.timedelta(days=3)
            note_contact(
                contact, outcome=MOVED, to_day=later, revision=0, by=self.physiotherapist, at=at
            )
            self._at(later, NOON, partial(self._contact, pk))
        elif turn % 5 == 0:
            note_contact(
                contact, outcome=MISSED, private="Nobody answered; tried twice.", revision=revision,
                by=self.physiotherapist, at=at,
            )  # fmt: skip
        else:
            note_contact(
                contact, outcome=DONE, revision=revision, by=self.physiotherapist, at=at,
                what_matters=told.matters, confidence=told.confidence, barriers=told.barriers,
                agreed=told.agreed,
            )  # fmt: skip

    def _by(self, plan: Plan) -> User:
        """Return who enters what the patient reports."""
        return plan.patient if self.person.email else self.physiotherapist

    @property
    def _why(self) -> str:
        return "" if self.person.email else "told on the telephone"

    # Weeks ---------------------------------------------------------------------------------------

    def _begin_week(self, at: dt.datetime) -> None:
        plan = self.plan()
        week = plan.weeks.filter(number=plan.week_number).first()
        if week is None or plan.status != Plan.Status.ACTIVE:
            return
        invented = invent_week(
            HABITS[self.person.habit(week.number)], week.dose, week.number, self.random
        )
        for walk in invented.walks:
            day = week.starts + dt.timedelta(days=walk.day - 1)
            self._in_week(day, self._hour(7, 17), self._walking(plan, day, walk), at)
        for kind, added in self.person.companions.items():
            lived = LIVED[kind]
            if added == week.number:
                begin = partial(lived.begin, plan, self.physiotherapist)
                self._in_week(week.starts, ADDED, begin, at)
            for number in lived.days if added <= week.number else ():
                day = week.starts + dt.timedelta(days=number - 1)
                self._in_week(day, lived.hour, partial(lived.live, plan), at)
        if invented.check_in is not None and self.person.email and week.number % 3:
            day = week.starts + dt.timedelta(days=1)
            self._in_week(day, EVENING, partial(read_offered, plan), at)
        if invented.check_in is not None:
            day = week.ends + dt.timedelta(days=1) if invented.late else week.ends
            hour = self._hour(7, 9) if invented.late else self._hour(17, 21)
            answer = self._answering(week.number, invented)
            self._in_week(day, hour, answer, at, moves_clock=True)
        self._in_week(week.ends + dt.timedelta(days=1), MORNING, self._begin_week, at)

    def _in_week(
        self,
        day: dt.date,
        hour: dt.time,
        act: Act,
        after: dt.datetime,
        *,
        moves_clock: bool = False,
    ) -> None:
        """Do this later in the week, unless the plan is paused by then."""
        pauses = self.pauses
        moment = weeks.at_local(day, hour, self.zone)
        if moment >= after:
            self.events.add(
                moment,
                lambda at: act(at) if self.pauses == pauses else None,
                moves_clock=moves_clock,
            )

    def _walking(self, plan: Plan, day: dt.date, walk: InventedWalk) -> Act:
        if self.person.watch:
            return lambda at: self._bring(walk, at)
        client_id = uuid.UUID(int=self.random.getrandbits(128), version=4)

        def act(at: dt.datetime) -> None:
            log_walk(
                plan,
                day=day,
                minutes=walk.minutes,
                pain=walk.pain,
                effort=walk.effort,
                client_id=client_id,
                by=self._by(plan),
                why=self._why,
                at=at,
            )

        return act

    def _bring(self, walk: InventedWalk, at: dt.datetime) -> None:
        """Import the watch's file of a walk that ends now, checked and added as on the page."""
        plan, start = self.plan(), at - dt.timedelta(minutes=walk.minutes)
        file_import.keep(plan, [FoundWalk(Source.FIT, walk.minutes, start)], at)
        brought = file_import.look(plan, at)
        assert brought is not None  # noqa: S101 - it was kept just now
        names = [each.name for each in brought.candidates]
        file_import.take(plan, names, by=self._by(plan), at=at)

    def _answering(self, week_number: int, invented: InventedWeek) -> Act:
        via = CheckIn.Via.MAIL if self.random.random() < 0.6 else CheckIn.Via.APP
        if not self.person.email:
            via = CheckIn.Via.STAFF

        def act(at: dt.datetime) -> None:
            plan, answers = self.plan(), invented.check_in
            assert answers is not None  # noqa: S101 - it was looked at before
            check_in.check_in(
                plan,
                week_number=week_number,
                answers=answers,
                words=invented.words,
                via=via,
                by=None if via == CheckIn.Via.MAIL else self._by(plan),
                why=self._why,
                at=at,
            )

        return act

    # Months --------------------------------------------------------------------------------------

    def _plan_answer(self, month: int) -> None:
        """Plan the answer for a day after the question's email."""
        recurred = self.person.recurred.get(month)
        if recurred or self.person.answers_months:
            day = weeks.month_day(self.start, month) + dt.timedelta(days=1)
            self._at(day, self._hour(8, 20), lambda at: self._answer(month, recurred, day, at))

    def _answer(self, month: int, recurred: Recurred | None, day: dt.date, at: dt.datetime) -> None:
        plan = self.plan()
        started = day - dt.timedelta(days=recurred.before) if recurred else None
        episodes.answer_month(
            plan,
            month,
            happened=recurred is not None,
            started=started,
            ended=started + dt.timedelta(days=recurred.days) if recurred and started else None,
            limited_activity=recurred is not None,
            sought_care=recurred.sought_care if recurred else None,
            by=self._by(plan),
            at=at,
        )

    def _plan_questionnaire(self, month: int) -> None:
        """Plan answers on the first evening, and later the day after the month's email; the same activities each
        time."""
        day = weeks.month_day(self.start, month) + dt.timedelta(days=1 if month else 0)
        told = invent(Random(f"{self.person.name}"), month)  # noqa: S311 - a story, no secret

        def answer(at: dt.datetime) -> None:
            plan = self.plan()
            outcomes.answer_outcome(plan, month, **told, why=self._why, by=self._by(plan), at=at)

        self._at(day, dt.time(20, 30), answer)

    # Turns ---------------------------------------------------------------------------------------

    def _turn(self, turn: Turn, at: dt.datetime) -> None:
        plan, physiotherapist = self.plan(), self.physiotherapist
        match turn:
            case FlareUp():
                flare_up.report_flare_up(plan, by=self._by(plan), why=self._why, at=at)
            case WarningSign(sign=sign):
                self.pauses += 1
                check_in.report_red_flags(
                    plan, red_flags=[sign], by=self._by(plan), why=self._why, at=at
                )
            case MailReturned():
                mail = Mail.objects.filter(recipient=plan.patient, state=Mail.State.SENT)
                record_bounce(
                    self.person.email,
                    Bounce.Kind.HARD,
                    Bounce.Source.REPORT,
                    status="5.1.1",
                    words="550 5.1.1 The mailbox does not exist any more",
                    mail=mail.order_by("pk").last(),
                    at=at,
                )
            case NewZone(timezone=timezone):
                self.zone = preferences.change_time_zone(
                    plan.patient, timezone=timezone, by=plan.patient, at=at
                ).zone
            case Pause(note=note):
                self.pauses += 1
                pause.pause(plan, note=note, by=physiotherapist, at=at, version=plan.version)
            case Resume(dose=dose, note=note):
                pause.resume(
                    plan, dose=dose, note=note, by=physiotherapist, at=at, version=plan.version
                )
                self._begin_week(at)
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

    def _at(self, day: dt.date, hour: dt.time, act: Act) -> None:
        self.events.add(weeks.at_local(day, hour, self.zone), act)

    def _hour(self, first: int, last: int) -> dt.time:
        """Return some minute between two full hours of the day."""
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
            screened=Screened.met(one.programme.baseline.minutes),
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
