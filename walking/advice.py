"""What to do about warning signs: ``walking.programme.red_flags`` in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from walking.programme.red_flags import (
    ACTIONS,
    ANY_SIGN_TITLE,
    RedFlag,
    Urgency,
    most_urgent,
    signs_of,
)


@dataclass(frozen=True, slots=True)
class Group:
    """The signs of one urgency, and what to do about any of them."""

    urgency: Urgency
    introduces: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do first and next. ``urgency`` is None if no sign is known: then ``groups`` contain all advice."""

    urgency: Urgency | None
    title: str
    do: str
    then: str
    told: str
    groups: tuple[Group, ...]


def advice(signs: Iterable[RedFlag | str], number: str = "") -> Advice:
    """Return what to do about ``signs``, going by the most urgent; ``number`` is the clinic's emergency number."""
    numbers = {"number": number or _("your emergency number")}
    urgency = most_urgent(RedFlag(sign) for sign in signs)
    groups = tuple(_group(each, numbers) for each in Urgency)
    if urgency is None:
        return Advice(None, _(ANY_SIGN_TITLE), "", "", "", groups)
    action = ACTIONS[urgency]
    return Advice(
        urgency,
        _(action.title),
        _(action.do) % numbers,
        _(action.then) % numbers,
        _(action.told) % numbers,
        groups,
    )


def _group(urgency: Urgency, numbers: dict[str, str]) -> Group:
    introduces = _(ACTIONS[urgency].introduces) % numbers
    return Group(urgency, introduces, tuple(_(sign.plain_name) for sign in signs_of(urgency)))
