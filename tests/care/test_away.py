"""Days away, told ahead: what the review makes of them, and what can be told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.care.conftest import review_week, walk
from tests.days import day, local
from walking.care.plan import away
from walking.care.refusal import Refused
from walking.care.weeks.check_in import check_in
from walking.care.weeks.reviews import review_due_plans
from walking.models import Absence, CheckIn
from walking.programme.facts import CheckIn as Answers

pytestmark = pytest.mark.django_db


def say(plan, first: int, last: int, *, on: int = 1, hour: int = 10, **more) -> Absence:
    """Tell on day ``on`` of the plan that days ``first`` to ``last`` are away."""
    return away.say_away(
        plan,
        first=day(first),
        last=day(last),
        kind=more.pop("kind", "travelling"),
        by=plan.patient,
        at=local(day(on), hour),
        **more,
    )


def test_a_week_away_is_held_and_kept_with_its_review(plan):
    say(plan, 3, 5)
    walk(plan, 1)
    review = review_week(plan)
    assert (review.line, review.decision, review.reason) == (6, "hold", "away")
    assert review.inputs["absent"] is True
    assert review.inputs["check_in"] is None
    assert "You were ill or away" in review.sentence


def test_two_days_are_not_a_week_away(plan):
    say(plan, 3, 4)
    walk(plan, 1)
    review = review_week(plan)
    assert (review.line, review.reason) == (9, "low")
    assert review.inputs["absent"] is False


def test_days_of_two_absences_add_up(plan):
    say(plan, 2, 3, kind="ill")
    say(plan, 5, 5)
    assert review_week(plan).reason == "away"


def test_an_absence_entered_afterwards_does_not_count(plan):
    say(plan, 1, 6, on=5)  # days 5 and 6 were still to come
    assert review_week(plan).reason == "no_data"


def test_the_day_on_which_it_is_told_counts(plan):
    say(plan, 1, 7, on=5, hour=21)  # days 5, 6 and 7
    assert review_week(plan).reason == "away"


def test_the_days_of_each_week_count_for_themselves(plan):
    say(plan, 6, 10)  # two days of the first week, three of the second
    walk(plan, 1)
    assert review_week(plan).reason == "low"
    assert review_week(plan, 2).inputs["absent"] is True


def test_somebody_who_walked_all_the_same_goes_on(plan):
    say(plan, 3, 7)
    walk(plan, 1, 2, 6)
    assert review_week(plan).reason == "met"


def test_a_week_away_ends_the_row_of_low_weeks(plan):
    walk(plan, 1)
    assert review_week(plan).reason == "low"
    say(plan, 9, 14, on=8)
    walk(plan, 8)
    assert review_week(plan, 2).reason == "away"
    walk(plan, 15)
    # The second low week in a row would be line 8; the week away came between.
    assert (review_week(plan, 3).line, plan.low_row) == (9, 1)


def test_away_is_no_check_in_and_ends_no_row_of_empty_weeks(plan):
    assert review_week(plan).reason == "no_data"
    say(plan, 9, 14, on=8)
    review = review_week(plan, 2)
    assert (review.line, review.flags) == (5, ["quiet"])


def test_the_mail_of_the_check_in_comes_while_away(plan):
    say(plan, 2, 7)
    review_week(plan)
    assert plan.mail.filter(kind="check_in", about="week:1").exists()


def test_it_counts_when_the_week_is_judged_again(plan):
    say(plan, 3, 7)
    review_week(plan)
    check_in(
        plan,
        week_number=1,
        answers=Answers(pain=1, red_flags=()),
        via=CheckIn.Via.APP,
        by=plan.patient,
        at=local(day(9), 9),
    )
    again = plan.reviews.get(week_number=1, revision=2)
    assert (again.reason, again.inputs["absent"]) == ("away", True)


def test_taken_back_before_it_begins_it_never_was(plan):
    absence = say(plan, 3, 7)
    away.take_back(absence, by=plan.patient, at=local(day(3), 8))
    absence.refresh_from_db()
    assert absence.withdrawn_at is not None
    assert review_week(plan).inputs["absent"] is False
    assert away.standing(plan, day(3)) == []


def test_taken_back_later_the_days_that_are_over_stay(plan):
    absence = say(plan, 2, 14)
    away.take_back(absence, by=plan.patient, at=local(day(5), 8))
    absence.refresh_from_db()
    assert (absence.last, absence.withdrawn_at) == (day(4), None)
    assert review_week(plan).reason == "away"
    assert review_week(plan, 2).inputs["absent"] is False


def test_it_can_be_shortened_and_not_lengthened(plan):
    absence = say(plan, 2, 14)
    away.shorten(absence, last=day(3), by=plan.patient, at=local(day(2), 8))
    assert review_week(plan).inputs["absent"] is False

    longer = say(plan, 16, 18, on=8)
    with pytest.raises(Refused, match="longer") as refusal:
        away.shorten(longer, last=day(20), by=plan.patient, at=local(day(9), 8))
    assert refusal.value.field == "last"
    with pytest.raises(Refused, match="before the first"):
        away.shorten(longer, last=day(15), by=plan.patient, at=local(day(9), 8))


def test_what_is_over_stays_as_it_is(plan):
    absence = say(plan, 2, 4)
    for change in (
        lambda: away.take_back(absence, by=plan.patient, at=local(day(5), 8)),
        lambda: away.shorten(absence, last=day(3), by=plan.patient, at=local(day(5), 8)),
    ):
        with pytest.raises(Refused, match="over"):
            change()


@pytest.mark.parametrize(
    ("first", "last", "on", "field", "words"),
    [
        (5, 4, 1, "last", "before the first"),
        (1, 3, 5, "last", "Those days are over"),
        (2, 58, 1, "last", "27 April"),
        (400, 402, 1, "first", "more than a year"),
        (0, 5, 1, "first", "from .*2 March"),
    ],
)
def test_it_refuses_with_words_for_the_field(plan, first, last, on, field, words):
    with pytest.raises(
        Refused,
        match=words.replace("27 April", "April 27|27 April").replace(
            "2 March", "(2 March|March 2)"
        ),
    ) as refusal:
        say(plan, first, last, on=on)
    assert refusal.value.field == field


def test_eight_weeks_are_allowed(plan):
    assert say(plan, 2, 57).last - day(2) == dt.timedelta(days=55)


@pytest.mark.parametrize(("first", "last", "field"), [(5, 9, "first"), (1, 4, "last")])
def test_it_refuses_days_told_already(plan, first, last, field):
    say(plan, 4, 6)
    with pytest.raises(Refused, match="already") as refusal:
        say(plan, first, last)
    assert refusal.value.field == field
    assert say(plan, 7, 9).first == day(7)  # the next day is free


@pytest.mark.database
def test_days_taken_back_can_be_told_again(plan):
    away.take_back(say(plan, 4, 6), by=plan.patient, at=local(day(1), 12))
    assert say(plan, 4, 6).withdrawn_at is None


def test_the_database_refuses_an_overlap_too(plan):
    one = say(plan, 4, 6)
    two = say(plan, 7, 9)
    row = {"plan": plan, "kind": "ill", "said_at": one.said_at, "said_on": one.said_on}
    for make in (
        lambda: Absence.objects.create(first=day(6), last=day(6), **row),
        lambda: Absence.objects.filter(pk=one.pk).update(last=day(7)),
        lambda: Absence.objects.create(first=day(20), last=day(19), **row),
        lambda: Absence.objects.create(first=day(20), last=day(76), **row),
        lambda: Absence.objects.create(first=day(20), last=day(20), **(row | {"kind": "asleep"})),
    ):
        with pytest.raises(Error), transaction.atomic():
            make()
    Absence.objects.filter(pk=two.pk).update(withdrawn_at=two.said_at)
    Absence.objects.filter(pk=one.pk).update(last=day(7))


def test_a_completed_plan_has_nothing_to_hold(plan):
    plan.status, plan.next_review_at, plan.next_check_in_at = "completed", None, None
    plan.save()
    with pytest.raises(Refused, match="completed"):
        say(plan, 2, 4)


@pytest.mark.database
def test_it_knows_the_days(plan):
    say(plan, 2, 4)
    say(plan, 6, 8, kind="ill")
    away_on = [number for number in range(1, 10) if away.is_away(plan, day(number))]
    assert away_on == [2, 3, 4, 6, 7, 8]
    assert [each.first for each in away.standing(plan, day(4))] == [day(2), day(6)]
    assert [each.first for each in away.standing(plan, day(5))] == [day(6)]


def test_many_plans_away_cost_as_many_statements_as_one(start_plan):
    say(start_plan(), 2, 4)
    with CaptureQueriesContext(connection) as one:
        assert review_due_plans(local(day(8), 5)).weeks == 1
    for _ in range(5):
        say(start_plan(), 2, 4)
    with CaptureQueriesContext(connection) as many:
        assert review_due_plans(local(day(8), 5)).weeks == 5
    assert len(many) == len(one)
    assert Absence.objects.count() == 6
