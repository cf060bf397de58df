"""Physiotherapists' terms for the codes of the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.review import Decision, Flag, Reason
from walking.programme.sentences import reason_for_physiotherapist
from walking.programme.thresholds import USUAL, Thresholds

FLAGS: Final[dict[Flag, Promise]] = {
    Flag.URGENT: _("Red flag"),
    Flag.FLARE_UP: _("Flare-up"),
    Flag.PAIN: _("High pain"),
    Flag.QUIET: _("Gone quiet"),
    Flag.STRUGGLING: _("Struggling"),
    Flag.CHECK_IN_NEEDED: _("Check-in needed"),
}

DECISIONS: Final[dict[Decision, Promise]] = {
    Decision.ADVANCE: _("Raised"),
    Decision.HOLD: _("Held"),
    Decision.EASE: _("Eased"),
    Decision.STOP: _("Stopped"),
    Decision.ADJUST: _("Set by a physiotherapist"),
}


#: Shown if there is no value.
NOTHING: Final = "–"


def short_dose(dose: Dose | None) -> str:
    """Return minutes a walk and days a week, short enough for a column."""
    if dose is None:
        return NOTHING
    words = ngettext(
        "%(minutes)s min × %(days)s day",
        "%(minutes)s min × %(days)s days",
        dose.days,
    )
    return words % {"minutes": dose.minutes, "days": dose.days}


def flag_words(codes: Iterable[str]) -> list[str]:
    return [str(FLAGS[Flag(code)]) for code in codes]


def red_flag_names(codes: Iterable[str]) -> list[str]:
    """Return the clinical names of reported red flags."""
    return [gettext(RedFlag(code).clinical_name) for code in codes]


def decision_words(code: str) -> str:
    return str(DECISIONS[Decision(code)])


def reason_words(code: str, thresholds: Thresholds = USUAL) -> str:
    """Return the physiotherapist's sentence for a review's reason, with its numbers."""
    return reason_for_physiotherapist(Reason(code), thresholds).render(gettext)


def steps_words(weekly_increase: int, weeks_per_rung: int) -> str:
    """Return how a programme increases, such as "up to 10 minutes a week more after each good week"."""
    words = ngettext(
        "up to %(increase)s minutes a week more after each good week",
        "up to %(increase)s minutes a week more after every %(weeks)s good weeks",
        weeks_per_rung,
    )
    return words % {"increase": weekly_increase, "weeks": weeks_per_rung}
