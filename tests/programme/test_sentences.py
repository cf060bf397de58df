import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programme.strategies import doses, facts, programmes, states
from walking.programme.adherence import Adherence
from walking.programme.dose import Dose
from walking.programme.facts import WeekFacts
from walking.programme.review import Decision, Outcome, Reason, ReviewState, review
from walking.programme.sentences import (
    FOR_PHYSIOTHERAPIST,
    WHY,
    Sentence,
    change,
    dose_phrase,
    for_patient,
    for_physiotherapist,
)
from walking.programme.settings import Programme

EASES = [Reason.FLARE_UP, Reason.PAIN_HIGH, Reason.LAYOFF, Reason.LOW_TWICE]


def test_every_reason_has_its_own_words_for_both() -> None:
    assert set(WHY) == set(FOR_PHYSIOTHERAPIST) == set(Reason)
    assert len(set(WHY.values())) == len(set(FOR_PHYSIOTHERAPIST.values())) == len(Reason)


@pytest.mark.parametrize(
    ("dose", "next_dose", "said"),
    [
        (Dose(10, 5), Dose(12, 5), "Next week your walks are longer: 12 minutes on 5 days."),
        (Dose(12, 5), Dose(10, 5), "Next week your walks are shorter: 10 minutes on 5 days."),
        (Dose(10, 3), Dose(10, 4), "Next week has more walks: 10 minutes on 4 days."),
        (Dose(10, 4), Dose(10, 3), "Next week has fewer walks: 10 minutes on 3 days."),
        (Dose(10, 3), Dose(12, 4), "Next week has more and longer walks: 12 minutes on 4 days."),
        (Dose(12, 5), Dose(10, 3), "Next week has fewer and shorter walks: 10 minutes on 3 days."),
        (Dose(10, 3), Dose(10, 3), "Next week stays the same: 10 minutes on 3 days."),
        (Dose(10, 2), Dose(10, 1), "Next week has fewer walks: 10 minutes on 1 day."),
        (
            Dose(7, 7),
            Dose(10, 4),
            "Next week has fewer but longer walks: 10 minutes on 4 days."
            " That is 40 minutes over the week, down from 49.",
        ),
        (
            Dose(25, 2),
            Dose(10, 6),
            "Next week has more but shorter walks: 10 minutes on 6 days."
            " That is 60 minutes over the week, up from 50.",
        ),
        (
            Dose(20, 3),
            Dose(15, 4),
            "Next week has more but shorter walks: 15 minutes on 4 days."
            " That is 60 minutes over the week, as before.",
        ),
    ],
)
def test_what_changes_is_said_as_it_is(dose: Dose, next_dose: Dose, said: str) -> None:
    assert str(change(dose, next_dose)) == said
    assert str(for_patient(Reason.PHYSIOTHERAPIST, dose, next_dose)).endswith(f". {said}")


@given(doses, doses)
def test_every_change_of_dose_names_the_new_dose(dose: Dose, next_dose: Dose) -> None:
    said = change(dose, next_dose).render()
    assert dose_phrase(next_dose).render() in said
    assert ("longer" in said) == (next_dose.minutes > dose.minutes)
    assert ("shorter" in said) == (next_dose.minutes < dose.minutes)
    assert ("more" in said) == (next_dose.days > dose.days)
    assert ("fewer" in said) == (next_dose.days < dose.days)


@pytest.mark.parametrize("reason", EASES)
def test_an_ease_at_the_bottom_does_not_promise_less(reason: Reason) -> None:
    said = str(for_patient(reason, Dose(10, 3), Dose(10, 3)))
    assert said.endswith(
        "Your plan is already at its lowest step, so it stays the same: 10 minutes on 3 days."
    )


