"""Writing and finding many rows at once: ``among``, and the statements of ``walking.bulk``."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.people import insert_plan
from walking.bulk import update
from walking.models import Plan, Week

pytestmark = pytest.mark.django_db


def test_among_finds_what_in_finds_whatever_the_kind_of_key() -> None:
    plans = [insert_plan() for _ in range(3)]
    ids = [plans[0].pk, plans[2].pk]
    assert set(Plan.objects.filter(pk__among=ids)) == {plans[0], plans[2]}
    assert set(Week.objects.filter(plan_id__among=ids)) == set(Week.objects.filter(plan_id__in=ids))
    assert set(Week.objects.filter(plan__among=dict.fromkeys(ids))) == set(
        Week.objects.filter(plan__in=ids)
    )
    emails = {plan.patient.email for plan in plans[:2]}
    assert set(Plan.objects.filter(patient__email__among=emails)) == set(plans[:2])


def test_among_nothing_asks_nothing() -> None:
    insert_plan()
    with CaptureQueriesContext(connection) as asked:
        assert list(Plan.objects.filter(pk__among=[])) == []
    assert len(asked) == 0


def test_an_update_of_many_rows_sets_each_its_own_and_leaves_the_rest() -> None:
    plans = [insert_plan() for _ in range(3)]
    with CaptureQueriesContext(connection) as asked:
        update(
            Plan,
            ("good_weeks", "settling", "next_question_at"),
            [(plans[0].pk, 1, True, None), (plans[1].pk, 3, True, None)],
        )
    assert len(asked) == 1
    for plan in plans:
        plan.refresh_from_db()
    assert [(plan.good_weeks, plan.settling) for plan in plans] == [
        (1, True),
        (3, True),
        (0, False),
    ]
    assert plans[0].next_question_at is None
    assert plans[2].next_question_at is not None
    update(Plan, ("good_weeks",), [(plans[2].pk, 2)])
    update(Plan, ("good_weeks",), [])
    plans[2].refresh_from_db()
    assert plans[2].good_weeks == 2
