"""A clinic whose plans are made by the use cases themselves, at moments that the test chooses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Clinic, Role, User
from tests.factories import FIT
from walking.care.diary import log_walk
from walking.care.enrol import CONSENT_VERSION, accept, invite
from walking.care.tick import catch_up_all
from walking.models import Plan, Review, Week
from walking.programme.settings import Programme

SYDNEY = "Australia/Sydney"
START = dt.date(2026, 3, 2)  # a Monday


def local(
    day: dt.date, hour: int, minute: int = 0, *, zone: str = SYDNEY, second: int = 0
) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute, second), ZoneInfo(zone)).astimezone(
        dt.UTC
    )


def day(number: int, start: dt.date = START) -> dt.date:
    """Day ``number`` of the plan, 1 being its first."""
    return start + dt.timedelta(days=number - 1)


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(
        name="Harbour Physio", timezone=SYDNEY, phone="02 5550 0100", emergency_number="000"
    )


@pytest.fixture
def physio(clinic: Clinic) -> User:
    return User.objects.create_user(
        "physio@harbour.example",
        "a long pass phrase",
        name="Mia Chen",
        role=Role.PHYSIOTHERAPIST,
        clinic=clinic,
        is_staff=True,
        timezone=SYDNEY,
    )


@pytest.fixture
def start_plan(physio: User) -> Callable[..., Plan]:
    counter = iter(range(1000))

    def make(
        *,
        start: dt.date = START,
        zone: str = SYDNEY,
        programme: Programme | None = None,
        red_flags=(),
        **kwargs,
    ) -> Plan:
        at = kwargs.pop("at", local(start, 9, zone=zone))
        number = next(counter)
        invitation = invite(
            by=physio,
            email=f"patient{number}@example.org",
            name=f"Patient {number}",
            programme=programme or Programme(),
            screened=FIT,
            at=at - dt.timedelta(days=1),
        )
        return accept(
            invitation,
            name=invitation.name,
            password=None,
            timezone=zone,
            start=start,
            red_flags=red_flags,
            consent_version=CONSENT_VERSION,
            at=at,
            **kwargs,
        )

    return make


@pytest.fixture
def plan(start_plan: Callable[..., Plan]) -> Plan:
    return start_plan()


def walk(plan: Plan, *days: int, minutes: int = 10, pain: int | None = None) -> None:
    """Log a walk on each of these days of the plan, each on its own evening."""
    for number in days:
        on = day(number, plan.start)
        log_walk(
            plan,
            day=on,
            minutes=minutes,
            pain=pain,
            by=plan.patient,
            at=local(on, 18, zone=plan.patient.timezone),
        )


def review_week(plan: Plan, number: int = 1) -> Review:
    """Move the clock to the review of week ``number`` and return it."""
    catch_up_all(local(day(7 * number + 1, plan.start), 4, zone=plan.patient.timezone))
    plan.refresh_from_db()
    return plan.reviews.filter(week_number=number).latest("revision")


def doses(plan: Plan) -> list[tuple[int, int]]:
    return [(week.minutes, week.days) for week in Week.objects.filter(plan=plan).order_by("number")]
