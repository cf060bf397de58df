"""What a review says: a sentence for the patient, and a line for the physiotherapist.

A patient's sentence has two parts: why, from the reason, which states facts only; and what changes,
from the two doses, which is therefore always true. It never blames and promises no effect.
"""

from typing import Final

from walking.programme.dose import Dose
from walking.programme.review import Line, Outcome, Reason
from walking.programme.text import Sentence
from walking.programme.text import gettext_noop as _
from walking.programme.thresholds import USUAL, Thresholds, numbers

__all__ = [
    "Sentence",
    "change",
    "dose_phrase",
    "for_patient",
    "for_physiotherapist",
    "reason_for_physiotherapist",
    "when",
    "why",
]

WHY: Final[dict[Reason, str]] = {
    Reason.RED_FLAG: _(
        "You told us about a warning sign. A doctor needs to look at it before you go on, so we paused"
        " your plan and told your physiotherapist."
    ),
    Reason.PHYSIOTHERAPIST: _("Your physiotherapist has looked at your plan and set your walks."),
    Reason.FLARE_UP: _("You told us about a flare-up this week, so this is a time to go gently."),
    Reason.PAIN_HIGH: _(
        "Your pain was %(pain_too_much)s or more out of 10 this week, so this is a time to go gently."
    ),
    Reason.LAYOFF: _(
        "We have seen no walks for two weeks or more. You can pick it up again whenever you are"
        " ready."
    ),
    Reason.AWAY: _("You were ill or away this week. Your plan waits for you."),
    Reason.NO_DATA: _("We have not heard from you this week, and that is all right."),
    Reason.LOW_TWICE: _(
        "For two weeks or more, life has left room for less than half of the planned walking."
    ),
    Reason.LOW: _("This week left room for less than half of the planned walking. That happens."),
    Reason.PAIN_MODERATE: _(
        "Your pain was %(moderate)s out of 10 this week. That is all right as long as it settles within"
        " a day."
    ),
    Reason.PARTLY: _("You did a good part of your walking this week."),
    Reason.TOO_HARD: _("You did your walking this week, and you told us that it felt too hard."),
    Reason.NOT_CONFIDENT: _(
        "You did your walking this week, and you told us that you feel less sure about the next."
    ),
    Reason.AT_GOAL: _("You had a good week at the goal of your plan. Well done!"),
    Reason.SETTLING: _("You had a good week after a hard one. Well done!"),
    Reason.CONSOLIDATING: _(
        "You had a good week. Your plan takes more than one week at each step."
    ),
    Reason.CHECK_IN_NEEDED: _(
        "You had a good week. Before we add more, we would like to hear from you how you are."
    ),
    Reason.FASTER: _("You did all of your walking this week, and it felt easy. Well done!"),
    Reason.MET: _("You had a good week of walking. Well done!"),
}

#: Used where a clinic's own number differs from the one named in the words above.
_WITH_OWN_NUMBERS: Final[dict[Reason, tuple[tuple[str, ...], str]]] = {
    Reason.LAYOFF: (
        ("layoff_weeks",),
        _(
            "We have seen no walks for %(layoff_weeks)s weeks or more. You can pick it up again"
            " whenever you are ready."
        ),
    ),
    Reason.LOW_TWICE: (
        ("low_weeks", "half_done_percent"),
        _(
            "For %(low_weeks)s weeks or more, life has left room for less than"
            " %(half_done_percent)s percent of the planned walking."
        ),
    ),
    Reason.LOW: (
        ("half_done_percent",),
        _(
            "This week left room for less than %(half_done_percent)s percent of the planned"
            " walking. That happens."
        ),
    ),
}

_EASES: Final = {Reason.FLARE_UP, Reason.PAIN_HIGH, Reason.LAYOFF, Reason.LOW_TWICE}

_LAST_WEEK: Final = _("This was the last week of your plan.")
_LOWEST: Final = _("Your plan is already at its lowest step, so it stays the same: %(dose)s.")
_SAME: Final = _("Next week stays the same: %(dose)s.")

# By the change in minutes per walk and in walks a week.
_CHANGES: Final[dict[tuple[int, int], str]] = {
    (1, 0): _("Next week your walks are longer: %(dose)s."),
    (-1, 0): _("Next week your walks are shorter: %(dose)s."),
    (0, 1): _("Next week has more walks: %(dose)s."),
    (0, -1): _("Next week has fewer walks: %(dose)s."),
    (1, 1): _("Next week has more and longer walks: %(dose)s."),
    (-1, -1): _("Next week has fewer and shorter walks: %(dose)s."),
    (-1, 1): _("Next week has more but shorter walks: %(dose)s."),
    (1, -1): _("Next week has fewer but longer walks: %(dose)s."),
}

# If one part goes up and the other down, the total decides.
_TOTALS: Final[dict[int, str]] = {
    1: _("That is %(total)s minutes over the week, up from %(before)s."),
    0: _("That is %(total)s minutes over the week, as before."),
    -1: _("That is %(total)s minutes over the week, down from %(before)s."),
}


def dose_phrase(dose: Dose) -> Sentence:
    """Return a dose in words, such as "10 minutes on 3 days"."""
    if dose.days == 1:
        return Sentence(_("%(minutes)s minutes on 1 day"), {"minutes": dose.minutes})
    return Sentence(
        _("%(minutes)s minutes on %(days)s days"), {"minutes": dose.minutes, "days": dose.days}
    )


