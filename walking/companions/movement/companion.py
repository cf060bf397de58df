"""Movement retraining, as described to the rest of the app."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from walking.companions.movement import rules
from walking.companions.movement.patterns import VERSION_NAMES
from walking.companions.movement.reading import read
from walking.companions.movement.records import MovementSession
from walking.companions.movement.rules import Confidence, Version
from walking.companions.shape import Companion
from walking.models.companion import CompanionProgramme


def _week_words(days: int) -> str:
    return ngettext(
        "Movement: you practised on %(days)s day this week.",
        "Movement: you practised on %(days)s days this week.",
        days,
    ) % {"days": days}


def confidence_words(found: Confidence) -> str:
    """Return the two averages in words, for a physiotherapist."""
    return _("how safe it felt: %(first)s of 10 at first, %(last)s lately") % {
        "first": localize(round(found.first, 1)),
        "last": localize(round(found.last, 1)),
    }


def _progress(programme: CompanionProgramme, today: dt.date) -> list[str]:
    """Return how many sessions, how safe they felt, and today's patterns with their next version."""
    found = read(programme, today)
    if not found.rows:
        return [_("No session yet.")]
    count = len(found.rows)
    lines = [ngettext("%(n)s session", "%(n)s sessions", count) % {"n": count}]
    if found.confidence is not None:
        lines[0] += " · " + confidence_words(found.confidence)
    for pattern in found.today:
        course = found.courses[pattern]
        if course.rows:
            last = course.rows[-1]
            lines.append(
                _("%(name)s: %(version)s, safe %(safe)s, pain %(pain)s of 10")
                % {
                    "name": _(course.guide.name),
                    "version": _(VERSION_NAMES[Version(last.version)]),
                    "safe": last.safe,
                    "pain": last.pain,
                }
            )
    return lines


MOVEMENT: Final = Companion(
    kind="movement",
    name=gettext_lazy("Movement retraining"),
    about=gettext_lazy(
        "Ten movements from rolling to turning, each in three versions, over 12 weeks. "
        "You pick the movements and write corrections to them."
    ),
    weeks=rules.WEEKS,
    page="movement",
    icon="person",
    done=MovementSession,
    to_do=gettext_lazy("Practise a movement today"),
    week_words=_week_words,
    progress=_progress,
    desk_page="admin:walking_plan_movement",
)
