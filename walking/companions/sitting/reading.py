"""Load one patient's sitting data: two statements, whatever the length of the history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from walking.companions.sitting import rules
from walking.companions.sitting.records import SittingDay, SittingUsual
from walking.models.companion import CompanionProgramme

LATELY = dt.timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Minutes a day. ``lately`` is the average of what was recorded in the last four weeks."""

    usual: SittingUsual | None
    goal: int
    less: dict[dt.date, int]
    targets: list[rules.Target]
    weeks: dict[int, list[int]]
    lately: int | None

    @property
    def target(self) -> rules.Target:
        """Return this week's target."""
        return self.targets[-1]


def read(programme: CompanionProgramme, today: dt.date) -> Sitting:
    """Load the data. ``today`` is the patient's local day."""
    usual = SittingUsual.objects.filter(companion=programme).order_by("-revision").first()
    rows = SittingDay.objects.filter(companion=programme).order_by("day", "revision")
    less = dict(rows.values_list("day", "less"))
    goal = rules.goal([usual.work_day, usual.free_day]) if usual else rules.GOAL
    return Sitting(
        usual=usual,
        goal=goal,
        less=less,
        targets=rules.targets(programme.started_on, today, less, goal),
        weeks=rules.by_week(programme.started_on, less),
        lately=rules.average([minutes for day, minutes in less.items() if day > today - LATELY]),
    )
