"""A query that was put into SQL once gives what the plain query gives, for each set of values."""

from __future__ import annotations

import pytest
from django.db.models import BigIntegerField, IntegerField, OuterRef, QuerySet, Subquery

from tests.people import insert_plan
from walking.models import Plan, PlanEvent, Week
from walking.prepared import Parameter, Prepared

pytestmark = pytest.mark.django_db


def test_it_gives_what_the_plain_query_gives_and_is_built_once() -> None:
    built = []

    def build() -> QuerySet[Week]:
        built.append(1)
        events = PlanEvent.objects.filter(plan=OuterRef("plan"))
        return (
            Week.objects.filter(
                plan=Parameter("plan", BigIntegerField()),
                number__gte=Parameter("number", IntegerField()),
            )
            .annotate(
                kind=Subquery(events.values("kind")[:1]),
                at=Subquery(events.values("at")[:1]),
                detail=Subquery(events.values("detail")[:1]),
            )
            .select_related("plan__patient")
        )

    prepared, plans = Prepared(build), [insert_plan(), insert_plan()]
    for plan in plans:
        PlanEvent(
            plan=plan, kind="started", at=plan.created_at, week_number=1, detail={"who": plan.pk}
        ).save()
        (week,) = prepared.fetch(plan=plan.pk, number=1)
        plain = plan.weeks.get()
        assert week == plain
        assert (week.starts, week.dose, week.plan.patient) == (
            plain.starts,
            plain.dose,
            plan.patient,
        )
        event = plan.events.first()
        assert event is not None
        assert (week.kind, week.at, week.detail) == (event.kind, event.at, event.detail)  # type: ignore[attr-defined]
        assert prepared.fetch(plan=plan.pk, number=2) == []
        week.minutes = 21
        week.save()
        assert Week.objects.get(pk=week.pk).minutes == 21
    assert built == [1]


def test_a_value_that_is_missing_is_told() -> None:
    prepared = Prepared(lambda: Plan.objects.filter(pk=Parameter("pk", BigIntegerField())))
    with pytest.raises(KeyError):
        prepared.fetch()