@pytest.mark.parametrize("reason", EASES)
def test_an_ease_above_the_bottom_says_what_gets_less(reason: Reason) -> None:
    said = str(for_patient(reason, Dose(12, 5), Dose(10, 5)))
    assert said.endswith("Next week your walks are shorter: 10 minutes on 5 days.")


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in EASES])
def test_a_hold_is_no_lowest_step(reason: Reason) -> None:
    assert "lowest" not in str(for_patient(reason, Dose(10, 3), Dose(10, 3)))


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.RED_FLAG])
def test_the_last_week_has_no_next(reason: Reason) -> None:
    said = str(for_patient(reason, Dose(10, 3), None))
    assert said.endswith(" This was the last week of your plan.")
    assert "next week" not in said.lower()


def test_a_stop_says_what_happened_and_nothing_of_walks() -> None:
    """How urgent the sign is stands with the sign (``red_flags``), not in a sentence for all of them."""
    for next_dose in (None, Dose(10, 3)):
        said = str(for_patient(Reason.RED_FLAG, Dose(10, 3), next_dose))
        assert "paused" in said
        assert "doctor" in said
        assert "today" not in said
        assert "number" not in said
        assert "minutes" not in said


@pytest.mark.parametrize("reason", list(Reason))
def test_patients_words_are_short_and_blame_nobody(reason: Reason) -> None:
    said = WHY[reason].lower()
    for sentence in re.split(r"[.!?] ", said):
        assert len(sentence.split()) <= 24
    for word in ("fail", "should", "must", "only", "will ", "missed", "poor", "adherence", "dose"):
        assert word not in said


@given(programmes(), states, doses, facts, st.booleans())
def test_every_outcome_can_be_said_to_both(
    programme: Programme, state: ReviewState, dose: Dose, week: WeekFacts, last_week: bool
) -> None:
    outcome = review(programme, state, dose, week, last_week=last_week)
    said = str(for_patient(outcome.reason, dose, outcome.next))
    line = str(for_physiotherapist(outcome))
    assert "%" not in said
    assert "%(" not in line + said
    assert f"(line {outcome.line})" in line
    assert f"{outcome.adherence.percent}%" in line


def outcome_of(pain: int | None, next_dose: Dose | None) -> Outcome:
    done = Adherence(19999, 25000)
    return Outcome(11, Decision.HOLD, Reason.PARTLY, next_dose, (), done, pain, ReviewState())


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            outcome_of(3, Dose(10, 3)),
            "Adherence under 80%: hold (line 11). Adherence 79%, pain 3 of 10."
            " Next: 10 minutes on 3 days.",
        ),
        (
            outcome_of(None, None),
            "Adherence under 80%: hold (line 11). Adherence 79%, pain unknown. No next dose.",
        ),
    ],
)
def test_a_physiotherapists_line(outcome: Outcome, said: str) -> None:
    assert str(for_physiotherapist(outcome)) == said


def test_every_part_is_translated_in_its_own_right() -> None:
    german = {
        WHY[Reason.MET]: "Eine gute Woche!",
        "Next week your walks are longer: %(dose)s.": "Jetzt länger: %(dose)s.",
        "%(minutes)s minutes on %(days)s days": "an %(days)s Tagen %(minutes)s Minuten",
    }
    sentence = for_patient(Reason.MET, Dose(10, 5), Dose(12, 5))
    assert (
        sentence.render(lambda message: german.get(message, message))
        == "Eine gute Woche! Jetzt länger: an 5 Tagen 12 Minuten."
    )


def test_a_sentence_without_parameters_keeps_its_percent_signs() -> None:
    assert Sentence("under 80%").render() == "under 80%"


def test_reasons_and_changes_fit_together_in_all_ways() -> None:
    all_doses = [Dose(10, 3), Dose(12, 3), Dose(10, 4), Dose(8, 5), Dose(20, 1)]
    for reason, dose, next_dose in product(Reason, all_doses, [*all_doses, None]):
        said = str(for_patient(reason, dose, next_dose))
        assert said[0].isupper()
        assert said.endswith(("!", "."))
        assert "  " not in said
