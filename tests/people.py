"""The people that tests share, and the only functions that make them.

The cast:

- **Riverbend Clinic** (``make_clinic``): in Sydney (``ZONE``), emergency number 000. The second clinic of a test is
  Hillside Clinic, and so on through ``CLINICS``.
- **Ruth Adler** (``make_physio``): physiotherapist.
- **Lou Vane** (``make_manager``): manager of the clinic.
- **Olga Brandt** (``make_operator``): runs the installation and belongs to no clinic.
- **Rosa Marin** (``make_plan``): patient whose plan starts on Monday 2 March 2026 (``START``). It is active and in
  week 1, at 10 minutes on 3 days. She signs in with ``EMAIL`` and ``PASSWORD``. ``make_invitation`` makes only her
  invitation, and ``make_plan_from_today`` a plan that starts today.
- **Ida Lind** (``make_paper_plan``): patient without an email address, enrolled on paper. Her plan is like Rosa's.
- **Anna Berg** (``insert_plan``): patient with the same plan, of which only the rows exist. ``make_patient`` makes her
  without a plan, ``insert_invitation`` her invitation.

Patients and staff are in Sydney too: in the time zone of their clinic, or of ``zone`` where a plan is made with it.
Every value can be replaced by a keyword argument, and anyone who is needed and not given is made: ``make_plan()`` makes
a clinic and a physiotherapist too.

There are two ways to make a plan, because tests need both:

- ``make_plan`` (and ``make_invitation``) call the use cases, as the app does: emails are queued, consent is recorded,
  the rules are checked. Use it unless you have a reason not to.
- ``insert_plan`` (and ``insert_invitation``) write only the rows, so that nothing is in the outbox or the audit trail
  and a plan can be in any week. Use it for tests of what comes later: an email, an export, a page of week 7.

    plan = make_plan()                                      # Rosa's, in its first week, at a clinic of its own
    other = make_plan(name=ANNA)                            # Anna's, at another clinic
    same = make_plan(plan.physiotherapist, name=ANNA)       # Anna's, at the same clinic
    paused = make_plan(red_flags=[RedFlag.NIGHT_PAIN])      # held back before its first week
    later = insert_plan(week_number=7)                      # in week 7, with six weeks behind it
    page = signed_in(plan.patient).get("/today/")

Names do not depend on which tests ran before, so a page has the same length every time. Only the email addresses that
a test does not choose are numbered.

``tests/days.py`` has the calendar of the plan, ``tests/history.py`` what a patient has done in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import Clinic, Role, User
from tests.days import START, ZONE, local
from tests.kept import kept
from walking.care.enrolment.enrol import CONSENT_VERSION, accept, invite
from walking.care.enrolment.in_person import enrol_on_paper
from walking.models import Contact, Invitation, Plan, PlanEvent, Week
from walking.programme import weeks
from walking.programme.contacts import contact_dates
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.screening import Screened
from walking.programme.settings import Programme

#: The names of clinics, in the order in which a test makes them.
CLINICS = tuple(
    f"{place} Clinic"
    for place in (
        "Riverbend",
        "Hillside",
        "Lakeview",
        "Woodside",
        "Seacliff",
        "Moorland",
        "Dockside",
        "Eastgate",
    )
)
RUTH, LOU, OLGA = "Ruth Adler", "Lou Vane", "Olga Brandt"
ROSA, ANNA, IDA = "Rosa Marin", "Anna Berg", "Ida Lind"
#: Rosa's, unless a test chooses another.
EMAIL = "rosa.marin@example.org"
PASSWORD = "three plain words"
#: The answers of someone who can join the programme and walks for an hour without difficulty.
FIT = Screened.met(comfortable_minutes=60)

#: For email addresses, which must differ. They have five digits so that all addresses have the same length.
_numbers = count(10_000)


def signed_in(user: User, **options: Any) -> Client:
    """Return a test client with ``user`` signed in. ``options`` are those of Django's ``Client``."""
    client = Client(**options)
    client.force_login(user)
    return client


# The clinic and its people -----------------------------------------------------------------------


