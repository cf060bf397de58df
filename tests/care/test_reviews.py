"""The weekly clock: when a week is reviewed, what follows, and that it happens once."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from accounts.models import User
from tests.care.conftest import doses, review_week, walk
from tests.days import START, day, local
from walking.care.plan.adjust import set_next_dose
from walking.care.plan.preferences import change_time_zone
from walking.care.tick import catch_up_all
from walking.care.weeks.reviews import _review_batch, catch_up, review_due_plans
from walking.models import Mail, Plan, Review, Week
from walking.programme.dose import Dose
from walking.programme.settings import Programme

pytestmark = pytest.mark.django_db


def test_it_reviews_at_four_in_the_morning_after_the_last_day(plan):
    walk(plan, 1, 3, 5)
    assert catch_up_all(local(day(8), 3, 59)).reviewed == 0
    assert catch_up_all(local(day(8), 4)).reviewed == 1
    assert doses(plan) == [(10, 3), (10, 4)]


def test_it_keeps_why_and_from_what(plan):
    walk(plan, 1, 3, 5, pain=2)
    review = review_week(plan)
    assert (review.decision, review.reason, review.line) == ("advance", "met", 19)
    assert review.adherence == 1
    assert review.inputs["minutes_by_day"] == {"1": 10, "3": 10, "5": 10}
    assert "10 minutes on 4 days" in review.sentence


def test_it_does_nothing_the_second_time(plan):
    review_week(plan)
    again = catch_up_all(local(day(8), 4, 1))
    assert (again.reviewed, again.queued) == (0, 0)
    assert Review.objects.count() == 1


def test_each_missed_week_is_reviewed_in_order_after_an_outage(plan):
    walk(plan, 1, 3, 5)
    done = catch_up_all(local(day(29), 12))
    assert done.reviewed == 4
    assert list(plan.reviews.values_list("week_number", "reason")) == [
        (1, "met"),
        (2, "no_data"),
        (3, "layoff"),
        (4, "layoff"),
    ]
    assert [week.starts for week in plan.weeks.all()] == [day(1), day(8), day(15), day(22), day(29)]


def test_no_review_is_dated_before_that_of_the_week_before(plan):
    """Of two workers, the one that began later may have been quicker with the week before."""
    began = local(day(29), 12)
    _review_batch(Q(next_review_at__lte=began), began + dt.timedelta(seconds=2), 1)
    review_due_plans(began)
    moments = list(plan.reviews.order_by("week_number").values_list("at", flat=True))
    assert len(moments) == 4
    assert moments == sorted(moments)


def test_after_its_time_it_begins_no_batch_and_the_next_run_goes_on(start_plan):
    for _ in range(3):
        start_plan()
    at = local(day(8), 5)
    assert review_due_plans(at, batch=2, lasting=dt.timedelta(microseconds=1)).weeks in {0, 2}
    review_due_plans(at, batch=2, lasting=dt.timedelta(minutes=1))
    assert Review.objects.count() == 3


@pytest.mark.parametrize("batch", [1, 2, 50])
def test_a_plan_that_cannot_be_reviewed_keeps_nobody_waiting(start_plan, caplog, batch: int):
    first, broken, last = (start_plan() for _ in range(3))
    # A zone that the machine knows no more.
    User.objects.filter(pk=broken.patient_id).update(timezone="Mars/Olympus_Mons")
    at = local(day(15), 5)
    done = review_due_plans(at, batch=batch)
    assert (done.weeks, done.broken) == (4, {broken.pk})
    assert [first.reviews.count(), broken.reviews.count(), last.reviews.count()] == [2, 0, 2]
    assert [line for line in caplog.messages if "could not be reviewed" in line] == [
        f"Plan {broken.pk} could not be reviewed"
    ]
    # It was put off and not given up.
    User.objects.filter(pk=broken.patient_id).update(timezone="Australia/Sydney")
    again = review_due_plans(at, batch=batch)
    assert (again.weeks, again.broken) == (2, set())


@pytest.mark.database
def test_a_tick_reviews_the_others_and_fails_naming_the_plan(start_plan, capsys):
    well, broken = start_plan(), start_plan()
    # The week that its review would make is there already.
    Week.objects.create(
        plan=broken, number=2, starts=day(8), ends=day(14), minutes=10, days=3, origin="review"
    )
    with pytest.raises(CommandError, match=f"could not be reviewed: {broken.pk}. All others were"):
        call_command("tick", "--at", local(day(8), 5).isoformat())
    assert json.loads(capsys.readouterr().out)["reviewed"] == 1
    assert well.reviews.exists()


def test_many_plans_cost_as_many_statements_as_one(start_plan):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    # Two passes: all are behind by a week.
    start_plan()
    with CaptureQueriesContext(connection) as one:
        review_due_plans(local(day(15), 5))
    for _ in range(20):
        start_plan()
    with CaptureQueriesContext(connection) as many:
        review_due_plans(local(day(15), 5))
    assert Review.objects.count() == 2 + 40
    assert len(many) == len(one)


def test_the_last_week_completes_the_plan(start_plan):
    plan = start_plan(programme=Programme(length_weeks=2))
    catch_up_all(local(day(15), 4))
    plan.refresh_from_db()
    assert plan.status == Plan.Status.COMPLETED
    assert plan.reviews.latest("week_number").next_dose is None
    assert plan.next_review_at is None
    assert plan.next_question_at is not None  # the monthly questions go on


def test_a_physiotherapists_dose_is_taken_over(plan, physio):
    walk(plan, 1, 3, 5)
    set_next_dose(
        plan, dose=Dose(15, 2), reason="Knee", by=physio, at=local(day(4), 9), version=plan.version
    )
    assert review_week(plan).reason == "physiotherapist"
    assert doses(plan) == [(10, 3), (15, 2)]


@pytest.mark.parametrize(
    ("zone", "utc_hours"), [("Pacific/Kiritimati", -10), ("Pacific/Pago_Pago", 15), ("UTC", 4)]
)
def test_it_reviews_in_the_patients_own_night(start_plan, zone, utc_hours):
    plan = start_plan(zone=zone)
    due = dt.datetime.combine(day(8), dt.time(), dt.UTC) + dt.timedelta(hours=utc_hours)
    assert plan.next_review_at == due
    assert catch_up_all(due - dt.timedelta(seconds=1)).reviewed == 0
    assert catch_up_all(due).reviewed == 1


def test_a_week_with_a_change_of_clocks_is_seven_local_days(start_plan):
    # Sydney leaves daylight saving on 5 April 2026, a Sunday: that week has 169 hours.
    plan = start_plan(start=dt.date(2026, 3, 30))
    assert plan.next_review_at == local(dt.date(2026, 4, 6), 4)
    assert plan.next_review_at - local(dt.date(2026, 3, 30), 4) == dt.timedelta(hours=169)


def test_moving_to_another_zone_keeps_the_days_and_moves_the_hours(plan):
    change_time_zone(plan.patient, timezone="Europe/London", by=plan.patient, at=local(day(3), 12))
    plan.refresh_from_db()
    assert plan.next_review_at == local(day(8), 4, zone="Europe/London")
    assert plan.next_check_in_at == local(day(7), 17, zone="Europe/London")
    assert [event.kind for event in plan.events.all()] == ["started", "zone_changed"]


def test_moving_west_over_the_date_line_reviews_no_week_twice(plan):
    review_week(plan)
    change_time_zone(
        plan.patient, timezone="Pacific/Honolulu", by=plan.patient, at=local(day(8), 5)
    )
    done = catch_up_all(local(day(8), 4, zone="Pacific/Honolulu"))
    assert done.reviewed == 0
    assert catch_up_all(local(day(15), 4, zone="Pacific/Honolulu")).reviewed == 1
    assert list(plan.reviews.values_list("week_number", "revision")) == [(1, 1), (2, 1)]


def test_a_page_catches_up_while_the_worker_is_down(plan):
    caught_up = catch_up(plan, local(day(16), 9))
    assert caught_up.week_number == 3
    assert plan.reviews.count() == 2


def test_catching_up_costs_nothing_when_nothing_is_due(plan, django_assert_num_queries):
    with django_assert_num_queries(0):
        catch_up(plan, local(day(2), 9))


class TestMail:
    def test_the_check_in_is_queued_at_the_patients_hour_on_the_last_day(self, start_plan):
        plan = start_plan(check_in_time=dt.time(19, 30))
        catch_up_all(local(day(7), 19, 29))
        assert not Mail.objects.filter(kind="check_in").exists()
        assert catch_up_all(local(day(7), 19, 30)).queued == 1
        mail = Mail.objects.get(kind="check_in")
        assert (mail.plan, mail.about, mail.due_at) == (plan, "week:1", local(day(7), 19, 30))

    def test_the_new_weeks_plan_is_queued_for_seven_if_nobody_answered(self, plan):
        review_week(plan)
        mail = Mail.objects.get(kind="week_plan")
        assert (mail.about, mail.due_at) == ("week:2", local(day(8), 7))

    def test_an_outage_queues_each_check_in_once(self, plan):
        catch_up_all(local(day(29), 12))
        catch_up_all(local(day(29), 13))
        assert sorted(Mail.objects.filter(kind="check_in").values_list("about", flat=True)) == [
            "week:1",
            "week:2",
            "week:3",
            "week:4",
        ]

    def test_the_monthly_question_is_queued_to_month_twelve(self, start_plan):
        start_plan(programme=Programme(length_weeks=1))
        for month in range(1, 16):
            catch_up_all(local(START + dt.timedelta(days=31 * month), 12))
        asked = Mail.objects.filter(kind="recurrence").exclude(about__endswith=":again")
        assert asked.count() == 12

    def test_a_contact_is_announced_the_day_before(self, plan):
        catch_up_all(local(day(21), 10))
        mail = Mail.objects.filter(kind="contact").order_by("due_at").last()
        assert (mail.about, mail.due_at) == (f"contact:3:{day(22).isoformat()}", local(day(21), 10))
