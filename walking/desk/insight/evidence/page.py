"""The evidence page: curves, medians next to the trial's, follow-up, and outcomes over time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from walking.desk.insight.evidence.curves import (
    FEWEST_FOLLOWED,
    Curve,
    curve,
    log_rank,
    mean_with_interval,
    trusted,
)
from walking.desk.insight.evidence.groups import FEW_EVENTS, FEWEST, Group, grouped, shown
from walking.desk.insight.evidence.people import Person, Scores, people_of, scores_of
from walking.desk.insight.evidence.picture import LINES, Picture, picture
from walking.programme.outcomes import FEWEST_MONTHS, OCCASIONS
from walking.programme.survival import Definition, Ending, Observation

#: Median days to the first activity-limiting recurrence: Lancet 2024.
TRIAL_WALKED: Final = 208
TRIAL_NOT: Final = 112
#: The sentence below a curve gives the share after this many days.
HALF_YEAR: Final = 182

DEFINITIONS: Final[dict[Definition, Promise]] = {
    Definition.LIMITING: gettext_lazy("Activity-limiting"),
    Definition.ANY: gettext_lazy("Any, of 24 hours or more"),
    Definition.CARE: gettext_lazy("Leading to care"),
}
MEANINGS: Final[dict[Definition, Promise]] = {
    Definition.ANY: gettext_lazy("Back pain that lasted 24 hours or more."),
    Definition.LIMITING: gettext_lazy(
        "One of these that kept the patient from usual activities for 24 hours or more."
    ),
    Definition.CARE: gettext_lazy(
        "One of these because of which the patient saw or rang somebody for care."
    ),
}
ENDINGS: Final[dict[Ending, Promise]] = {
    Ending.RECURRENCE: gettext_lazy("had a recurrence"),
    Ending.COMPLETE: gettext_lazy("free of it, all months answered"),
    Ending.RUNNING: gettext_lazy("free of it so far, still followed"),
    Ending.LOST: gettext_lazy("lost: a month was never answered"),
    Ending.STOPPED: gettext_lazy("follow-up ended: consent withdrawn, or a new plan"),
    Ending.UNSAID: gettext_lazy("had pain, and did not say whether it counts"),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A group with its curve, and a sentence about it."""

    name: str
    observed: tuple[Observation, ...]
    curve: Curve
    sentence: str

    @property
    def median(self) -> str:
        return median_words(self.curve)


@dataclass(slots=True)
class Evidence:
    """``drawn`` is empty if there are too few patients. ``hidden`` groups are too small to show."""

    definition: Definition
    by: str
    n: int
    drawn: list[Drawn] = field(default_factory=list)
    picture: Picture | None = None
    hidden: int = 0
    p: str = ""
    warning: str = ""
    endings: list[tuple[str, int | None]] = field(default_factory=list)
    over_time: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def fewest_followed(self) -> int:
        return FEWEST_FOLLOWED


def evidence(viewer: User, definition: Definition, by: str, at: dt.datetime) -> Evidence:
    """Return the curves of all patients that ``viewer`` may see, or of groups, with their sentences."""
    people = people_of(viewer, at)
    found = Evidence(definition, by, len(people))
    if len(people) < FEWEST:
        return found
    groups = (
        grouped(people, by, definition)
        if by
        else [Group(_("All patients"), tuple(each.observed(definition) for each in people))]
    )
    large, found.hidden = shown(groups)
    if len(large) > LINES:
        found.hidden += len(large) - LINES
        large = sorted(large, key=lambda group: -len(group.observed))[:LINES]
    for group in large:
        fitted = trusted(curve(group.observed), group.observed)
        found.drawn.append(Drawn(group.name, group.observed, fitted, _sentence(fitted)))
    if found.drawn:
        months = _months(people)
        found.picture = picture(
            [(each.name, each.observed, each.curve) for each in found.drawn], months
        )
    if len(found.drawn) > 1:
        found.p = _p_words(log_rank([each.observed for each in found.drawn]))
        found.warning = _warning(found.drawn)
    if not by:
        found.endings = _endings(groups[0].observed)
        found.over_time = _over_time(scores_of(viewer))
    return found


def _months(people: Sequence[Person]) -> int:
    return max((person.months for person in people), default=FEWEST_MONTHS)


def median_words(fitted: Curve) -> str:
    """Return the median with its interval, as far as they are reached."""
    if fitted.median is None:
        return _("not reached as far as the curve goes")
    low = "–" if fitted.median_low is None else localize(fitted.median_low)
    high = "–" if fitted.median_high is None else localize(fitted.median_high)
    return _("%(days)s days (95 %% interval %(low)s to %(high)s)") % {
        "days": localize(fitted.median), "low": low, "high": high,
    }  # fmt: skip


def _sentence(fitted: Curve) -> str:
    """Return a sentence that summarises a curve."""
    half_year = fitted.last_day >= HALF_YEAR
    point = fitted.at(HALF_YEAR) if half_year else fitted.points[-1]
    values = {
        "percent": round(point.share * 100), "low": round(point.low * 100),
        "high": round(point.high * 100), "days": localize(fitted.last_day),
        "n": localize(fitted.n),
    }  # fmt: skip
    if half_year:
        return (
            _(
                "Of %(n)s patients, an estimated %(percent)s in 100 were free of it after half a year; with so many"
                " patients it could be anything from %(low)s to %(high)s."
            )
            % values
        )
    return (
        _(
            "Of %(n)s patients, an estimated %(percent)s in 100 were free of it after %(days)s days, as far as"
            " enough of them are followed; it could be anything from %(low)s to %(high)s."
        )
        % values
    )


def _p_words(p: float) -> str:
    return _("p under 0.001") if p < 0.001 else _("p = %(p)s") % {"p": localize(round(p, 3))}


def _warning(drawn: Sequence[Drawn]) -> str:
    fewest = min(each.curve.events for each in drawn)
    if fewest >= FEW_EVENTS:
        return ""
    return ngettext(
        "The smallest group has %(n)s recurrence. With so few, this test says little either way.",
        "The smallest group has %(n)s recurrences. With so few, this test says little either way.",
        fewest,
    ) % {"n": fewest}


def _endings(observed: Sequence[Observation]) -> list[tuple[str, int | None]]:
    counts = Counter(each.ending for each in observed)
    return [(str(words), counts[ending]) for ending, words in ENDINGS.items()]


def _over_time(scores: dict[int, Scores]) -> list[tuple[int, list[str]]]:
    """Return disability and pain by occasion, with how many answered. A dash for fewer than ten."""
    rows = []
    for month in OCCASIONS:
        known = scores.get(month, Scores())
        cells: list[str] = []
        for values in (known.disability, known.pain):
            if len(values) < FEWEST:
                cells += ["–", "–"]
                continue
            mean, low, high = mean_with_interval(values)
            cells += [
                _("%(mean)s (%(low)s to %(high)s)")
                % {name: localize(round(value, 1)) for name, value in
                   {"mean": mean, "low": max(low, 0.0), "high": high}.items()},
                localize(len(values)),
            ]  # fmt: skip
        rows.append((month, cells))
    return rows
