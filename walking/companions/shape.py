"""What a companion programme is to the rest of the app: a name, a length, and the days on which something was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from walking.models.facts import Fact


@dataclass(frozen=True, slots=True)
class Companion:
    """``kind`` is its code, which rows keep; ``page`` the name of its page's address.

    ``done`` is its table of what was done, with the columns ``companion`` and ``day`` (local): today, the check-in, its
    mail and the desk count days in it, in one statement for all companions. ``icon`` is one of ``patient/_icon.html``.
    """

    kind: str
    name: Promise
    #: What it is, in one sentence to the physiotherapist.
    about: Promise
    weeks: int
    page: str
    icon: str
    done: type[Fact]
    #: What to do today, in a few words to the patient.
    to_do: Promise
    #: How a week went, by the number of its days with something done.
    week_words: Callable[[int], str]
    #: How it goes, in lines for the physiotherapist: of a ``CompanionProgramme``, today in the patient's zone.
    progress: Callable[[Any, Any], list[str]]
    #: The name of the desk's page of it, which is given the plan's number; empty where there is nothing to set.
    desk_page: str = ""
