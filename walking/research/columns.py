"""Columns of the export: what is loaded, how it is converted, and how the data dictionary describes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet


class Kind(StrEnum):
    """The type of a column, as named in the dictionary."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class PlanKey:
    """The codes that replace a plan in an export: ``code`` and ``person`` are random, made for this export alone.

    ``patient`` is the person's key, which is not exported; ``number`` is the plan's position among the person's plans.
    Days are counted from ``start``, in ``zone``.
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
    """Return a code from a list; an empty one is missing."""
    return value or None


def day(value: dt.date | None, plan: PlanKey) -> int | None:
    """Return a local day as days since the plan's start, which is day 0."""
    return None if value is None else (value - plan.start).days


def day_of(value: dt.datetime | None, plan: PlanKey) -> int | None:
    """Return the local day of a moment as days since the plan's start."""
    return None if value is None else (value.astimezone(plan.zone).date() - plan.start).days


def joined(value: Collection[Any] | None, _plan: PlanKey) -> str | None:
    """Return a list as one text, separated by bars; None stays missing, an empty list becomes "none"."""
    return None if value is None else "|".join(map(str, value)) or "none"


def who(by: int | None, plan: PlanKey) -> str | None:
    """Return whether the patient or staff did it, without saying who."""
    if by is None:
        return None
    return "patient" if by == plan.patient else "staff"


def number(value: Any, _plan: PlanKey) -> float | None:
    return None if value is None else float(value)


def is_there(value: Any, _plan: PlanKey) -> bool:
    return value is not None


@dataclass(frozen=True, slots=True)
class Column:
    """``of``: the field to load, a Django lookup path from the table's model. ``missing``: what an empty cell means; ""
    if no cell can be empty."""

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
    """Make a column of days since the plan's start; ``moment``: take the day of a moment in the patient's time zone."""
    convert = day_of if moment else day
    return Column(
        name, Kind.INTEGER, of, meaning, convert, unit="days since the plan's start", **told
    )


def chosen(
    name: str, meaning: str, values: Collection[str], *, of: str = "", **told: Any
) -> Column:
    """Make a column with one code from a list."""
    told.setdefault("convert", code)
    return Column(name, Kind.TEXT, of or name, meaning, values=", ".join(values), **told)


PERSON_ID: Final = text(
    "person_id", "The person: a random code, made for this export.", values="16 of 0-9 and a-f"
)
PLAN_ID: Final = text(
    "plan_id", "The plan: a random code, made for this export.", values="16 of 0-9 and a-f"
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``rows`` finds the rows of plans by the plans' keys, always in the same order; ``plan`` is the path
    from a row to its plan. ``words``: only for people who agreed to share their own words."""

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
        """Convert a row of ``paths`` for the export."""
        return (
            plan.person,
            plan.code,
            *(column.convert(value, plan) for column, value in zip(self.own, row[1:], strict=True)),
        )
