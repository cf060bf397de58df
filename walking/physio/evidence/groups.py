"""Which patients are compared, and which groups are too small to be shown. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from walking.physio.evidence.people import FIRST_WEEKS, Person
from walking.programme.survival import Definition, Observation

#: Fewer patients than this are not shown apart (ours).
FEWEST: Final = 10
#: Fewer recurrences than this in a group, and the log-rank test says little (ours).
FEW_EVENTS: Final = 10
#: Days after which groups by adherence are followed: before, nobody's adherence was known.
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
    """The groups in the order of their names. Groups by adherence hold those who were free and followed for 12 weeks:
    who had a recurrence sooner had less time to be adherent, and would make the comparison a circle."""
    found: dict[str, list[Observation]] = defaultdict(list)
    for person in people:
        name, observed = _NAME_OF[by](person), person.observed(definition)
        if name is None or (by == "adherence" and observed.days < LANDMARK):
            continue
        found[name].append(observed)
    return [Group(name, tuple(found[name])) for name in sorted(found)]


def shown(groups: Sequence[Group]) -> tuple[list[Group], int]:
    """Those that are large enough, and how many groups are left out. If those left out are fewer than ten patients
    together, the next smallest group goes too: the whole less the rest would tell of them."""
    large = [group for group in groups if len(group.observed) >= FEWEST]
    hidden = [group for group in groups if len(group.observed) < FEWEST]
    while hidden and large and sum(len(group.observed) for group in hidden) < FEWEST:
        smallest = min(large, key=lambda group: len(group.observed))
        large.remove(smallest)
        hidden.append(smallest)
    return large, len(hidden)
