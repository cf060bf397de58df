"""What the rules rely on, refused by the database itself."""

from __future__ import annotations

import pytest
from django.db import Error, transaction

from accounts.models import Role, User
from tests.care.conftest import *  # noqa: F403 - the same clinic
from tests.care.conftest import review_week
from tests.days import START, day, local
from tests.people import make_clinic
from walking.models import CheckIn, Mail, Plan, Review, Walk, Week

pytestmark = pytest.mark.django_db


def refused(make):
    with pytest.raises(Error), transaction.atomic():
        make()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("baseline_minutes", 4),
        ("baseline_minutes", 61),
        ("baseline_days", 0),
        ("baseline_days", 8),
        ("goal_minutes", 121),
        ("goal_minutes", 9),
        ("goal_days", 2),
        ("goal_days", 8),
        ("weekly_increase", 6),
        ("weekly_increase", 31),
        ("weeks_per_rung", 0),
        ("weeks_per_rung", 5),
        ("length_weeks", 0),
        ("length_weeks", 53),
        ("status", "asleep"),
        ("next_review_at", None),
        ("week_number", 27),
    ],
)
def test_a_plan_out_of_range(plan, field, value):
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(**{field: value}))


def test_two_open_plans_of_one_patient(plan):
    refused(
        lambda: Plan.objects.create(
            patient=plan.patient,
            clinic=plan.clinic,
            start=START,
            status="paused",
            paused_for="physiotherapist",
        )
    )


def test_a_paused_plan_with_something_due(plan):
    refused(lambda: Plan.objects.filter(pk=plan.pk).update(status="paused", paused_for="red_flag"))


@pytest.mark.parametrize(
    "values", [{"minutes": 0}, {"minutes": 601}, {"pain": 11}, {"effort": "huge"}]
)
def test_a_walk_out_of_range(plan, values):
    refused(lambda: Walk.objects.create(**({"plan": plan, "day": START, "minutes": 10} | values)))


class TestWeeks:
    def week(self, plan, **values):
        defaults = {
            "plan": plan,
            "number": 2,
            "starts": day(8),
            "ends": day(14),
            "minutes": 10,
            "days": 3,
        }
        return lambda: Week.objects.create(**(defaults | values))

    def test_the_next_seven_days_are_accepted(self, plan):
        assert self.week(plan)().pk

    @pytest.mark.parametrize(
        "values",
        [
            {"starts": day(7), "ends": day(13)},  # overlaps the week before
            {"number": 3},  # leaves a number out
            {"number": 1},  # is there already
            {"ends": day(15)},  # eight days
            {"ends": day(7)},  # ends before it starts
            {"minutes": 121},
            {"days": 8},
            {"eased_from": 3},  # eased, but from what?
        ],
    )
    def test_anything_else_is_refused(self, plan, values):
        refused(self.week(plan, **values))

    def test_a_week_cannot_be_moved_into_another(self, plan):
        self.week(plan)()
        refused(
            lambda: Week.objects.filter(plan=plan, number=2).update(starts=day(5), ends=day(11))
        )


def test_one_review_of_a_week_and_revision(plan):
    review = review_week(plan)
    copy = Review(
        **{f.attname: getattr(review, f.attname) for f in Review._meta.fields if not f.primary_key}
    )
    refused(copy.save)


def test_no_raise_after_pain_of_four_or_more(plan):
    review = review_week(plan)
    values = {
        f.attname: getattr(review, f.attname) for f in Review._meta.fields if not f.primary_key
    }
    values |= {"revision": 2, "decision": "advance", "reason": "met", "line": 19}
    refused(Review(**(values | {"pain": 4})).save)
    Review(**(values | {"pain": 3})).save()


def test_a_stop_with_a_next_dose(plan):
    review = review_week(plan)
    values = {
        f.attname: getattr(review, f.attname) for f in Review._meta.fields if not f.primary_key
    }
    refused(
        Review(
            **(values | {"revision": 2, "decision": "stop", "reason": "red_flag", "line": 1})
        ).save
    )


def test_one_mail_of_a_kind_about_a_thing(plan):
    welcome = Mail.objects.get(kind="welcome")
    values = {
        f.attname: getattr(welcome, f.attname) for f in Mail._meta.fields if not f.primary_key
    }
    refused(Mail(**(values | {"message_id": "<another@waymark>"})).save)
    refused(Mail(**(values | {"about": "another"})).save)  # and no Message-ID stands for two things


def test_a_check_in_out_of_range(plan):
    for values in ({"pain": 11}, {"confidence": 11}, {"difficulty": "brutal"}, {"week_number": 53}):
        refused(
            CheckIn(
                **({"plan": plan, "week_number": 1, "at": local(day(7), 9), "via": "app"} | values)
            ).save
        )


def test_a_check_in_that_lists_signs_but_leaves_them_unanswered(plan):
    values = {"plan": plan, "week_number": 1, "at": local(day(7), 9), "via": "app"}
    refused(CheckIn(**values, red_flags=["faint"], signs_answered=False).save)
    for number, (flags, answered) in enumerate(
        [(["faint"], True), ([], True), ([], False), ([], None)], start=1
    ):
        CheckIn(**values, revision=number, red_flags=flags, signs_answered=answered).save()


class TestPeople:
    def test_an_address_is_one_persons_in_any_case(self, plan):
        values = {"name": "Somebody", "role": Role.PATIENT, "clinic": plan.clinic}
        refused(
            lambda: User.objects.bulk_create([User(email=plan.patient.email.upper(), **values)])
        )

    def test_everybody_but_an_operator_has_a_clinic(self, db):
        refused(lambda: User.objects.bulk_create([User(email="a@example.org", role=Role.PATIENT)]))

    def test_a_patient_is_no_staff(self, db):
        clinic = make_clinic()
        refused(
            lambda: User.objects.bulk_create(
                [User(email="a@example.org", role=Role.PATIENT, clinic=clinic, is_staff=True)]
            )
        )
