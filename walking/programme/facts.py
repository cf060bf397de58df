"""What is known when a week has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag


class Difficulty(StrEnum):
    """How the week's walking felt."""

    TOO_EASY = "too_easy"
    ABOUT_RIGHT = "about_right"
    TOO_HARD = "too_hard"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A patient's answers for a week; None means not answered.

    `pain` 0-10, `confidence` for next week 0-10 (`settings.PAIN`, `settings.CONFIDENCE`);
    `flare_up`: activity-limiting, 24 hours or more (the trial's protocol); `away`: ill or
    travelling. `red_flags`: the warning signs reported; empty means that the patient has none of
    them.
    """

    pain: int | None = None
    difficulty: Difficulty | None = None
    confidence: int | None = None
    flare_up: bool = False
    away: bool = False
    red_flags: tuple[RedFlag, ...] | None = None


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """The facts that a review is based on.

    `minutes_by_day`: day of the week (1-7) to the minutes walked on it; days may be missing.
    `walk_pain`: the highest pain (0-10) recorded after any walk of the week.
    `check_in`: None if there is none; a check-in without any answer counts as none.
    `adjustment`: the dose the physiotherapist set for the next week.
    `absent`: three or more days of absence were entered in advance. Counts as away in lines 6 and 8
    without being a check-in.
    `flare_up_acted`: a flare-up reported in mid-week already halved the running dose. Line 3 is
    not applied again, and line 15 follows.
    `first_doses`: in a week whose dose changed part-way, the dose of each of its seven days, the
    first day's first; None if one dose applied all week.
    """

    minutes_by_day: Mapping[int, int]
    walk_pain: int | None = None
    check_in: CheckIn | None = None
    adjustment: Dose | None = None
    absent: bool = False
    flare_up_acted: bool = False
    first_doses: tuple[Dose, ...] | None = None
