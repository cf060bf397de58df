"""The groups of patients to compare, and those too small to show. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from walking.desk.insight.evidence.people import FIRST_WEEKS, Person
from walking.programme.survival import Definition, Observation

#: Groups of fewer patients are not shown (our choice).
FEWEST: Final = 10
#: With fewer recurrences in a group, the log-rank test says little (our choice).
FEW_EVENTS: Final = 10
#: Groups by adherence are followed from this day on: before it, adherence was not known.
LANDMARK: Final = FIRST_WEEKS * 7
GOOD: Final = 0.8


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    observed: tuple[Observation, ...]


BY: Final[dict[str, Promise]] = {
    "": gettext_lazy("All together"),
    "adherence": gettext_lazy("Adherence in the first 12 weeks"),
    "physiotherapist": gettext_lazy("Physiotherapist"),
    "version": gettext_lazy("Programme version"),
}


def _by_adherence(person: Person) -> str | None:
    if person.adherence is None:
        return None
    return _("80 % or more") if person.adherence >= GOOD else _("under 80 %")


def _by_version(person: Person) -> str | None:
    return _("version %(number)s") % {"number": person.version} if person.version else _("as usual")


_NAME_OF: Final[dict[str, Callable[[Person], str | None]]] = {
    "adherence": _by_adherence,
    "physiotherapist": lambda person: person.physiotherapist or _("Nobody"),
    "version": _by_version,
}


def grouped(people: Iterable[Person], by: str, definition: Definition) -> list[Group]:
    """Return the groups in order of name. Groups by adherence hold those who were free and followed for 12 weeks:
    earlier recurrences leave less time to be adherent, so including them would be circular."""
    found: dict[str, list[Observation]] = defaultdict(list)
    for person in people:
        name, observed = _NAME_OF[by](person), person.observed(definition)
        if name is None or (by == "adherence" and observed.days < LANDMARK):
            continue
        found[name].append(observed)
    return [Group(name, tuple(found[name])) for name in sorted(found)]


def shown(groups: Sequence[Group]) -> tuple[list[Group], int]:
    """Return the groups that are large enough, and how many are hidden. If the hidden ones have fewer than ten patients
    in total, also hide the next smallest group; otherwise the hidden one could be calculated from the total."""
    large = [group for group in groups if len(group.observed) >= FEWEST]
    hidden = [group for group in groups if len(group.observed) < FEWEST]
    while hidden and large and sum(len(group.observed) for group in hidden) < FEWEST:
        smallest = min(large, key=lambda group: len(group.observed))
        large.remove(smallest)
        hidden.append(smallest)
    return large, len(hidden)
