"""A column of the export, said once: what is read, what is made of it, and what the data dictionary tells of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet


class Kind(StrEnum):
    """The type of a column, as the dictionary names it."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class PlanKey:
    """What stands for a plan in an export: ``code`` and ``person`` are random, made for this export alone.

    ``patient`` is the person's key, which goes into no file; ``number`` is the plan's place among the person's. Days
    are counted from ``start``, in ``zone``.
    """

    code: str
    person: str
    patient: int
    number: int
    start: dt.date
    first_start: dt.date
    zone: ZoneInfo


type Convert = Callable[[Any, PlanKey], Any]


def plain(value: Any, _plan: PlanKey) -> Any:
    return value


def code(value: Any, _plan: PlanKey) -> Any:
    """A word of a list; an empty one is missing."""
    return value or None


def day(value: dt.date | None, plan: PlanKey) -> int | None:
    """A local day as days since the plan's start, which is day 0."""
    return None if value is None else (value - plan.start).days


def day_of(value: dt.datetime | None, plan: PlanKey) -> int | None:
    """The local day of a moment as days since the plan's start."""
    return None if value is None else (value.astimezone(plan.zone).date() - plan.start).days


def joined(value: Collection[Any] | None, _plan: PlanKey) -> str | None:
    """A list as one text, its members parted by a bar; None stays missing, a list of nothing is the empty word."""
    return None if value is None else "|".join(map(str, value)) or "none"


def who(by: int | None, plan: PlanKey) -> str | None:
    """Whether the patient did it or staff, without asking who that is."""
    if by is None:
        return None
    return "patient" if by == plan.patient else "staff"


def number(value: Any, _plan: PlanKey) -> float | None:
    return None if value is None else float(value)


def is_there(value: Any, _plan: PlanKey) -> bool:
    return value is not None


@dataclass(frozen=True, slots=True)
class Column:
    """``of``: what is read, a path of Django's from the table's model. ``missing``: what an empty cell means; empty
    where none is."""

    name: str
    kind: Kind
    of: str
    meaning: str
    convert: Convert = plain
    unit: str = ""
    values: str = ""
    missing: str = ""


def integer(name: str, meaning: str, *, of: str = "", **told: Any) -> Column:
    return Column(name, Kind.INTEGER, of or name, meaning, **told)


def text(name: str, meaning: str, *, of: str = "", **told: Any) -> Column:
    return Column(name, Kind.TEXT, of or name, meaning, **told)


def boolean(name: str, meaning: str, *, of: str = "", **told: Any) -> Column:
    told.setdefault("values", "true, false")
    return Column(name, Kind.BOOLEAN, of or name, meaning, **told)


def days(name: str, meaning: str, *, of: str, moment: bool = False, **told: Any) -> Column:
    """Days since the plan's start; ``moment``: of a moment, which has its day in the patient's zone."""
    convert = day_of if moment else day
    return Column(
        name, Kind.INTEGER, of, meaning, convert, unit="days since the plan's start", **told
    )


def chosen(
    name: str, meaning: str, values: Collection[str], *, of: str = "", **told: Any
) -> Column:
    """One word of a list."""
    told.setdefault("convert", code)
    return Column(name, Kind.TEXT, of or name, meaning, values=", ".join(values), **told)


PERSON_ID: Final = text(
    "person_id", "The person: a random word of this export alone.", values="16 of 0-9 and a-f"
)
PLAN_ID: Final = text(
    "plan_id", "The plan: a random word of this export alone.", values="16 of 0-9 and a-f"
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``rows`` finds those of plans by their keys, in an order that is the same each time; ``plan`` is the
    path from a row to its plan. ``words``: only of people who agreed to share their words."""

    name: str
    about: str
    model: type[Model]
    rows: Callable[[Collection[int]], QuerySet[Any]]
    own: tuple[Column, ...]
    plan: str = "plan_id"
    words: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        return (PERSON_ID, PLAN_ID, *self.own)

    def paths(self) -> tuple[str, ...]:
        return (self.plan, *(column.of for column in self.own))

    def told(self, row: tuple[Any, ...], plan: PlanKey) -> tuple[Any, ...]:
        """A row of ``paths`` as the export tells it."""
        return (
            plan.person,
            plan.code,
            *(column.convert(value, plan) for column, value in zip(self.own, row[1:], strict=True)),
        )
