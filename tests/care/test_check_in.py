"""Check-ins: the running week, the week before, and red flags at any time."""

from __future__ import annotations

import pytest

from tests.care.conftest import doses, review_week, walk
from tests.days import day, local
from walking.care.plan.pause import complete, pause, resume
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.care.weeks.check_in import answered, check_in, open_week, report_red_flags
from walking.models import CheckIn, Mail, Plan
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn as Answers
from walking.programme.facts import Difficulty
from walking.programme.red_flags import RedFlag
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db

GOOD = Answers(pain=1, difficulty=Difficulty.ABOUT_RIGHT, confidence=8, red_flags=())
ALARM = Answers(red_flags=(RedFlag.BLADDER_BOWEL,))


def answer(plan, at, answers=GOOD, *, week=1, via=CheckIn.Via.APP, words=""):
    return check_in(
        plan, week_number=week, answers=answers, words=words, via=via, by=plan.patient, at=at
    )


def test_it_shows_next_weeks_dose_at_once_and_keeps_nothing_decided(plan):
    walk(plan, 1, 3, 5)
    result = answer(plan, local(day(7), 18))
    assert result.outcome.next == Dose(10, 4)
    assert not result.final
    assert plan.reviews.count() == 0
    assert review_week(plan).next_dose == Dose(10, 4)


def test_a_walk_after_the_check_in_still_counts(plan):
    walk(plan, 1, 3)
    assert answer(plan, local(day(7), 17)).outcome.next == Dose(10, 3)
    walk(plan, 7)
    assert review_week(plan).next_dose == Dose(10, 4)


def test_without_an_answer_on_warning_signs_nothing_is_kept(plan):
    with pytest.raises(Refused, match="warning signs") as refused:
        answer(plan, local(day(7), 18), Answers(pain=1))
    assert refused.value.field == "red_flags"
    assert plan.check_ins.count() == 0


def test_the_answer_on_warning_signs_is_kept_as_given(plan):
    assert answer(plan, local(day(7), 17)).check_in.signs_answered is True
    none = answered(plan, 1)
    assert (none.red_flags, none.signs) == ([], ())
    answer(plan, local(day(7), 18), ALARM)
    assert answered(plan, 1).signs == (RedFlag.BLADDER_BOWEL,)
    older = CheckIn(plan=plan, week_number=1, pain=1, via=CheckIn.Via.APP)
    assert older.signs is None
    assert older.as_rules_see_it() == Answers(pain=1)


def test_it_opens_on_the_last_day(plan):
    with pytest.raises(Refused, match="opens on"):
        answer(plan, local(day(6), 23, 59))
    assert answer(plan, local(day(7), 0)).check_in.pk


def test_the_bearer_of_the_mail_is_not_sent_away_as_too_early(plan):
    assert answer(plan, local(day(2), 9), via=CheckIn.Via.MAIL).check_in.pk


def test_answering_again_is_a_new_fact(plan):
    answer(plan, local(day(7), 17))
    answer(plan, local(day(7), 18), Answers(pain=7, red_flags=()))
    assert answered(plan, 1).pain == 7
    assert plan.check_ins.count() == 2
    assert review_week(plan).reason == "pain_high"


def test_the_mail_answers_once(plan):
    answer(plan, local(day(7), 17), via=CheckIn.Via.MAIL)
    with pytest.raises(Refused, match="answered already"):
        answer(plan, local(day(7), 18), Answers(pain=7, red_flags=()), via=CheckIn.Via.MAIL)
    assert plan.check_ins.count() == 1


def test_a_late_answer_is_reviewed_again_and_the_running_dose_follows(plan):
    walk(plan, 1, 3, 5)
    assert review_week(plan).next_dose == Dose(10, 4)
    result = answer(plan, local(day(9), 8), Answers(difficulty=Difficulty.TOO_HARD, red_flags=()))
    assert result.final
    assert list(plan.reviews.values_list("revision", "reason")) == [(1, "met"), (2, "too_hard")]
    assert doses(plan) == [(10, 3), (10, 3)]


def test_a_late_answer_does_not_move_a_dose_that_a_physiotherapist_chose_since(plan, physio):
    review_week(plan)
    plan = pause(plan, note="Cold", by=physio, at=local(day(9), 9), version=plan.version)
    plan = resume(
        plan, dose=Dose(7, 2), note="", by=physio, at=local(day(10), 9), version=plan.version
    )
    with pytest.raises(Refused):
        answer(plan, local(day(11), 8), week=1)
    assert doses(plan)[-1] == (7, 2)


