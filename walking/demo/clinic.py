"""The demo clinic: its staff, its patients, and their history up to a moment."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Clinic, Role, User
from walking.demo import people
from walking.demo.history import play
from walking.demo.story import Colleague


class NotEmpty(Exception):  # noqa: N818
    """There are people in this database already."""


def make_clinic(*, now: dt.datetime, seed: int, mail_folder: Path) -> Clinic:
    """Make the clinic in an empty database, all of it or nothing; mail of the past goes to ``mail_folder``.

    The same ``seed`` and ``now`` make the same clinic. Raises ``NotEmpty`` if anybody is there.
    """
    with transaction.atomic():
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
    return clinic


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
