"""The coaching contacts of a plan.

Six sessions over six months, three in person (baseline, about 1 and about 3 months) and three
shorter ones by telephone: WalkBack protocol, BMJ Open 2020. The exact weeks are our choice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from walking.programme.settings import LENGTH_WEEKS
from walking.programme.weeks import week_start


class ContactKind(StrEnum):
    """How physiotherapist and patient meet; in person can also be by video."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """One planned contact: its number (1 is the first), its week of the plan, its kind.

    Raises ValueError for a number below 1 or a week that no plan has.
    """

    number: int
    week: int
    kind: ContactKind

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError("number the contacts from 1")
        if self.week not in LENGTH_WEEKS:
            raise ValueError(f"choose a week from {LENGTH_WEEKS} for contact {self.number}")


CONTACTS: Final[tuple[ContactPlan, ...]] = (
    ContactPlan(1, 1, ContactKind.IN_PERSON),
    ContactPlan(2, 2, ContactKind.TELEPHONE),
    ContactPlan(3, 4, ContactKind.IN_PERSON),
    ContactPlan(4, 8, ContactKind.TELEPHONE),
    ContactPlan(5, 13, ContactKind.IN_PERSON),
    ContactPlan(6, 20, ContactKind.TELEPHONE),
)


def contact_dates(
    start: date, contacts: Iterable[ContactPlan] = CONTACTS
) -> tuple[tuple[ContactPlan, date], ...]:
    """Return each contact with the local date it is planned for: the first day of its week."""
    return tuple((contact, week_start(start, contact.week)) for contact in contacts)
