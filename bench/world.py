"""Invented patients of a clinic up to a moment: the clock does what the real scheduled jobs do, and they do the rest.

They are reached only by email: patients who were sent no question answer none. Check-ins, flare-ups, answers,
withdrawals and what a physiotherapist does go through the use cases; walks are written in bulk, as for a cohort.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Final

from accounts.models import Clinic, Role, User
from bench.hidden import Hidden, invent
from walking.bulk import insert
from walking.care.enrolment import consent, enrol
from walking.care.pain import episodes, flare_up, outcomes
from walking.care.plan import pause
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.care.weeks import check_in
from walking.cohort.life import COLUMNS, ZONES, Row
from walking.demo.habits import HABITS, InventedWeek, invent_week
from walking.demo.questionnaires import invent as invent_answers
from walking.mail.delivery import deliver_due
from walking.models import CheckIn, Mail, Plan, Walk, Week
from walking.programme import facts, weeks
from walking.programme.outcomes import FEWEST_MONTHS, OCCASIONS
from walking.programme.screening import Screened
from walking.programme.settings import PACES, Programme

#: From half past one: so there is a moment between 17:00, when a check-in is sent, and the review at 04:00 in each
#: of a cohort's time zones.
STEP: Final = dt.timedelta(hours=12)
CASELOAD: Final = 100
EVENING: Final = dt.time(17)
#: After a warning sign the plan is resumed this many days later.
CLEARED_AFTER: Final = dt.timedelta(days=7)

type Act = Callable[[dt.datetime], None]


@dataclass(slots=True)
class Patient:
    """One patient: the hidden truth, and what was answered. ``answered``: months, with the moment of the last
    answer."""

    hidden: Hidden
    random: Random
    start: dt.date
    plan: Plan
    answered: dict[int, dt.datetime] = field(default_factory=dict)
    lists: dict[int, dt.datetime] = field(default_factory=dict)
    withdrawn: dt.datetime | None = None
    weeks: dict[int, InventedWeek] = field(default_factory=dict)

    @property
    def user(self) -> User:
        return self.plan.patient


class World:
    """``patients`` start over ``intake`` days from ``begin`` on, with plans of ``length`` weeks; the questions continue
    for a year whatever that is. ``live`` moves ``at``."""

    def __init__(
        self, patients: int, *, seed: int, begin: dt.datetime, intake: int, length: int
    ) -> None:
        self.at = begin
        self.counts: Counter[str] = Counter()
        self.patients: dict[int, Patient] = {}
        self._seed, self._length = seed, length
        self._acts: dict[dt.datetime, list[Act]] = defaultdict(list)
        self._walks: dict[dt.datetime, list[Row]] = defaultdict(list)
        self._last_week = 0
        self.clinic = Clinic.objects.create(name="Long Hill", timezone="Australia/Sydney")
        self.manager = self._staff(Role.MANAGER, 0)
        physios = [
            self._staff(Role.PHYSIOTHERAPIST, number)
            for number in range(1, -(-patients // CASELOAD) + 1)
        ]
        for number in range(patients):
            at = begin + dt.timedelta(days=number % intake)
            self._do(at, partial(self._invite, number, physios[number // CASELOAD]))

    def live(self, until: dt.datetime, progress: Act = lambda at: None) -> None:
        """Move the moment forward to ``until``, step by step."""
        while self.at < until:
            self.at += STEP
            self._clock(self.at)
            for act in self._acts.pop(self.at, ()):
                self._try(act)
            insert(Walk, COLUMNS["walk"], walks := self._walks.pop(self.at, []))
            self.counts["walks"] += len(walks)
            self._begin_weeks()
            progress(self.at)

    # The clock -----------------------------------------------------------------------------------

    def _clock(self, at: dt.datetime) -> None:
        """Do what ``manage.py tick`` does at ``at``, and let patients read what it sent."""
        ticked = catch_up_all(at)
        sent = deliver_due(at)
        self.counts.update(
            reviewed=ticked.reviewed, queued=ticked.queued, sent=sent.sent, failed=sent.failed,
            suppressed=sent.suppressed, ticks=1,
        )  # fmt: skip
        kinds = (Mail.Kind.CHECK_IN, Mail.Kind.RECURRENCE)
        read = Mail.objects.filter(
            state=Mail.State.SENT, settled_at__gte=at, settled_at__lt=at + STEP, kind__in=kinds
        )
        for plan_id, kind, about in read.order_by("pk").values_list("plan_id", "kind", "about"):
            assert plan_id is not None
            patient, (number, *again) = self.patients[plan_id], about.split(":")[1:]
            if kind == Mail.Kind.CHECK_IN:
                self._read_check_in(patient, int(number))
            else:
                self._read_question(patient, int(number), again=bool(again))

    def _do(self, at: dt.datetime, act: Act) -> None:
        self._acts[self._step(at)].append(act)

    def _step(self, at: dt.datetime) -> dt.datetime:
        """Return the first step after ``at``."""
        return self.at + max(1, -((self.at - at) // STEP)) * STEP

    def _try(self, act: Act) -> None:
        try:
            act(self.at)
        except Refused:
            self.counts["refused"] += 1

    def _evening(self, patient: Patient, day: dt.date) -> dt.datetime:
        return weeks.at_local(day, EVENING, patient.user.zone)

    # Coming in -----------------------------------------------------------------------------------

    def _staff(self, role: Role, number: int) -> User:
        return User.objects.create_user(
            f"{role}{number}@long-hill.example", None, name=f"{role.label} {number}", role=role,
            clinic=self.clinic, is_staff=True, timezone=self.clinic.timezone, date_joined=self.at,
        )  # fmt: skip

    def _invite(self, number: int, physio: User, at: dt.datetime) -> None:
        random = Random(f"{self._seed}:{number}")
        programme = Programme.at_pace(random.choice(list(PACES)), length_weeks=self._length)
        name = f"Patient {number + 1}"
        invitation = enrol.invite(
            by=physio, email=f"patient{number + 1}@long-hill.example", name=name, at=at,
            programme=programme, screened=Screened.met(programme.baseline.minutes),
        )  # fmt: skip

        def accept(at: dt.datetime) -> None:
            zone = random.choice(ZONES)
            today = weeks.local_day(at, User(timezone=zone).zone)
            plan = enrol.accept(
                invitation, name=name, password=None, timezone=zone, red_flags=(), at=at,
                start=today + dt.timedelta(days=random.randrange(1, 4)),
                consent_version=enrol.CONSENT_VERSION,
            )  # fmt: skip
            self._begin(Patient(invent(random, FEWEST_MONTHS), random, plan.start, plan))

        self._do(at + dt.timedelta(days=1), accept)

    def _begin(self, patient: Patient) -> None:
        self.patients[patient.plan.pk] = patient
        hidden, start = patient.hidden, patient.start
        if 0 not in hidden.leaves_out:
            self._do(self._evening(patient, start), partial(self._answer_list, patient, 0))
        if hidden.told == "button":
            day = start + dt.timedelta(days=hidden.recurs)
            self._do(self._evening(patient, day), partial(self._flare, patient, day))
        if hidden.withdraws is not None:
            day = start + dt.timedelta(days=hidden.withdraws)
            self._do(self._evening(patient, day), partial(self._withdraw, patient))

    # Weeks ---------------------------------------------------------------------------------------

    def _begin_weeks(self) -> None:
        """Live the weeks created since the last step by reviews, enrolments and resuming."""
        made = Week.objects.filter(pk__gt=self._last_week).order_by("pk")
        for week in made:
            self._last_week = week.pk
            self.counts["weeks"] += 1
            self._live_week(self.patients[week.plan_id], week)

    def _live_week(self, patient: Patient, week: Week) -> None:
        first = (week.starts - patient.start).days
        habit = patient.hidden.habit_of(first, patient.random)
        invented = invent_week(HABITS[habit], week.dose, week.number, patient.random)
        patient.weeks[week.number] = invented
        for walk in invented.walks:
            day = week.starts + dt.timedelta(days=walk.day - 1)
            at = self._evening(patient, day)
            key = uuid.UUID(int=patient.random.getrandbits(128), version=4)
            self._walks[self._step(at)].append(
                (
                    *(patient.plan.pk, day, walk.minutes, walk.pain, walk.effort, key),
                    *(patient.plan.patient_id, at, None, None),
                )
            )

    def _read_check_in(self, patient: Patient, number: int) -> None:
        invented = patient.weeks[number]
        if invented.check_in is None:
            return
        first, recurs = self._days(patient, number), patient.hidden.recurs
        answers = facts.CheckIn(
            pain=invented.check_in.pain,
            difficulty=invented.check_in.difficulty,
            confidence=invented.check_in.confidence,
            flare_up=patient.hidden.told == "check_in" and first <= recurs < first + 7,
            away=invented.check_in.away,
            red_flags=invented.check_in.red_flags,
        )
        act = partial(self._check_in, patient, number, answers)
        if answers.red_flags or patient.random.random() < 0.75:
            self._try(act)
        else:  # when the week was reviewed already, so that it is reviewed again
            self._do(self.at + dt.timedelta(days=1), act)

    def _days(self, patient: Patient, number: int) -> int:
        """Return the first day of a week, in days after the start."""
        starts = patient.plan.weeks.values_list("starts", flat=True).get(number=number)
        return (starts - patient.start).days

    def _check_in(
        self, patient: Patient, number: int, answers: facts.CheckIn, at: dt.datetime
    ) -> None:
        check_in.check_in(
            self._plan(patient), week_number=number, answers=answers, via=CheckIn.Via.MAIL, by=None, at=at
        )  # fmt: skip
        self.counts["check_ins"] += 1
        if answers.red_flags:
            self.counts["paused"] += 1
            self._do(at + CLEARED_AFTER, partial(self._resume, patient))

    def _resume(self, patient: Patient, at: dt.datetime) -> None:
        """Resume the plan as a physiotherapist would after a call; it restarts from the baseline."""
        plan = self._plan(patient)
        if plan.status != Plan.Status.PAUSED:
            return
        by, note = plan.physiotherapist, "Talked to the patient; a doctor has looked."
        assert by is not None
        if plan.is_last_week:
            pause.complete(plan, note=note, by=by, at=at, version=plan.version)
        else:
            dose = plan.programme.baseline
            pause.resume(plan, dose=dose, note=note, by=by, at=at, version=plan.version)

    def _plan(self, patient: Patient) -> Plan:
        """Return the plan as the use cases left it."""
        return Plan.objects.select_related("patient", "clinic", "physiotherapist").get(
            pk=patient.plan.pk
        )

    # What happens to them ------------------------------------------------------------------------

    def _flare(self, patient: Patient, day: dt.date, at: dt.datetime) -> None:
        if patient.withdrawn is None and patient.hidden.recurs < patient.hidden.quiet:
            flare_up.report_flare_up(self._plan(patient), started=day, by=patient.user, at=at)
            self.counts["flare_ups"] += 1

    def _withdraw(self, patient: Patient, at: dt.datetime) -> None:
        consent.withdraw_consent(patient.user, at=at)
        patient.withdrawn = at
        self.counts["withdrawn"] += 1

    # Questions over time -------------------------------------------------------------------------

    def _read_question(self, patient: Patient, month: int, *, again: bool) -> None:
        """Let patients who answer do so within two days, some only after the reminder."""
        hidden = patient.hidden
        today = weeks.local_day(self.at, patient.user.zone)
        if (today - patient.start).days >= hidden.quiet or month == 0:
            return
        at = self.at + STEP * patient.random.randrange(1, 5)
        if month not in hidden.skips and (month in hidden.waits) == again:
            self._do(at, partial(self._answer_month, patient, month))
        if month in OCCASIONS and month not in hidden.leaves_out and not again:
            self._do(at, partial(self._answer_list, patient, month))

    def _answer_month(self, patient: Patient, month: int, at: dt.datetime) -> None:
        if patient.withdrawn is not None:
            return
        hidden, start = patient.hidden, patient.start
        began = start + dt.timedelta(days=hidden.recurs)
        happened = weeks.month_day(start, month - 1) <= began < weeks.month_day(start, month)
        over = began + dt.timedelta(days=hidden.lasts)
        episodes.answer_month(
            patient.plan,
            month,
            happened=happened,
            started=began if happened else None,
            ended=over if happened and over <= weeks.local_day(at, patient.user.zone) else None,
            limited_activity=hidden.limits if happened else None,
            sought_care=hidden.care if happened else None,
            by=None,
            at=at,
        )
        patient.answered[month] = at
        self.counts["months_answered"] += 1

    def _answer_list(self, patient: Patient, month: int, at: dt.datetime) -> None:
        if patient.withdrawn is None:
            told = invent_answers(patient.random, month)
            outcomes.answer_outcome(patient.plan, month, **told, by=patient.user, at=at)
            patient.lists[month] = at
            self.counts["lists_answered"] += 1
