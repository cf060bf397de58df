"""The settings of a programme, the bounds of every number, and where each comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from walking.programme.dose import Dose
from walking.programme.text import Sentence
from walking.programme.text import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from `low` to `high`, both allowed."""

    low: int
    high: int

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.low <= number <= self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


# Settings of a programme (ours)
BASELINE_MINUTES: Final = Range(5, 60)
BASELINE_DAYS: Final = Range(1, 7)
GOAL_MINUTES: Final = Range(5, 120)
GOAL_DAYS: Final = Range(1, 7)
WEEKLY_INCREASE: Final = Range(7, 30)  # 7 or more, so that a day can be added at any dose
WEEKS_PER_RUNG: Final = Range(1, 4)
LENGTH_WEEKS: Final = Range(1, 52)

# What a physiotherapist may set for a week (ours)
ADJUSTED_MINUTES: Final = Range(5, 120)
ADJUSTED_DAYS: Final = Range(1, 7)

# What a patient may tell (ours, but for the 0 to 10 scales, which are the usual ones)
WALK_DAY: Final = Range(1, 7)
WALK_MINUTES: Final = Range(1, 600)
PAIN: Final = Range(0, 10)
CONFIDENCE: Final = Range(0, 10)

# Thresholds of the weekly review
PAIN_TOO_MUCH: Final = 6
PAIN_MODERATE: Final = 4
MOSTLY_DONE_PERCENT: Final = 80
HALF_DONE_PERCENT: Final = 50
LOW_CONFIDENCE: Final = 4
LAYOFF_WEEKS: Final = 2
LOW_WEEKS: Final = 2
UNCHECKED_RAISES: Final = 2


class InvalidProgramme(ValueError):  # noqa: N818  (it reads better where it is raised)
    """A setting is out of its range.

    `field` is the setting, with a dot for a part of a dose (`goal.minutes`); `sentence` says what
    to do, ready for translation, and is the message.
    """

    def __init__(self, field: str, sentence: Sentence) -> None:
        super().__init__(sentence.render())
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Pace:
    """A choice of settings with a name for people (ours)."""

    name: str
    label: str
    weekly_increase: int
    weeks_per_rung: int


PACES: Final[Mapping[str, Pace]] = MappingProxyType(
    {
        "gentle": Pace("gentle", _("Gentle"), weekly_increase=10, weeks_per_rung=2),
        "standard": Pace("standard", _("Standard"), weekly_increase=10, weeks_per_rung=1),
        "brisk": Pace("brisk", _("Brisk"), weekly_increase=15, weeks_per_rung=1),
    }
)


@dataclass(frozen=True, slots=True)
class Programme:
    """The settings that a plan is made by. Sources and allowed values: `SOURCES`.

    `baseline` and `goal` are doses (minutes a walk, walks a week), `weekly_increase` minutes a
    week, `weeks_per_rung` and `length_weeks` weeks.

    Raises `InvalidProgramme` where a value is out of its range.
    """

    baseline: Dose = field(default=Dose(10, 3))
    goal: Dose = field(default=Dose(30, 5))
    weekly_increase: int = 10
    weeks_per_rung: int = 1
    length_weeks: int = 26
    allow_faster: bool = False

    def __post_init__(self) -> None:
        _check("baseline.minutes", self.baseline.minutes, BASELINE_MINUTES)
        _check("baseline.days", self.baseline.days, BASELINE_DAYS)
        _check("goal.minutes", self.goal.minutes, GOAL_MINUTES)
        _check("goal.days", self.goal.days, GOAL_DAYS)
        _check("weekly_increase", self.weekly_increase, WEEKLY_INCREASE)
        _check("weeks_per_rung", self.weeks_per_rung, WEEKS_PER_RUNG)
        _check("length_weeks", self.length_weeks, LENGTH_WEEKS)
        if self.goal.minutes < self.baseline.minutes:
            raise InvalidProgramme(
                "goal.minutes",
                Sentence(
                    _(
                        "Choose %(least)s minutes or more for the goal: a walk of the goal is"
                        " not shorter than one of the baseline."
                    ),
                    {"least": self.baseline.minutes},
                ),
            )
        if self.goal.days < self.baseline.days:
            raise InvalidProgramme(
                "goal.days",
                Sentence(
                    _(
                        "Choose %(least)s days or more for the goal: the goal has no fewer days"
                        " than the baseline."
                    ),
                    {"least": self.baseline.days},
                ),
            )

    @classmethod
    def at_pace(
        cls,
        name: str,
        *,
        baseline: Dose | None = None,
        goal: Dose | None = None,
        length_weeks: int = 26,
        allow_faster: bool = False,
    ) -> Self:
        """A programme at one of `PACES`. Raises `InvalidProgramme` for an unknown name."""
        pace = PACES.get(name)
        if pace is None:
            raise InvalidProgramme(
                "pace",
                Sentence(_("Choose one of these paces: %(names)s."), {"names": ", ".join(PACES)}),
            )
        return cls(
            baseline=baseline or Dose(10, 3),
            goal=goal or Dose(30, 5),
            weekly_increase=pace.weekly_increase,
            weeks_per_rung=pace.weeks_per_rung,
            length_weeks=length_weeks,
            allow_faster=allow_faster,
        )

    @property
    def pace(self) -> str | None:
        """The name of the pace that these settings are, or None."""
        for pace in PACES.values():
            if (pace.weekly_increase, pace.weeks_per_rung) == (
                self.weekly_increase,
                self.weeks_per_rung,
            ):
                return pace.name
        return None


