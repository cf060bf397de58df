"""What the rest of the app knows about a companion programme: a name, a length, and the days with activity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from walking.models.facts import Fact


@dataclass(frozen=True, slots=True)
class Companion:
    """``kind`` is its code, which rows store; ``page`` the URL name of its page.

    ``done`` is its table of activity, with the columns ``companion`` and ``day`` (local): the Today page, the check-in,
    its email and the staff pages count days in it, in one statement for all companions. ``icon`` is one of
    ``patient/_icon.html``.
    """

    kind: str
    name: Promise
    #: What it is, in one sentence for the physiotherapist.
    about: Promise
    weeks: int
    page: str
    icon: str
    done: type[Fact]
    #: What to do today, in a few words for the patient.
    to_do: Promise
    #: How a week went, by the number of days with activity.
    week_words: Callable[[int], str]
    #: Its progress, in lines for the physiotherapist: for a ``CompanionProgramme``, and today in the patient's time
    #: zone.
    progress: Callable[[Any, Any], list[str]]
    #: The URL name of its staff page, which is given the plan's number; empty if there is nothing to set.
    desk_page: str = ""
