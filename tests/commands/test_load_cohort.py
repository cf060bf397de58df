"""``manage.py load_cohort``: many invented patients, in states that the app could have written itself."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from walking.care.weeks.decisions import sentence_for, state_before
from walking.care.weeks.reviews import review_due_plans
from walking.models import CheckIn, Contact, Plan, Review, Walk, Week
from walking.programme import weeks
from walking.programme.dose import Dose
from walking.programme.facts import WeekFacts
from walking.programme.review import ReviewState, review


def load(**options: Any) -> str:
    output = io.StringIO()
    call_command("load_cohort", stdout=output, stderr=io.StringIO(), **options)
    return output.getvalue()


@pytest.fixture
def cohort(db: None) -> str:
    return load(patients="80", weeks="9", seed="7")


def judged_again(one: Review, check_ins: dict[tuple[int, int], CheckIn]) -> Any:
    answered = check_ins.get((one.plan_id, one.week_number))
    assert one.inputs["check_in"] == (answered.revision if answered else None)
    facts = WeekFacts(
        minutes_by_day={int(day): n for day, n in one.inputs["minutes_by_day"].items()},
        walk_pain=one.inputs["walk_pain"],
        check_in=answered.as_rules_see_it() if answered else None,
    )
    last = one.week_number == one.plan.length_weeks
    return review(one.plan.programme, state_before(one), one.dose, facts, last_week=last)


def test_every_review_is_what_the_rules_decide_again(cohort: str) -> None:
    check_ins = {(one.plan_id, one.week_number): one for one in CheckIn.objects.all()}
    week_of = {(week.plan_id, week.number): week for week in Week.objects.all()}
    state: dict[int, ReviewState] = {}
    reviews = Review.objects.select_related("plan__patient").order_by("plan_id", "week_number")
    assert len(reviews) > 500
    for one in reviews:
        outcome = judged_again(one, check_ins)
        assert (one.line, one.decision, one.reason) == (
            outcome.line,
            outcome.decision,
            outcome.reason,
        )
        assert one.next_dose == outcome.next
        assert one.flags == [flag.value for flag in outcome.flags]
        assert float(one.adherence) == outcome.adherence.rounded
        week = week_of[one.plan_id, one.week_number]
        assert one.dose == week.dose
        assert one.sentence == sentence_for(one.plan, week, outcome)
        assert state_before(one) == state.get(one.plan_id, ReviewState())
        state[one.plan_id] = outcome.state
        if outcome.next:
            following = week_of[one.plan_id, one.week_number + 1]
            assert following.dose == outcome.next
    for plan in Plan.objects.all():
        assert plan.state == state[plan.pk]


def test_the_reviews_saw_the_walks_that_are_kept(cohort: str) -> None:
    walked: dict[tuple[int, dt.date], int] = {
        (walk.plan_id, walk.day): walk.minutes for walk in Walk.objects.all()
    }
    week_of = {(week.plan_id, week.number): week for week in Week.objects.all()}
    for one in Review.objects.all():
        starts = week_of[one.plan_id, one.week_number].starts
        seen = {
            str(day): walked[one.plan_id, on]
            for day in range(1, 8)
            if (one.plan_id, on := starts + dt.timedelta(days=day - 1)) in walked
        }
        assert one.inputs["minutes_by_day"] == seen


def test_every_plan_waits_for_what_is_due_next(cohort: str) -> None:
    now = timezone.now()
    for plan in Plan.objects.select_related("patient"):
        week = plan.weeks.get(number=plan.week_number)
        if plan.status != Plan.Status.ACTIVE:
            assert plan.next_review_at is None
            continue
        assert plan.next_review_at == weeks.review_due(week.starts, plan.patient.zone)
        assert plan.next_review_at > now
        assert plan.next_check_in_at == weeks.check_in_due(
            week.starts, plan.check_in_time, plan.patient.zone
        )
        assert plan.next_question_at == weeks.month_due(
            plan.start, plan.next_question_month, plan.patient.zone
        )
        assert week.contains(weeks.local_day(now, plan.patient.zone)) or week.starts <= now.date()
    assert Contact.objects.count() == 6 * Plan.objects.count()
    assert not Contact.objects.filter(remind_at__lte=now).exists()


def test_every_record_belongs_to_one_that_is_there(cohort: str) -> None:
    # The checks of each row are the database's own, and were made when it was written.
    connection.check_constraints()
    assert Plan.objects.filter(patient__emailaddress__verified=True).count() == 80
    assert User.objects.patients().filter(consents__action="given").count() == 80


def test_the_clock_goes_on_with_them(cohort: str) -> None:
    active = Plan.objects.filter(status="active").count()
    before = Review.objects.count()
    in_a_week = timezone.now() + dt.timedelta(days=7)
    done = review_due_plans(in_a_week)
    assert active <= done.weeks <= 2 * active
    assert Review.objects.count() == before + done.weeks


def test_the_same_seed_invents_the_same_people(db: None) -> None:
    def people() -> list[tuple[Any, ...]]:
        plans = Plan.objects.order_by("pk").values_list(
            "patient__name", "patient__timezone", "start", "weekly_increase", "week_number"
        )
        walks = Walk.objects.order_by("pk").values_list("day", "minutes", "pain", "client_id")
        return [*plans, *walks]

    load(patients="12", weeks="3", seed="5")
    first = people()
    load(patients="12", weeks="3", seed="5")
    plans, walks = first[:12], first[12:]
    assert people() == [*plans, *plans, *walks, *walks]
    load(patients="12", weeks="3", seed="6")
    assert people()[24:36] != plans


def test_a_plan_of_a_year_is_completed(db: None) -> None:
    load(patients="5", weeks="52")
    for plan in Plan.objects.exclude(status="paused"):
        assert (plan.status, plan.week_number) == ("completed", 52)


def test_it_says_what_it_made(cohort: str) -> None:
    assert cohort.startswith("80 patients with ")
    assert "patients/s" in cohort


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"patients": "0"}, "--patients"),
        ({"patients": "many"}, "--patients"),
        ({"patients": "3", "weeks": "53"}, "--weeks"),
        ({"patients": "3", "weeks": "-1"}, "--weeks"),
        ({"patients": "3", "seed": "x"}, "--seed"),
    ],
)
def test_it_names_the_number_that_cannot_be(options: dict[str, str], name: str) -> None:
    with pytest.raises(CommandError, match=name) as refused:
        load(**options)
    assert refused.value.returncode == 2


def test_a_dose_is_never_outside_the_table(cohort: str) -> None:
    assert all(5 <= week.minutes <= 120 for week in Week.objects.all())
    assert {week.dose for week in Week.objects.filter(number=1)} <= {
        Dose(10, 3),
        Dose(15, 4),
        Dose(5, 3),
        Dose(20, 5),
    }
