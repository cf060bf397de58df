"""The demo clinic: its staff, its patients, and their history up to a moment."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Clinic, Role, User
from walking.care.attention import acknowledge
from walking.collector import collector_at_rest
from walking.demo import people
from walking.demo.history import play
from walking.demo.story import Attended, Colleague
from walking.models import Plan
from walking.models.standing import refresh
from walking.programme import weeks


class NotEmpty(Exception):  # noqa: N818
    """The database already contains people."""


def make_clinic(*, now: dt.datetime, seed: int, mail_folder: Path) -> Clinic:
    """Create the clinic in an empty database, all or nothing; emails of the past go to ``mail_folder``.

    The same ``seed`` and ``now`` make the same clinic. Raises ``NotEmpty`` if there are any people.
    """
    with collector_at_rest(), transaction.atomic():
        if User.objects.exists() or Clinic.objects.exists():
            raise NotEmpty
        clinic = Clinic.objects.create(
            name=people.CLINIC_NAME,
            timezone=people.CLINIC_TIMEZONE,
            phone=people.CLINIC_PHONE,
            email=people.CLINIC_EMAIL,
            country=people.CLINIC_COUNTRY,
            emergency_number=people.EMERGENCY_NUMBER,
            opening_hours=people.OPENING_HOURS,
        )
        password = make_password(people.PASSWORD)
        joined = now - dt.timedelta(days=365)
        _colleague(people.MANAGER, Role.MANAGER, clinic, password, joined)
        physiotherapists = [
            _colleague(one, Role.PHYSIOTHERAPIST, clinic, password, joined)
            for one in people.PHYSIOTHERAPISTS
        ]
        play(
            people.PATIENTS,
            people.INVITED,
            physiotherapists=physiotherapists,
            password=password,
            now=now,
            seed=seed,
            mail_folder=mail_folder,
        )
        refresh(Plan.objects.values_list("pk", flat=True), now)
        for one in people.ATTENDED:
            _attend(one, now)
    return clinic


def _attend(one: Attended, now: dt.datetime) -> None:
    """Act on what the patient needs at ``now``, as the physiotherapist; nothing if there is nothing."""
    plan = Plan.objects.select_related("physiotherapist", "clinic", "attention").get(
        patient__email=one.email
    )
    if plan.attention.rank is None or plan.physiotherapist is None:
        return
    by, state = plan.physiotherapist, plan.attention.state
    if one.days is None:
        acknowledge.acknowledge(plan, state=state, note=one.note, by=by, at=now)
    else:
        zone = zoneinfo.ZoneInfo(plan.clinic.timezone)
        until = weeks.local_day(now, zone) + dt.timedelta(days=one.days)
        acknowledge.snooze(plan, state=state, until=until, note=one.note, by=by, at=now)


def _colleague(
    one: Colleague, role: Role, clinic: Clinic, password: str, joined: dt.datetime
) -> User:
    user = User.objects.create_user(
        one.email,
        None,
        name=one.name,
        role=role,
        clinic=clinic,
        is_staff=True,
        timezone=clinic.timezone,
    )
    user.password, user.date_joined = password, joined
    user.save(update_fields=["password", "date_joined"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
