"""What is asked over time: when, of whom, how long, and that it stops once it is answered."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from tests.days import START, day, local
from walking.care.enrolment.consent import withdraw_consent
from walking.care.pain.episodes import answer_month
from walking.care.pain.follow_up import set_length
from walking.care.pain.outcomes import answer_outcome, questions_of
from walking.care.plan.pause import resume
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.mail.compose import compose
from walking.mail.letter import Suppressed
from walking.models import Attention, FollowUp, Mail, OutcomeAnswer, Plan
from walking.programme.dose import Dose
from walking.programme.red_flags import RedFlag
from walking.programme.settings import Programme
from walking.programme.weeks import month_day


def in_month(number: int, hour: int = 12, after: int = 0) -> dt.datetime:
    return local(month_day(START, number) + dt.timedelta(days=after), hour)


def answer(plan: Plan, month: int, at: dt.datetime, **said: object) -> OutcomeAnswer:
    given = {"pain": 3, "statements": [1, 5, 9], "activities": [("garden", 4)]} | said
    return answer_outcome(plan, month, **given, by=plan.patient, at=at)


def asked_about(plan: Plan) -> list[str]:
    mail = Mail.objects.filter(plan=plan, kind=Mail.Kind.RECURRENCE).order_by("due_at", "pk")
    return list(mail.values_list("about", flat=True))


def test_it_keeps_an_answer_with_its_score_and_a_correction_beside_it(plan: Plan) -> None:
    answer(plan, 0, local(day(1), 12))
    second = answer(plan, 0, local(day(2), 12), statements=[2], activities=[])
    assert [each.disability for each in plan.outcome_answers.order_by("revision")] == [3, 1]
    assert list(OutcomeAnswer.objects.counting()) == [second]
    first = plan.outcome_answers.get(revision=1)
    assert [(a.number, a.words, a.score) for a in first.activities.all()] == [(1, "garden", 4)]


def test_nothing_ticked_is_a_score_of_none_and_left_out_is_no_score(plan: Plan) -> None:
    assert answer(plan, 0, local(day(1), 12), statements=[]).disability == 0
    assert answer(plan, 0, local(day(1), 13), statements=None).disability is None


@pytest.mark.parametrize(("month", "number"), [(0, 16), (3, 60), (1, 40)])
def test_it_refuses_what_is_not_open(plan: Plan, month: int, number: int) -> None:
    with pytest.raises(Refused):
        answer(plan, month, local(day(number), 12))


def test_it_refuses_an_empty_answer(plan: Plan) -> None:
    with pytest.raises(Refused):
        answer(plan, 0, local(day(1), 12), pain=None, statements=None, activities=[])


def test_the_database_refuses_scores_that_cannot_be(plan: Plan) -> None:
    at = local(day(1), 12)
    for bad in (
        {"month": 1},
        {"month": 0, "pain": 11},
        {"month": 0, "statements": [1] * 25, "disability": 25},
        {"month": 0, "disability": 3},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutcomeAnswer(plan=plan, at=at, **bad).save()


def test_reminders_stop_when_answered(plan: Plan) -> None:
    catch_up_all(local(day(1), 12))
    assert asked_about(plan) == []
    catch_up_all(local(day(2), 11))
    assert asked_about(plan) == ["month:0:again"]
    catch_up_all(in_month(1))
    answer_month(plan, 1, happened=False, by=plan.patient, at=in_month(1, 13))
    catch_up_all(in_month(1, after=10))
    catch_up_all(in_month(2))
    catch_up_all(in_month(2, after=8))
    assert asked_about(plan) == ["month:0:again", "month:1", "month:2", "month:2:again"]
    assert FollowUp.objects.get().remind_at is None


def test_the_start_is_not_asked_again_once_it_was_answered(plan: Plan) -> None:
    answer(plan, 0, local(day(1), 12))
    catch_up_all(local(day(2), 11))
    assert asked_about(plan) == []


def test_who_is_held_back_at_enrolment_is_asked_once_the_plan_starts(start_plan, physio) -> None:
    plan = start_plan(red_flags=[RedFlag.NIGHT_PAIN])
    catch_up_all(local(day(3), 11))
    assert asked_about(plan) == []
    resume(
        plan, dose=Dose(10, 3), note="seen by her doctor", by=physio, at=local(day(5), 9),
        version=Plan.objects.get(pk=plan.pk).version,
    )  # fmt: skip
    catch_up_all(local(day(6), 11))
    assert asked_about(plan) == ["month:0:again"]


@pytest.mark.database
def test_month_three_waits_for_both_and_its_mail_asks_for_what_is_missing(plan: Plan) -> None:
    catch_up_all(in_month(3))
    answer_month(plan, 3, happened=False, by=None, at=in_month(3, 13))
    assert not FollowUp.objects.get().answered
    catch_up_all(in_month(3, after=7))
    again = Mail.objects.get(about="month:3:again")
    letter = compose(again, in_month(3, after=7))
    assert not isinstance(letter, Suppressed)
    assert "A few questions are still open" in letter.text
    assert "have you had back pain" not in letter.text
    answer(plan, 3, in_month(3, 13, after=7))
    assert FollowUp.objects.get().answered
    assert isinstance(compose(again, in_month(3, 14, after=7)), Suppressed)


def test_it_goes_on_after_the_plan_has_ended(start_plan) -> None:
    plan = start_plan(programme=Programme(length_weeks=1))
    for month in range(1, 14):
        catch_up_all(in_month(month))
    plan.refresh_from_db()
    assert plan.status == Plan.Status.COMPLETED
    assert "month:12" in asked_about(plan)
    assert answer(plan, 12, in_month(12, 18)).month == 12


def test_a_past_month_can_be_answered_long_after(plan: Plan) -> None:
    answer_month(plan, 1, happened=False, by=plan.patient, at=in_month(9))
    months = {each.number: each.answered for each in questions_of(plan, in_month(9)).months}
    assert months == {number: number == 1 for number in range(1, 10)}


@pytest.mark.database
def test_a_clinic_can_ask_for_36_months_also_those_that_were_done(start_plan, physio: User) -> None:
    plan = start_plan(programme=Programme(length_weeks=1))
    other = start_plan(programme=Programme(length_weeks=1))
    for month in range(1, 13):
        catch_up_all(in_month(month))
    withdraw_consent(other.patient, at=in_month(13))
    set_length(plan.clinic, 36, set_by=physio, at=in_month(14, 18))
    catch_up_all(in_month(14, 19))
    assert asked_about(plan)[-1].startswith("month:12")
    catch_up_all(in_month(15))
    assert asked_about(plan)[-1] == "month:15"
    assert not any(about.startswith("month:15") for about in asked_about(other))
    for month in range(16, 39):
        catch_up_all(in_month(month))
    asked = [about for about in asked_about(plan) if not about.endswith("again")]
    assert asked[-1] == "month:36"
    with pytest.raises(Refused):
        set_length(plan.clinic, 37, set_by=physio, at=in_month(14))


def test_nothing_is_asked_after_consent_is_withdrawn(plan: Plan) -> None:
    withdraw_consent(plan.patient, at=local(day(1), 13))
    catch_up_all(local(day(2), 11))
    assert asked_about(plan) == []


def test_five_points_worse_are_flagged_until_they_are_better(plan: Plan) -> None:
    answer(plan, 0, local(day(1), 12), statements=[1, 2])
    answer(plan, 3, in_month(3), statements=[1, 2, 3, 4, 5, 6])
    assert "disability" not in Attention.objects.get().state
    answer(plan, 3, in_month(3, 13), statements=[1, 2, 3, 4, 5, 6, 7])
    assert "disability@" in Attention.objects.get().state
    answer(plan, 6, in_month(6), statements=[1])
    assert "disability" not in Attention.objects.get().state


def test_staff_who_enter_it_are_in_the_trail(plan: Plan, physio: User) -> None:
    answer_outcome(plan, 0, pain=2, statements=None, why="told", by=physio, at=local(day(1), 12))
    line = plan.patient.accesses.get(what="outcome")
    assert (line.by, line.why, line.action) == (physio, "told", "changed")
