"""Write a cohort in batches: a million patients need as much memory as a thousand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import Max, Model

from accounts.models import Clinic, Consent, Role, User
from walking.bulk import insert
from walking.cohort.life import COLUMNS, Life, Row
from walking.models import CheckIn, Contact, Plan, PlanEvent, Review, Walk, Week
from walking.models.standing import refresh

BATCH: Final = 1000
#: Patients of one clinic, and of one physiotherapist.
CLINIC_SIZE: Final = 1000
CASELOAD: Final = 100

#: In the order in which they must be written: referenced rows first.
_MODELS: Final[dict[str, type[Model]]] = {
    "user": User,
    "address": EmailAddress,
    "consent": Consent,
    "plan": Plan,
    "week": Week,
    "walk": Walk,
    "check_in": CheckIn,
    "review": Review,
    "event": PlanEvent,
    "contact": Contact,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """The number of rows created for each of ``COLUMNS``."""

    rows: dict[str, int]


def load(
    patients: int,
    *,
    weeks: int,
    seed: int,
    at: dt.datetime,
    clinic_size: int = CLINIC_SIZE,
    caseload: int = CASELOAD,
    progress: Callable[[int], None] = lambda done: None,
) -> Loaded:
    """Invent ``patients`` with ``weeks`` reviewed weeks before the running one; the same ``seed`` gives the same
    people.

    Each batch is a transaction. Clinics have ``clinic_size`` patients, physiotherapists ``caseload``.
    """
    random = Random(seed)  # noqa: S311 - invented data, no secrets
    counts: dict[str, int] = defaultdict(int)
    physiotherapist: User | None = None
    clinic: Clinic | None = None
    for first in range(0, patients, BATCH):
        size = min(BATCH, patients - first)
        with transaction.atomic():
            rows: dict[str, list[Row]] = defaultdict(list)
            staff = []
            for number in range(first, first + size):
                if number % clinic_size == 0 or clinic is None:
                    clinic, physiotherapist = _clinic(), None
                if number % caseload == 0 or physiotherapist is None:
                    physiotherapist = _physiotherapist(clinic, at)
                staff.append((clinic.pk, physiotherapist.pk))
            users, plans = _keys(User, size), _keys(Plan, size)
            for (clinic_id, physiotherapist_id), user_id, plan_id in zip(
                staff, users, plans, strict=True
            ):
                Life(
                    user_id, plan_id, clinic_id, physiotherapist_id, weeks, at, random, rows
                ).live()
            for name, model in _MODELS.items():
                insert(model, COLUMNS[name], rows[name])
                counts[name] += len(rows[name])
            refresh(plans, at)
        progress(first + size)
    return Loaded(dict(counts))


def _clinic() -> Clinic:
    number = (Clinic.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    return Clinic.objects.create(name=f"Cohort clinic {number}", timezone="Australia/Sydney")


def _physiotherapist(clinic: Clinic, at: dt.datetime) -> User:
    number = (User.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    user = User(
        email=f"physio{number}@cohort.example",
        name=f"Physiotherapist {number}",
        role=Role.PHYSIOTHERAPIST,
        clinic=clinic,
        is_staff=True,
        timezone=clinic.timezone,
        date_joined=at,
    )
    user.set_unusable_password()
    user.save()
    return user


def _keys(model: type[Model], number: int) -> list[int]:
    """Return primary keys that no one else will use, so that children can be written without loading their parents'
    keys."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, number],
            )
            return [key for (key,) in cursor.fetchall()]
    # On SQLite, a transaction that writes is alone.
    last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    return list(range(last + 1, last + 1 + number))