def _check(name: str, number: int, allowed: Range) -> None:
    if number not in allowed:
        raise InvalidProgramme(
            name,
            Sentence(
                _("Choose a whole number from %(low)s to %(high)s."),
                {"low": allowed.low, "high": allowed.high},
            ),
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A number of the programme, for people: where it comes from and what it may be.

    `field` is the name in `Programme` (with a dot for a part of a dose), or that of the constant
    for a number that is no setting; `label` and `source` are msgids; `allowed` is "" for a number
    that cannot be set.
    """

    field: str
    label: str
    default: str
    allowed: str
    source: str


_OURS: Final = _("Ours")
_AIM: Final = _(
    "The trial's aim of 30 minutes, five days a week, within six months: the authors, in the press"
    " on publication of WalkBack (Lancet 2024; 404:134-144). The allowed values are ours"
)
_START: Final = _(
    "Ours; the trial set it for each person (WalkBack protocol, BMJ Open 2020; 10:e037149)"
)
_TRAFFIC_LIGHT: Final = _(
    "The pain-monitoring (traffic light) model in common physiotherapy use: 0-3 safe, 4-5"
    " acceptable if it settles within 24 hours, 6-10 too much"
)

_USUAL: Final = Programme()

SOURCES: Final[tuple[Source, ...]] = (
    Source(
        "baseline.minutes",
        _("Minutes per walk at the start"),
        str(_USUAL.baseline.minutes),
        str(BASELINE_MINUTES),
        _START,
    ),
    Source(
        "baseline.days",
        _("Walks per week at the start"),
        str(_USUAL.baseline.days),
        str(BASELINE_DAYS),
        _(
            "Three to five walks a week in the first 12 weeks: the authors, in the press on"
            " publication of WalkBack (Lancet 2024; 404:134-144). The allowed values are ours"
        ),
    ),
    Source(
        "goal.minutes",
        _("Minutes per walk at the goal"),
        str(_USUAL.goal.minutes),
        str(GOAL_MINUTES),
        _AIM,
    ),
    Source(
        "goal.days",
        _("Walks per week at the goal"),
        str(_USUAL.goal.days),
        str(GOAL_DAYS),
        _AIM,
    ),
    Source(
        "weekly_increase",
        _("Most minutes a week that one step adds"),
        str(_USUAL.weekly_increase),
        str(WEEKLY_INCREASE),
        _OURS,
    ),
    Source(
        "weeks_per_rung",
        _("Good weeks at each step before the next"),
        str(_USUAL.weeks_per_rung),
        str(WEEKS_PER_RUNG),
        _OURS,
    ),
    Source(
        "length_weeks",
        _("Length of the programme in weeks"),
        str(_USUAL.length_weeks),
        str(LENGTH_WEEKS),
        _(
            "Six months, as in the trial (WalkBack protocol, BMJ Open 2020; 10:e037149). The"
            " allowed values are ours"
        ),
    ),
    Source(
        "allow_faster",
        _("Two steps at once after a full week that felt too easy"),
        _("no"),
        _("yes or no"),
        _OURS,
    ),
    Source(
        "PAIN_TOO_MUCH",
        _("Pain (of 10) from which the dose is eased"),
        str(PAIN_TOO_MUCH),
        "",
        _TRAFFIC_LIGHT,
    ),
    Source(
        "PAIN_MODERATE",
        _("Pain (of 10) from which nothing is added"),
        str(PAIN_MODERATE),
        "",
        _TRAFFIC_LIGHT,
    ),
    Source(
        "MOSTLY_DONE_PERCENT",
        _("Adherence (percent) of a good week"),
        str(MOSTLY_DONE_PERCENT),
        "",
        _OURS,
    ),
    Source(
        "HALF_DONE_PERCENT",
        _("Adherence (percent) under which a week counts as low"),
        str(HALF_DONE_PERCENT),
        "",
        _OURS,
    ),
    Source(
        "LOW_WEEKS",
        _("Low weeks in a row after which the dose is eased"),
        str(LOW_WEEKS),
        "",
        _OURS,
    ),
    Source(
        "LAYOFF_WEEKS",
        _("Weeks in a row without walks after which the dose is halved"),
        str(LAYOFF_WEEKS),
        "",
        _OURS,
    ),
    Source(
        "LOW_CONFIDENCE",
        _("Confidence (of 10) for next week up to which nothing is added"),
        str(LOW_CONFIDENCE),
        "",
        _OURS,
    ),
    Source(
        "UNCHECKED_RAISES",
        _("Steps up without a check-in before one is asked for"),
        str(UNCHECKED_RAISES),
        "",
        _OURS,
    ),
    Source(
        "ADJUSTED_MINUTES",
        _("Minutes per walk that a physiotherapist may set for a week"),
        "",
        str(ADJUSTED_MINUTES),
        _OURS,
    ),
    Source(
        "ADJUSTED_DAYS",
        _("Walks per week that a physiotherapist may set for a week"),
        "",
        str(ADJUSTED_DAYS),
        _OURS,
    ),
)