def change(dose: Dose, next_dose: Dose) -> Sentence:
    """Describe what changes from one week to the next."""
    phrase = dose_phrase(next_dose)
    if dose == next_dose:
        return Sentence(_SAME, {"dose": phrase})
    minutes = _direction(dose.minutes, next_dose.minutes)
    days = _direction(dose.days, next_dose.days)
    changed = Sentence(_CHANGES[minutes, days], {"dose": phrase})
    if minutes * days != -1:
        return changed
    total = Sentence(
        _TOTALS[_direction(dose.total, next_dose.total)],
        {"total": next_dose.total, "before": dose.total},
    )
    return _joined(changed, total)


def why(reason: Reason, thresholds: Thresholds = USUAL) -> Sentence:
    """Say why, for the patient, with the numbers that the review compared with."""
    own, template = _WITH_OWN_NUMBERS.get(reason, ((), ""))
    if any(getattr(thresholds, name) != getattr(USUAL, name) for name in own):
        return Sentence(template, numbers(thresholds))
    return _with_numbers(WHY[reason], thresholds)


def _with_numbers(template: str, thresholds: Thresholds) -> Sentence:
    return Sentence(template, numbers(thresholds) if "%(" in template else {})


def for_patient(
    reason: Reason, dose: Dose, next_dose: Dose | None, thresholds: Thresholds = USUAL
) -> Sentence:
    """Say why, and what changes. `next_dose` is None after a stop and after the last week."""
    because = why(reason, thresholds)
    if reason is Reason.RED_FLAG:
        return because
    if next_dose is None:
        return _joined(because, Sentence(_LAST_WEEK))
    if next_dose == dose and reason in _EASES:
        return _joined(because, Sentence(_LOWEST, {"dose": dose_phrase(dose)}))
    return _joined(because, change(dose, next_dose))


FOR_PHYSIOTHERAPIST: Final[dict[Reason, str]] = {
    Reason.RED_FLAG: _("Red flag in the check-in: stop, plan paused"),
    Reason.PHYSIOTHERAPIST: _("Dose set by a physiotherapist"),
    Reason.FLARE_UP: _("Activity-limiting flare-up: halve"),
    Reason.PAIN_HIGH: _("Pain %(pain_too_much)s or more: ease"),
    Reason.LAYOFF: _("%(layoff_weeks)s or more weeks in a row without walks: halve"),
    Reason.AWAY: _("Away (ill, travelling) and adherence under %(mostly_done_percent)s%%: hold"),
    Reason.NO_DATA: _("No walks and no check-in: hold"),
    Reason.LOW_TWICE: _(
        "Adherence under %(half_done_percent)s%% for %(low_weeks)s or more weeks in a row: ease"
    ),
    Reason.LOW: _("Adherence under %(half_done_percent)s%%: hold"),
    Reason.PAIN_MODERATE: _("Pain %(moderate)s: hold"),
    Reason.PARTLY: _("Adherence under %(mostly_done_percent)s%%: hold"),
    Reason.TOO_HARD: _("Felt too hard: hold"),
    Reason.NOT_CONFIDENT: _("Confidence for next week %(low_confidence)s or less of 10: hold"),
    Reason.AT_GOAL: _("At the goal: hold"),
    Reason.SETTLING: _("First good week after a flare-up or high pain: hold"),
    Reason.CONSOLIDATING: _("Good week, more weeks on this rung to come: hold"),
    Reason.CHECK_IN_NEEDED: _(
        "Good week, but %(unchecked_raises)s raises without a check-in: hold"
    ),
    Reason.FASTER: _("All done and felt too easy: raise twice"),
    Reason.MET: _("Good week: raise"),
}


def reason_for_physiotherapist(reason: Reason, thresholds: Thresholds = USUAL) -> Sentence:
    """Return the reason in a line, with the numbers that the review compared with."""
    return _with_numbers(FOR_PHYSIOTHERAPIST[reason], thresholds)


def when(line: Line, thresholds: Thresholds = USUAL) -> Sentence:
    """Return the condition of a line of the table, with its numbers."""
    return _with_numbers(line.when, thresholds)


def for_physiotherapist(outcome: Outcome) -> Sentence:
    """Return the reason with the line of the table, adherence (percent, rounded down), pain, next dose."""
    return Sentence(
        _("%(reason)s (line %(line)s). Adherence %(percent)s%%, %(pain)s. %(next)s"),
        {
            "reason": reason_for_physiotherapist(outcome.reason, outcome.thresholds),
            "line": outcome.line,
            "percent": outcome.adherence.percent,
            "pain": Sentence(_("pain unknown"))
            if outcome.pain is None
            else Sentence(_("pain %(pain)s of 10"), {"pain": outcome.pain}),
            "next": Sentence(_("No next dose."))
            if outcome.next is None
            else Sentence(_("Next: %(dose)s."), {"dose": dose_phrase(outcome.next)}),
        },
    )


def _joined(first: Sentence, second: Sentence) -> Sentence:
    return Sentence("%(first)s %(second)s", {"first": first, "second": second})


def _direction(before: int, after: int) -> int:
    return (after > before) - (after < before)
