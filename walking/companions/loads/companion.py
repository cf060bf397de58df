"""Everyday loads, as described to the rest of the app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from walking.companions.loads import rules
from walking.companions.loads.reading import Learned, read
from walking.companions.loads.records import LoadTry
from walking.companions.shape import Companion
from walking.models.companion import CompanionProgramme


def _week_words(days: int) -> str:
    return ngettext(
        "Everyday loads: you tried a task on %(days)s day this week.",
        "Everyday loads: you tried a task on %(days)s days this week.",
        days,
    ) % {"days": days}


def _progress(programme: CompanionProgramme, today: dt.date) -> list[str]:
    """Return a line for each task: how often it was tried, the current load, and how sure the patient feels."""
    return [", ".join(_of_task(each)) for each in read(programme).values()] or [
        _("No task is chosen yet.")
    ]


def _of_task(learned: Learned) -> Iterator[str]:
    tries = len(learned.tries)
    words = ngettext("%(task)s: %(n)s try", "%(task)s: %(n)s tries", tries)
    yield words % {"task": learned.task.name, "n": tries}
    if learned.tries:
        last = learned.tries[-1]
        yield _("last with load %(level)s of %(of)s, pain %(pain)s") % {
            "level": last.level, "of": rules.LEVELS.stop - 1, "pain": last.pain,
        }  # fmt: skip
    if learned.sure is not None:
        yield _("confidence %(first)s → %(now)s") % {
            "first": learned.sure_at_first, "now": learned.sure,
        }  # fmt: skip
    if learned.place is None:
        yield _("not chosen any more")


LOADS: Final = Companion(
    kind="loads",
    name=gettext_lazy("Everyday loads"),
    about=gettext_lazy(
        "Two daily tasks that worry the patient, learned with three loads each; confidence is rated every week, "
        "for 12 weeks."
    ),
    weeks=rules.WEEKS,
    page="loads",
    icon="basket",
    done=LoadTry,
    to_do=gettext_lazy("Try one of your tasks"),
    week_words=_week_words,
    progress=_progress,
)
