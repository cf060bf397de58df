"""People and plans for tests, as rows that the use cases could have written.

Tests of a use case make their own by the use cases; these are for tests of what comes after: mail, pages, exports.
"""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import Clinic, Role, User
from walking.models import Contact, Invitation, Plan, PlanEvent, Week
from walking.programme import weeks
from walking.programme.contacts import contact_dates
from walking.programme.dose import Dose
from walking.programme.screening import Screened
from walking.programme.settings import Programme

_numbers = count(1)
#: Somebody for whom the programme is, and who walks an hour.
FIT = Screened.met(comfortable_minutes=60)


def make_clinic(**fields: Any) -> Clinic:
    number = next(_numbers)
    defaults = {
        "name": f"Hillside Clinic {number}",
        "timezone": "Australia/Sydney",
        "phone": "02 5550 1234",
        "email": f"desk{number}@hillside.example",
        "emergency_number": "000",
    }
    return Clinic.objects.create(**(defaults | fields))


def make_user(role: Role, *, clinic: Clinic | None, email: str, name: str, **fields: Any) -> User:
    password = fields.pop("password", None)
    user = User.objects.create_user(email, password, role=role, clinic=clinic, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_physio(clinic: Clinic | None = None, **fields: Any) -> User:
    clinic = clinic or make_clinic()
    defaults = {
        "email": f"physio{next(_numbers)}@hillside.example",
        "name": "Ruth Adler",
        "timezone": clinic.timezone,
        "is_staff": True,
    }
    return make_user(Role.PHYSIOTHERAPIST, clinic=clinic, **(defaults | fields))


def make_patient(clinic: Clinic | None = None, **fields: Any) -> User:
    clinic = clinic or make_clinic()
    defaults = {
        "email": f"patient{next(_numbers)}@home.example",
        "name": "Anna Berg",
        "timezone": clinic.timezone,
    }
    return make_user(Role.PATIENT, clinic=clinic, **(defaults | fields))


def make_plan(
    start: dt.date = dt.date(2026, 3, 2),
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
    """An active plan with its weeks up to ``week_number``, the running one at ``dose`` (default: the baseline), and
    its contacts. Columns that say what is due are those of the running week."""
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


def make_invitation(
    physiotherapist: User | None = None, *, at: dt.datetime, **fields: Any
) -> Invitation:
    physiotherapist = physiotherapist or make_physio()
    defaults = {
        "clinic": physiotherapist.clinic,
        "physiotherapist": physiotherapist,
        "email": f"invited{next(_numbers)}@home.example",
        "name": "Anna Berg",
        "created_at": at,
        "expires_at": at + dt.timedelta(days=14),
    }
    return Invitation.objects.create(**(defaults | fields))
