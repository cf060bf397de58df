"""Sitting less, as described to the rest of the app."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from walking.companions.shape import Companion
from walking.companions.sitting import rules
from walking.companions.sitting.reading import read
from walking.companions.sitting.records import SittingDay
from walking.models.companion import CompanionProgramme


def _week_words(days: int) -> str:
    return ngettext(
        "Sitting less: you wrote down %(days)s day this week.",
        "Sitting less: you wrote down %(days)s days this week.",
        days,
    ) % {"days": days}


def _progress(programme: CompanionProgramme, today: dt.date) -> list[str]:
    """Return three lines: the usual hours, the target, and what was reached."""
    found = read(programme, today)
    if found.usual is None:
        return [_("The usual hours are not told yet.")]
    lines = [
        _("Sits %(free)s hours on a free day") % {"free": _hours(found.usual.free_day)}
        if found.usual.work_day is None
        else _("Sits %(work)s hours on a work day, %(free)s on a free day")
        % {"work": _hours(found.usual.work_day), "free": _hours(found.usual.free_day)},
        _("This week: %(target)s minutes less a day; the goal is %(goal)s")
        % {"target": found.target.minutes, "goal": found.goal},
    ]
    if found.lately is not None:
        lines.append(
            _("The last four weeks: %(lately)s minutes less a day (in the trial %(trial)s)")
            % {"lately": found.lately, "trial": rules.TRIAL_REACHED}
        )
    return lines


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}"


SITTING: Final = Companion(
    kind="sitting",
    name=gettext_lazy("Sitting less"),
    about=gettext_lazy(
        "An hour of sitting less a day, in steps of 10 to 15 minutes a week, over six months."
    ),
    weeks=rules.WEEKS,
    page="sitting",
    icon="chair",
    done=SittingDay,
    to_do=gettext_lazy("How much less did you sit today?"),
    week_words=_week_words,
    progress=_progress,
)
