"""The settings of a programme, the bounds of every number, and where each comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from walking.programme.dose import Dose
from walking.programme.ranges import InvalidProgramme, Range, check_within
from walking.programme.text import Sentence
from walking.programme.text import gettext_noop as _
from walking.programme.thresholds import ALLOWED, USUAL, Thresholds

# Settings of a programme (our choice, not the trial's)
BASELINE_MINUTES: Final = Range(5, 60)
BASELINE_DAYS: Final = Range(1, 7)
GOAL_MINUTES: Final = Range(5, 120)
GOAL_DAYS: Final = Range(1, 7)
WEEKLY_INCREASE: Final = Range(7, 30)  # 7 or more, so that a day can be added at any dose
WEEKS_PER_RUNG: Final = Range(1, 4)
LENGTH_WEEKS: Final = Range(1, 52)

# What a physiotherapist may set for a week (our choice, not the trial's)
ADJUSTED_MINUTES: Final = Range(5, 120)
ADJUSTED_DAYS: Final = Range(1, 7)

# What a patient may enter (our choice, except the usual 0 to 10 scales)
WALK_DAY: Final = Range(1, 7)
WALK_MINUTES: Final = Range(1, 600)
PAIN: Final = Range(0, 10)
CONFIDENCE: Final = Range(0, 10)


@dataclass(frozen=True, slots=True)
class Pace:
    """A choice of settings with a name for people (our choice, not the trial's)."""

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
    """The settings of a plan. Sources and allowed values: `SOURCES`.

    `baseline` and `goal` are doses (minutes per walk, walks a week), `weekly_increase` minutes a
    week, `weeks_per_rung` and `length_weeks` weeks, `thresholds` what the review compares with.

    Raises `InvalidProgramme` if a value is out of its range.
    """

    baseline: Dose = field(default=Dose(10, 3))
    goal: Dose = field(default=Dose(30, 5))
    weekly_increase: int = 10
    weeks_per_rung: int = 1
    length_weeks: int = 26
    allow_faster: bool = False
    #: Not part of the hash, by which ladders are cached: those do not depend on it.
    thresholds: Thresholds = field(default=USUAL, hash=False)

    def __post_init__(self) -> None:
        check_within("baseline.minutes", self.baseline.minutes, BASELINE_MINUTES)
        check_within("baseline.days", self.baseline.days, BASELINE_DAYS)
        check_within("goal.minutes", self.goal.minutes, GOAL_MINUTES)
        check_within("goal.days", self.goal.days, GOAL_DAYS)
        check_within("weekly_increase", self.weekly_increase, WEEKLY_INCREASE)
        check_within("weeks_per_rung", self.weeks_per_rung, WEEKS_PER_RUNG)
        check_within("length_weeks", self.length_weeks, LENGTH_WEEKS)
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
        thresholds: Thresholds = USUAL,
    ) -> Self:
        """Return a programme at one of `PACES`. Raises `InvalidProgramme` for an unknown name."""
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
            thresholds=thresholds,
        )

    @property
    def pace(self) -> str | None:
        """Return the name of the pace with these settings, or None."""
        for pace in PACES.values():
            if (pace.weekly_increase, pace.weeks_per_rung) == (
                self.weekly_increase,
                self.weeks_per_rung,
            ):
                return pace.name
        return None


@dataclass(frozen=True, slots=True)
class Source:
    """A number of the programme, for people: where it comes from and which values it may have.

    `field` is the name in `Programme` (with a dot for a part of a dose or of the thresholds), or the
    name of the constant for a number that is not a setting; `label` and `source` are msgids;
    `allowed` is "" for a number that cannot be set.
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
    " acceptable if it settles within 24 hours, 6-10 too much. A clinic may be stricter, not looser"
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
        "thresholds.pain_too_much",
        _("Pain (of 10) from which the dose is eased"),
        str(USUAL.pain_too_much),
        str(ALLOWED["pain_too_much"]),
        _TRAFFIC_LIGHT,
    ),
    Source(
        "thresholds.pain_moderate",
        _("Pain (of 10) from which nothing is added"),
        str(USUAL.pain_moderate),
        str(ALLOWED["pain_moderate"]),
        _TRAFFIC_LIGHT,
    ),
    Source(
        "thresholds.mostly_done_percent",
        _("Adherence (percent) of a good week"),
        str(USUAL.mostly_done_percent),
        str(ALLOWED["mostly_done_percent"]),
        _OURS,
    ),
    Source(
        "thresholds.half_done_percent",
        _("Adherence (percent) under which a week counts as low"),
        str(USUAL.half_done_percent),
        str(ALLOWED["half_done_percent"]),
        _OURS,
    ),
    Source(
        "thresholds.low_weeks",
        _("Low weeks in a row after which the dose is eased"),
        str(USUAL.low_weeks),
        str(ALLOWED["low_weeks"]),
        _OURS,
    ),
    Source(
        "thresholds.layoff_weeks",
        _("Weeks in a row without walks after which the dose is halved"),
        str(USUAL.layoff_weeks),
        str(ALLOWED["layoff_weeks"]),
        _OURS,
    ),
    Source(
        "thresholds.low_confidence",
        _("Confidence (of 10) for next week up to which nothing is added"),
        str(USUAL.low_confidence),
        str(ALLOWED["low_confidence"]),
        _OURS,
    ),
    Source(
        "thresholds.unchecked_raises",
        _("Steps up without a check-in before one is asked for"),
        str(USUAL.unchecked_raises),
        str(ALLOWED["unchecked_raises"]),
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