@kept
def make_clinic(**fields: Any) -> Clinic:
    """Make Riverbend Clinic, or the first of ``CLINICS`` that is not in the database yet."""
    if "name" not in fields:
        taken = set(Clinic.objects.values_list("name", flat=True))
        free = [name for name in CLINICS if name not in taken]
        assert free, "All names are taken: choose one with name="
        fields["name"] = free[0]
    defaults = {
        "timezone": ZONE,
        "phone": "02 5550 0100",
        "email": f"desk{next(_numbers)}@riverbend.example",
        "emergency_number": "000",
    }
    return Clinic.objects.create(**(defaults | fields))


@kept
def make_user(role: Role, *, clinic: Clinic | None, email: str, name: str, **fields: Any) -> User:
    """Make any user, with a verified email address unless ``email`` is empty; without ``password=`` they cannot sign in
    by password."""
    password = fields.pop("password", None)
    user = User.objects.create_user(email, password, role=role, clinic=clinic, name=name, **fields)
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@kept
def make_physio(clinic: Clinic | None = None, **fields: Any) -> User:
    """Make Ruth, at ``clinic`` or at a new one."""
    return _make_staff(Role.PHYSIOTHERAPIST, clinic, {"name": RUTH} | fields)


@kept
def make_manager(clinic: Clinic | None = None, **fields: Any) -> User:
    """Make Lou, at ``clinic`` or at a new one."""
    return _make_staff(Role.MANAGER, clinic, {"name": LOU} | fields)


@kept
def make_operator(**fields: Any) -> User:
    """Make Olga, who may see every clinic and cannot change patients' records."""
    defaults = {"email": "olga@host.example", "password": PASSWORD, "name": OLGA}
    return User.objects.create_superuser(**(defaults | fields))


@kept
def make_patient(clinic: Clinic | None = None, **fields: Any) -> User:
    """Make Anna, at ``clinic`` or at a new one, without a plan."""
    clinic = clinic or make_clinic()
    defaults = {
        "email": f"patient{next(_numbers)}@home.example",
        "name": ANNA,
        "timezone": clinic.timezone,
    }
    return make_user(Role.PATIENT, clinic=clinic, **(defaults | fields))


def _make_staff(role: Role, clinic: Clinic | None, fields: dict[str, Any]) -> User:
    clinic = clinic or make_clinic()
    defaults = {
        "email": f"{role.value}{next(_numbers)}@riverbend.example",
        "timezone": clinic.timezone,
        "is_staff": True,
    }
    return make_user(role, clinic=clinic, **(defaults | fields))


# Plans, made by the use cases --------------------------------------------------------------------


@kept
def make_invitation(
    physio: User | None = None,
    email: str = EMAIL,
    message: str = "",
    *,
    name: str = ROSA,
    programme: Programme | None = None,
    on_paper: bool = False,
    at: dt.datetime | None = None,
) -> Invitation:
    """Rosa's invitation from ``physio`` (or a new one), sent the day before ``START`` unless ``at`` says when."""
    return invite(
        by=physio or make_physio(),
        email=email,
        name=name,
        programme=programme or Programme(),
        screened=FIT,
        message=message,
        on_paper=on_paper,
        at=at or local(START - dt.timedelta(days=1)),
    )


@kept
def make_plan(
    physio: User | None = None,
    *,
    name: str | None = None,
    email: str | None = None,
    password: str | None = PASSWORD,
    start: dt.date = START,
    zone: str = ZONE,
    programme: Programme | None = None,
    red_flags: Sequence[RedFlag] = (),
    invitation: Invitation | None = None,
    at: dt.datetime | None = None,
    **accepted: Any,
) -> Plan:
    """Rosa's plan: invited by ``physio`` (or a new one at a new clinic), accepted at 9 on the morning of ``START``.

    The email address is made from the name unless ``email`` is given. ``at`` is when it is accepted, and the
    invitation is a day older; pass ``invitation`` to accept that one instead, under the name that it has. Other
    keywords go to ``accept``.
    """
    at = at or local(START, 9)
    name = name or (invitation.name if invitation else ROSA)
    if invitation is None:
        invitation = make_invitation(
            physio,
            email or f"{name.lower().replace(' ', '.')}@example.org",
            name=name,
            programme=programme,
            at=at - dt.timedelta(days=1),
        )
    return accept(
        invitation,
        name=name,
        password=password,
        timezone=zone,
        start=start,
        red_flags=red_flags,
        consent_version=CONSENT_VERSION,
        at=at,
        **accepted,
    )


