"""Which lesson is offered when. Our choice, not the trial's: one a week, in an order that fits the coaching contacts,
and at once the one that fits what has happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Happened(StrEnum):
    """Events that a lesson responds to at once, most pressing first."""

    RED_FLAG = "red_flag"
    FLARE_UP = "flare_up"
    LAYOFF = "layoff"


class Why(StrEnum):
    """Why a lesson is offered."""

    HAPPENED = "happened"
    GIVEN = "given"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Offer:
    slug: str
    why: Why


ANSWERS: Final[Mapping[Happened, str]] = {
    Happened.RED_FLAG: "warning-signs",
    Happened.FLARE_UP: "flare-ups",
    Happened.LAYOFF: "going-again",
}


def offered(
    weeks: Mapping[str, int],
    *,
    week: int,
    read: Collection[str] = (),
    read_lately: Collection[str] = (),
    given: Iterable[str] = (),
    happened: Collection[Happened] = (),
) -> Offer | None:
    """Return the lesson to offer in ``week`` of a plan; None if none is left.

    ``weeks`` has the first week of each lesson, 0 for one that belongs to no week. One that responds to what
    ``happened`` is offered again, unless it was read lately. ``given`` are unread ones from the physiotherapist, the
    oldest first. Then comes the one of the week; a patient who has read it is offered those missed, the earliest first.
    """
    for each in Happened:
        slug = ANSWERS[each]
        if each in happened and slug in weeks and slug not in read_lately:
            return Offer(slug, Why.HAPPENED)
    for slug in given:
        if slug in weeks:
            return Offer(slug, Why.GIVEN)
    waiting = sorted(
        (first, slug) for slug, first in weeks.items() if 0 < first <= week and slug not in read
    )
    of_week = [slug for first, slug in waiting if first == week]
    passed_over = [slug for _first, slug in waiting]
    return Offer((of_week or passed_over)[0], Why.WEEK) if waiting else None
