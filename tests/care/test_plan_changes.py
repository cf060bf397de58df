"""What people do to a plan: diary, flare-up, adjust, pause, resume, complete."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.care.conftest import doses, review_week, walk
from tests.days import START, day, local
from tests.people import make_physio
from walking.care.diary.walks import correct_walk, log_walk, open_days, remove_walk, restore_walk
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.adjust import pending, set_next_dose, withdraw_adjustment
from walking.care.plan.pause import complete, pause, resume
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.models import Plan
from walking.programme.dose import Dose

pytestmark = pytest.mark.django_db


class TestDiary:
    def test_the_same_walk_sent_twice_is_one(self, plan):
        mark = uuid.uuid4()
        for _ in range(2):
            log_walk(
                plan, day=day(1), minutes=10, client_id=mark, by=plan.patient, at=local(day(1), 18)
            )
        assert plan.walks.count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("minutes", 0),
            ("minutes", 601),
            ("minutes", 1000),
            ("pain", 11),
            ("pain", -1),
            ("effort", "huge"),
        ],
    )
    def test_numbers_out_of_range_are_refused_by_their_field(self, plan, field, value):
        walk_of = {"minutes": 10, "pain": None, "effort": ""} | {field: value}
        with pytest.raises(Refused) as refusal:
            log_walk(plan, day=day(1), by=plan.patient, at=local(day(1), 18), **walk_of)
        assert refusal.value.field == field

    def test_tomorrow_is_refused(self, plan):
        with pytest.raises(Refused, match="still to come"):
            log_walk(plan, day=day(2), minutes=10, by=plan.patient, at=local(day(1), 23, 59))

    def test_today_is_the_patients_own(self, start_plan):
        plan = start_plan(zone="Pacific/Kiritimati")
        # It is still 1 March in UTC, and already the plan's first day on Kiritimati.
        at = dt.datetime(2026, 3, 1, 11, tzinfo=dt.UTC)
        assert log_walk(plan, day=START, minutes=10, by=plan.patient, at=at).pk

    def test_this_week_and_last_week_are_open(self, plan):
        catch_up_all(local(day(16), 4))
        assert open_days(Plan.objects.get(pk=plan.pk), local(day(16), 9)) == [
            day(n) for n in range(16, 7, -1)
        ]
        with pytest.raises(Refused, match="this week and last week"):
            log_walk(plan, day=day(7), minutes=10, by=plan.patient, at=local(day(16), 9))

    def test_a_removed_walk_does_not_count_and_can_come_back(self, plan):
        walk(plan, 1, 3, 5)
        last = plan.walks.first()
        remove_walk(last, by=plan.patient, at=local(day(6), 9))
        assert plan.walks.kept().count() == 2
        restore_walk(last, by=plan.patient, at=local(day(6), 10))
        assert review_week(plan).adherence == 1

    def test_a_correction_counts(self, plan):
        walk(plan, 1, 3, 5, minutes=5)
        for each in plan.walks.all():
            correct_walk(
                each,
                day=each.day,
                minutes=10,
                pain=1,
                effort="easy",
                by=plan.patient,
                at=local(day(6), 9),
            )
        assert review_week(plan).adherence == 1

    def test_an_old_walk_cannot_be_corrected(self, plan):
        walk(plan, 1)
        catch_up_all(local(day(16), 4))
        with pytest.raises(Refused):
            correct_walk(
                plan.walks.get(),
                day=day(16),
                minutes=9,
                pain=None,
                effort="",
                by=plan.patient,
                at=local(day(16), 9),
            )


class TestFlareUp:
    def test_it_halves_the_rest_of_the_week_at_once(self, start_plan):
        from walking.programme.settings import Programme

        plan = start_plan(programme=Programme(baseline=Dose(10, 3), goal=Dose(30, 5)))
        for number in range(1, 6):
            walk(plan, *range(7 * number - 6, 7 * number + 1), minutes=30)
            review_week(plan, number)
        week = plan.weeks.get(number=6)
        assert week.dose == Dose(14, 5) or week.dose.total > 30
        before = week.dose
        report_flare_up(plan, by=plan.patient, at=local(day(38), 12))
        week.refresh_from_db()
        assert week.dose.total <= before.total / 2 or week.dose == Dose(10, 3)
        assert week.doses_by_day()[:2] == (before, before)
        assert week.doses_by_day()[2] == week.dose

    def test_the_review_does_not_halve_again_but_settles(self, plan):
        walk(plan, 1, 3, 5)
        report_flare_up(plan, by=plan.patient, at=local(day(4), 12))
        review = review_week(plan)
        assert (review.line, review.reason) == (15, "settling")
        assert doses(plan) == [(10, 3), (10, 3)]

    def test_a_second_report_is_the_same_episode_and_no_second_halving(self, plan):
        report_flare_up(plan, by=plan.patient, at=local(day(3), 12))
        report_flare_up(plan, by=plan.patient, at=local(day(4), 12))
        assert plan.recurrences.count() == 1
        assert plan.weeks.get().eased_from == 3

    def test_a_day_to_come_is_refused(self, plan):
        with pytest.raises(Refused) as refusal:
            report_flare_up(plan, started=day(5), by=plan.patient, at=local(day(3), 12))
        assert refusal.value.field == "started"


class TestAdjusting:
    def adjust(self, plan, physio, dose=None, **kwargs):
        return set_next_dose(
            plan,
            dose=dose or Dose(12, 4),
            reason="Doing well",
            by=physio,
            at=local(day(3), 9),
            **({"version": plan.version} | kwargs),
        )

    @pytest.mark.parametrize(
        ("dose", "field"),
        [
            (Dose(4, 3), "minutes"),
            (Dose(121, 3), "minutes"),
            (Dose(10, 0), "days"),
            (Dose(10, 8), "days"),
        ],
    )
    def test_a_dose_out_of_range_is_refused(self, plan, physio, dose, field):
        with pytest.raises(Refused) as refusal:
            self.adjust(plan, physio, dose)
        assert refusal.value.field == field
        assert pending(plan) is None

    def test_the_latest_one_counts_and_can_be_taken_back(self, plan, physio):
        self.adjust(plan, physio)
        plan.refresh_from_db()
        self.adjust(plan, physio, Dose(15, 3))
        assert pending(plan).dose == Dose(15, 3)
        plan.refresh_from_db()
        withdraw_adjustment(
            plan, reason="Mistake", by=physio, at=local(day(4), 9), version=plan.version
        )
        assert pending(plan) is None
        walk(plan, 1, 3, 5)
        assert review_week(plan).reason == "met"

    @pytest.mark.database
    def test_two_at_once_cannot_overwrite_each_other(self, plan, physio):
        seen = plan.version
        self.adjust(plan, physio)
        with pytest.raises(Refused, match="Ruth Adler changed this plan"):
            self.adjust(plan, physio, Dose(20, 5), version=seen)
        assert pending(plan).dose == Dose(12, 4)

    def test_another_clinics_physiotherapist_is_refused(self, plan):
        other = make_physio(name="Other")
        with pytest.raises(Refused, match="no such plan"):
            self.adjust(plan, other)

    def test_a_patient_is_refused(self, plan):
        with pytest.raises(Refused):
            self.adjust(plan, plan.patient)

    def test_a_reason_is_asked_for(self, plan, physio):
        with pytest.raises(Refused) as refusal:
            set_next_dose(
                plan,
                dose=Dose(12, 4),
                reason=" ",
                by=physio,
                at=local(day(3), 9),
                version=plan.version,
            )
        assert refusal.value.field == "reason"


class TestPausing:
    def test_a_paused_plan_is_not_reviewed(self, plan, physio):
        pause(plan, note="Surgery", by=physio, at=local(day(3), 9), version=plan.version)
        assert catch_up_all(local(day(40), 9)).reviewed == 0

    def test_weeks_go_on_in_number_and_follow_each_other_in_date(self, plan, physio):
        plan = pause(plan, note="", by=physio, at=local(day(3), 9), version=plan.version)
        plan = resume(
            plan,
            dose=Dose(8, 3),
            note="Better",
            by=physio,
            at=local(day(5), 9),
            version=plan.version,
        )
        weeks = list(plan.weeks.values_list("number", "starts", "ends"))
        assert weeks == [(1, day(1), day(4)), (2, day(5), day(11))]
        assert plan.next_review_at == local(day(12), 4)

    def test_resumed_on_its_first_day_the_new_week_begins_tomorrow(self, plan, physio):
        plan = pause(plan, note="", by=physio, at=local(day(1), 9), version=plan.version)
        plan = resume(
            plan, dose=Dose(8, 3), note="", by=physio, at=local(day(1), 10), version=plan.version
        )
        assert plan.weeks.get(number=2).starts == day(2)

    def test_who_and_when_and_why_are_kept(self, plan, physio):
        plan = pause(plan, note="Flu", by=physio, at=local(day(3), 9), version=plan.version)
        event = plan.events.get(kind="paused")
        assert (event.by, event.at, event.note) == (physio, local(day(3), 9), "Flu")

    def test_a_completed_plan_takes_no_more_changes(self, plan, physio):
        plan = complete(plan, note="", by=physio, at=local(day(3), 9), version=plan.version)
        for change in (pause, complete):
            with pytest.raises(Refused):
                change(plan, note="", by=physio, at=local(day(4), 9), version=plan.version)
        with pytest.raises(Refused):
            resume(
                plan,
                dose=Dose(10, 3),
                note="",
                by=physio,
                at=local(day(4), 9),
                version=plan.version,
            )