def make_plan_from_today(physio: User | None = None, **fields: Any) -> Plan:
    """Rosa's plan, in its first week today: for a browser, whose clock a test cannot stop."""
    physio = physio or make_physio()
    at = timezone.now()
    start = weeks.local_day(at + dt.timedelta(minutes=1), physio.zone)
    return make_plan(physio, start=start, at=at, **fields)


@kept
def make_paper_plan(
    physio: User | None = None,
    *,
    name: str = IDA,
    start: dt.date = START,
    zone: str = ZONE,
    programme: Programme | None = None,
    at: dt.datetime | None = None,
    **given: Any,
) -> Plan:
    """Ida's plan: enrolled on paper by ``physio`` (or a new one) at 9 on the morning of ``START``, with no email
    address. The consent was signed on that day. Other keywords go to ``enrol_on_paper``."""
    physio = physio or make_physio()
    at = at or local(START, 9)
    defaults = {
        "language": physio.language,
        "screened": FIT,
        "consent_version": CONSENT_VERSION,
        "signed_on": weeks.local_day(at, physio.zone),
    }
    return enrol_on_paper(
        by=physio,
        at=at,
        name=name,
        timezone=zone,
        start=start,
        programme=programme or Programme(),
        **(defaults | given),
    )


# Plans, as rows only -----------------------------------------------------------------------------


@kept
def insert_plan(
    start: dt.date = START,
    *,
    week_number: int = 1,
    dose: Dose | None = None,
    patient: User | None = None,
    physiotherapist: User | None = None,
    programme: Programme | None = None,
    check_in_time: dt.time = dt.time(17),
    contacts: bool = True,
    **fields: Any,
) -> Plan:
    """Anna's active plan with its weeks up to ``week_number``, the running one at ``dose`` (default: the baseline),
    and its contacts. Columns that say what is due are those of the running week."""
    if physiotherapist is None:
        physiotherapist = make_physio(patient.clinic if patient else None)
    clinic = physiotherapist.clinic
    patient = patient or make_patient(clinic)
    programme = programme or Programme()
    dose = dose or programme.baseline
    running = weeks.week_start(start, week_number)
    began = weeks.at_local(start, dt.time(9), patient.zone)
    plan = Plan(
        patient=patient,
        clinic=clinic,
        physiotherapist=physiotherapist,
        start=start,
        week_number=week_number,
        check_in_time=check_in_time,
        next_review_at=weeks.review_due(running, patient.zone),
        next_check_in_at=weeks.check_in_due(running, check_in_time, patient.zone),
        next_question_at=weeks.month_due(start, 1, patient.zone),
        created_at=began,
    ).set_programme(programme)
    for name, value in fields.items():
        setattr(plan, name, value)
    if plan.status != Plan.Status.ACTIVE:
        plan.next_review_at = plan.next_check_in_at = None
    if plan.status == Plan.Status.PAUSED:
        plan.paused_for = plan.paused_for or "physiotherapist"
    plan.save()
    for number in range(1, week_number + 1):
        first = weeks.week_start(start, number)
        of_week = dose if number == week_number else programme.baseline
        Week.objects.create(
            plan=plan,
            number=number,
            starts=first,
            ends=first + dt.timedelta(days=6),
            minutes=of_week.minutes,
            days=of_week.days,
            origin=Week.Origin.START if number == 1 else Week.Origin.REVIEW,
        )
    PlanEvent(plan=plan, kind=PlanEvent.Kind.STARTED, at=began, by=patient, week_number=1).save()
    if contacts:
        Contact.objects.bulk_create(
            Contact(plan=plan, number=planned.number, kind=planned.kind.value, due=day)
            for planned, day in contact_dates(start)
        )
    return plan


@kept
def insert_invitation(
    physiotherapist: User | None = None, *, at: dt.datetime, **fields: Any
) -> Invitation:
    """Anna's invitation, made at ``at``."""
    physiotherapist = physiotherapist or make_physio()
    defaults = {
        "clinic": physiotherapist.clinic,
        "physiotherapist": physiotherapist,
        "email": f"invited{next(_numbers)}@home.example",
        "name": ANNA,
        "created_at": at,
        "expires_at": at + dt.timedelta(days=14),
    }
    return Invitation.objects.create(**(defaults | fields))
