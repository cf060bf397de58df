"""The projected weeks if all goes well: the rules themselves, applied to future weeks."""

from walking.programme.dose import Dose
from walking.programme.facts import CheckIn, Difficulty, WeekFacts
from walking.programme.review import ReviewState, review
from walking.programme.settings import Programme

_WELL = CheckIn(pain=0, difficulty=Difficulty.ABOUT_RIGHT, confidence=10, red_flags=())


def outlook(
    programme: Programme,
    state: ReviewState,
    dose: Dose,
    *,
    week: int,
    adjustment: Dose | None = None,
    flare_up_acted: bool = False,
) -> list[Dose]:
    """Return the doses of the weeks after `week`, to the last one, if every walk is done and every
    check-in is a good one from now on.

    `state` and `dose` are those of the running week, `adjustment` what is set for the one after
    it, `flare_up_acted` whether a flare-up halved the running dose.
    """
    doses = []
    for number in range(week, programme.length_weeks):
        facts = WeekFacts(
            minutes_by_day=dict.fromkeys(range(1, 8), dose.minutes),
            check_in=_WELL,
            flare_up_acted=flare_up_acted and number == week,
            adjustment=adjustment if number == week else None,
        )
        outcome = review(programme, state, dose, facts, last_week=False)
        assert outcome.next is not None  # noqa: S101 - only a red flag or the last week has none
        dose, state = outcome.next, outcome.state
        doses.append(dose)
    return doses
