"""The people that tests share, and the only functions that make them.

The cast: the clinic **Riverbend**, its physiotherapist **Ruth Adler**, its manager **Lou Vane**, and two patients,
**Rosa Marin** and **Anna Berg**. Every value can be replaced by a keyword argument.

There are two ways to make a plan, because tests need both:

- ``make_plan`` (and ``make_invitation``) call the use cases, as the app does: emails are queued, consent is recorded,
  the rules are checked. Use it unless you have a reason not to.
- ``insert_plan`` (and ``insert_invitation``) write only the rows, so that nothing is in the outbox or the audit trail
  and a plan can be in any week. Use it for tests of what comes later: an email, an export, a page of week 7.

    plan = make_plan()                                    # Rosa's, in its first week, at a clinic of its own
    other = make_plan(name=ANNA)                          # Anna's, at another clinic
    colleague = make_plan(plan.physiotherapist, name=ANNA)  # Anna's, at the same clinic
    page = signed_in(plan.patient).get("/today/")
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Clinic, Role, User
from tests.days import START, ZONE, local
from walking.care.enrol import CONSENT_VERSION, accept, invite
from walking.models import Contact, Invitation, Plan, PlanEvent, Week
from walking.programme import weeks
from walking.programme.contacts import contact_dates
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.screening import Screened
from walking.programme.settings import Programme

RUTH, LOU = "Ruth Adler", "Lou Vane"
ROSA, ANNA = "Rosa Marin", "Anna Berg"
#: Rosa's, unless a test chooses another.
EMAIL = "rosa.marin@example.org"
PASSWORD = "three plain words"
#: The answers of someone who can join the programme and walks for an hour without difficulty.
FIT = Screened.met(comfortable_minutes=60)

_numbers = count(1)


def signed_in(user: User, **options: Any) -> Client:
    """A test client that ``user`` is signed in to. ``options`` are those of Django's ``Client``."""
    client = Client(**options)
    client.force_login(user)
    return client


# The clinic and its people -----------------------------------------------------------------------


def make_clinic(**fields: Any) -> Clinic:
    """Riverbend, with a number in its name and address so that a test can have several clinics."""
    number = next(_numbers)
    defaults = {
        "name": f"Riverbend Clinic {number}",
        "timezone": ZONE,
        "phone": "02 5550 0100",
        "email": f"desk{number}@riverbend.example",
        "emergency_number": "000",
    }
    return Clinic.objects.create(**(defaults | fields))


def make_user(role: Role, *, clinic: Clinic | None, email: str, name: str, **fields: Any) -> User:
    """Anyone, with a verified email address; without ``password=`` they cannot sign in by password."""
    password = fields.pop("password", None)
    user = User.objects.create_user(email, password, role=role, clinic=clinic, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_physio(clinic: Clinic | None = None, **fields: Any) -> User:
    """Ruth, at ``clinic`` or at a new one."""
    return _make_staff(Role.PHYSIOTHERAPIST, clinic, {"name": RUTH} | fields)


def make_manager(clinic: Clinic | None = None, **fields: Any) -> User:
    """Lou, at ``clinic`` or at a new one."""
    return _make_staff(Role.MANAGER, clinic, {"name": LOU} | fields)


def make_patient(clinic: Clinic | None = None, **fields: Any) -> User:
    """Anna, at ``clinic`` or at a new one, without a plan."""
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


def make_plan(
    physio: User | None = None,
    *,
    name: str = ROSA,
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
    invitation is a day older; pass ``invitation`` to accept that one instead. Other keywords go to ``accept``.
    """
    at = at or local(START, 9)
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


# Plans, as rows only -----------------------------------------------------------------------------


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
