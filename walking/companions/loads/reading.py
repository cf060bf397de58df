"""Load one patient's tasks: three statements, whatever the length of the history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from walking.companions.loads import rules
from walking.companions.loads.records import LoadChoice, LoadRating, LoadTry
from walking.companions.loads.tasks import TASKS, Task
from walking.models.companion import CompanionProgramme


@dataclass(slots=True)
class Learned:
    """A task that is or was chosen, with its tries and ratings, oldest first."""

    task: Task
    place: int | None = None
    tries: list[rules.Try] = field(default_factory=list)
    rated: dict[dt.date, int] = field(default_factory=dict)

    @property
    def sure(self) -> int | None:
        return self.rated[max(self.rated)] if self.rated else None

    @property
    def sure_at_first(self) -> int | None:
        return self.rated[min(self.rated)] if self.rated else None

    @property
    def advice(self) -> rules.Advice:
        return rules.advice(self.tries, self.sure)

    @property
    def load(self) -> str:
        """Return the recommended load, in words."""
        return str(self.task.loads[self.advice.level - 1])

    @property
    def offered(self) -> str:
        """Return the offered load; the same as ``load`` unless a heavier one is offered."""
        return str(self.task.loads[self.advice.offered - 1])


def read(programme: CompanionProgramme) -> dict[str, Learned]:
    """Return the tasks by code, the ones chosen now first, in order."""
    at_place: dict[int, str] = {}
    for choice in LoadChoice.objects.filter(companion=programme).order_by("revision"):
        at_place[choice.place] = choice.task
    found = {
        slug: Learned(TASKS[slug], place)
        for place, slug in sorted(at_place.items())
        if slug in TASKS
    }
    for each in LoadTry.objects.filter(companion=programme).order_by("day", "pk"):
        if each.task in TASKS:
            learned = found.setdefault(each.task, Learned(TASKS[each.task]))
            learned.tries.append(rules.Try(each.day, each.level, each.pain))
    for rating in LoadRating.objects.filter(companion=programme).order_by("day", "revision"):
        if rating.task in TASKS:
            learned = found.setdefault(rating.task, Learned(TASKS[rating.task]))
            learned.rated[rating.day] = rating.sure
    return found
