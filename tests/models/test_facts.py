"""Facts are final, by whatever door somebody comes."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from tests.care.conftest import *  # noqa: F403 - the same clinic
from tests.care.conftest import review_week
from tests.days import day, local
from walking.care.pain.flare_up import report_flare_up
from walking.care.plan.adjust import set_next_dose
from walking.care.weeks.check_in import check_in
from walking.models import Adjustment, CheckIn, PlanEvent, Recurrence, Review
from walking.models.facts import FactIsFinal
from walking.programme.dose import Dose
from walking.programme.facts import CheckIn as Answers

pytestmark = pytest.mark.django_db

FACTS = [Adjustment, CheckIn, PlanEvent, Recurrence, Review]


@pytest.fixture
def facts(plan, physio):
    report_flare_up(plan, by=plan.patient, at=local(day(2), 9))
    set_next_dose(
        plan, dose=Dose(12, 3), reason="x", by=physio, at=local(day(3), 9), version=plan.version
    )
    check_in(
        plan,
        week_number=1,
        answers=Answers(pain=2, red_flags=()),
        via=CheckIn.Via.APP,
        by=plan.patient,
        at=local(day(7), 18),
    )
    review_week(plan)
    return {model: model.objects.first() for model in FACTS}


@pytest.mark.parametrize("model", FACTS)
def test_the_orm_neither_edits_nor_deletes(facts, model):
    fact = facts[model]
    with pytest.raises(FactIsFinal):
        fact.save()
    with pytest.raises(FactIsFinal):
        fact.delete()
    with pytest.raises(FactIsFinal):
        model.objects.update(plan_id=fact.plan_id)
    with pytest.raises(FactIsFinal):
        model.objects.bulk_update([fact], ["plan"])
    with pytest.raises(FactIsFinal):
        model.objects.all().delete()


@pytest.mark.parametrize("model", FACTS)
def test_the_database_itself_refuses_an_update(facts, model):
    with pytest.raises(Error, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET plan_id = plan_id")  # noqa: S608


def test_consent_is_final_too(plan):
    with pytest.raises(Error, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_consent SET version = 'another'")