def test_the_week_after_is_the_last_chance(plan):
    review_week(plan)
    at_the_end = local(day(14), 23, 59)
    assert answer(plan, at_the_end).final
    catch_up_all(local(day(15), 4))
    with pytest.raises(Refused, match="too late"):
        answer(plan, local(day(15), 5))


def test_the_last_week_of_a_completed_plan_can_still_be_answered(start_plan):
    plan = start_plan(programme=Programme(length_weeks=1))
    review_week(plan)
    assert open_week(plan, local(day(8), 9)).number == 1
    assert answer(plan, local(day(9), 9)).final
    plan.refresh_from_db()
    assert plan.status == Plan.Status.COMPLETED


def test_which_week_is_open(plan):
    assert open_week(plan, local(day(6), 12)) is None
    assert open_week(plan, local(day(7), 12)).number == 1
    review_week(plan)
    assert open_week(plan, local(day(9), 12)).number == 1  # last week's, late
    answer(plan, local(day(9), 12))
    assert open_week(plan, local(day(9), 13)) is None


class TestRedFlags:
    def test_it_pauses_at_once_tells_the_patient_and_alerts_the_physiotherapist(self, plan, physio):
        result = answer(plan, local(day(7), 18), ALARM)
        plan.refresh_from_db()
        assert result.stopped
        assert (plan.status, plan.paused_for) == (Plan.Status.PAUSED, "red_flag")
        assert plan.reviews.get().flags == ["urgent"]
        recipients = dict(
            Mail.objects.filter(kind__in=["paused", "urgent"]).values_list("kind", "recipient")
        )
        assert recipients == {"paused": plan.patient_id, "urgent": physio.pk}

    def test_it_acts_in_mid_week(self, plan):
        report_red_flags(
            plan, red_flags=[RedFlag.CHEST_PAIN], by=plan.patient, at=local(day(3), 11)
        )
        plan.refresh_from_db()
        assert plan.status == Plan.Status.PAUSED
        assert plan.reviews.get().line == 1

    def test_it_acts_on_a_late_answer_for_last_week(self, plan):
        review_week(plan)
        assert answer(plan, local(day(10), 9), ALARM).stopped
        plan.refresh_from_db()
        assert plan.status == Plan.Status.PAUSED
        assert plan.next_review_at is None

    def test_it_acts_long_after_the_link_grew_old(self, plan):
        catch_up_all(local(day(29), 9))
        assert answer(plan, local(day(29), 10), ALARM, via=CheckIn.Via.MAIL).stopped
        plan.refresh_from_db()
        assert plan.status == Plan.Status.PAUSED

    def test_it_acts_while_a_physiotherapist_has_paused_the_plan(self, plan, physio):
        pause(plan, note="Holiday", by=physio, at=local(day(2), 9), version=plan.version)
        report_red_flags(plan, red_flags=[RedFlag.FAINT], by=plan.patient, at=local(day(3), 9))
        plan.refresh_from_db()
        assert plan.paused_for == "red_flag"
        assert Mail.objects.filter(kind="urgent").count() == 1

    def test_it_alerts_after_the_plan_is_completed(self, plan, physio):
        complete(plan, note="Moved away", by=physio, at=local(day(2), 9), version=plan.version)
        report_red_flags(plan, red_flags=[RedFlag.FAINT], by=plan.patient, at=local(day(3), 9))
        plan.refresh_from_db()
        assert plan.status == Plan.Status.COMPLETED
        assert Mail.objects.filter(kind="urgent").count() == 1

    def test_twice_in_a_week_is_one_mail_of_each_kind(self, plan):
        answer(plan, local(day(7), 18), ALARM)
        report_red_flags(plan, red_flags=[RedFlag.FAINT], by=plan.patient, at=local(day(7), 19))
        assert Mail.objects.filter(kind="urgent").count() == 1
        assert plan.check_ins.count() == 2

    def test_at_enrolment_the_plan_waits_for_the_physiotherapist(self, start_plan, physio):
        plan = start_plan(red_flags=[RedFlag.FEVER_UNWELL])
        assert (plan.status, plan.week_number) == (Plan.Status.PAUSED, 0)
        assert not Mail.objects.filter(kind="welcome").exists()
        assert Mail.objects.filter(kind="urgent", recipient=physio).count() == 1
        plan = resume(
            plan, dose=Dose(8, 3), note="Seen", by=physio, at=local(day(5), 9), version=plan.version
        )
        assert (plan.start, plan.week_number, doses(plan)) == (day(5), 1, [(8, 3)])
        assert plan.contacts.get(number=2).due == day(12)

    def test_none_named_is_refused(self, plan):
        with pytest.raises(Refused) as refusal:
            report_red_flags(plan, red_flags=[], by=plan.patient, at=local(day(3), 9))
        assert refusal.value.field == "red_flags"
