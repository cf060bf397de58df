"""A short follow-up of few invented patients: nothing is asked twice, skipped, or counted otherwise than told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from bench.hidden import COUNTS, MEDIAN, median, share_free
from bench.world import Patient, World
from bench.year import compared, faults_of, followed
from walking.models import Mail, Recurrence, Review
from walking.programme.survival import Definition, known_until

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Ten weeks in the life of thirty, made once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield followed(30, seed=3, length=4, intake=7, days=9 * 7)
        transaction.set_rollback(True)


def test_all_that_was_due_happened_once_and_is_counted_as_it_was_told(world: World) -> None:
    assert faults_of(world) == []
    counts = world.counts
    assert counts["failed"] == 0
    assert counts["reviewed"] == Review.objects.filter(revision=1).count() > 4 * 25
    assert min(counts[each] for each in ("check_ins", "months_answered", "lists_answered")) > 4
    assert counts["walks"] > 200
    assert counts["flare_ups"] > 0


def test_the_page_shows_what_is_so(world: World) -> None:
    found = compared(world)
    assert {figures["patients"] for figures in found.values()} == {30}
    for definition in Definition:
        figures = found[definition]
        assert figures["recurrences"] == sum(
            patient.hidden.counts(definition) and patient.hidden.recurs <= followed_to(patient)
            for patient in world.patients.values()
        )
        assert figures["months"]
        assert all(month["holds"] for month in figures["months"])
    assert found[Definition.ANY]["recurrences"] >= found[Definition.LIMITING]["recurrences"] > 3


def followed_to(patient: Patient) -> int:
    """Days after the start."""
    _months, day = known_until(patient.start, patient.answered, 12)
    return (day - patient.start).days


def test_a_question_that_was_not_asked_or_asked_twice_is_found(world: World) -> None:
    from django.db import transaction

    asked = Mail.objects.filter(kind=Mail.Kind.RECURRENCE, about="month:2", state="sent")
    with transaction.atomic():
        asked.filter(pk=asked.earliest("pk").pk).update(about="month:9")
        assert [fault for fault in faults_of(world) if "asked otherwise" in fault]
        transaction.set_rollback(True)
    assert faults_of(world) == []


def test_a_week_that_was_skipped_is_found(world: World) -> None:
    with transaction.atomic():
        asked = Mail.objects.filter(kind=Mail.Kind.CHECK_IN, about="week:2")
        asked.filter(pk=asked.earliest("pk").pk).update(about="week:77")
        assert [fault for fault in faults_of(world) if "asked for check-ins" in fault]
        transaction.set_rollback(True)


def test_a_recurrence_that_is_counted_on_another_day_is_found(world: World) -> None:
    told = Recurrence.objects.filter(month__isnull=False, happened=True).earliest("pk")
    patient = world.patients[told.plan_id]
    so = patient.hidden
    patient.hidden = replace(so, recurs=so.recurs + 1)
    assert any(f"plan {told.plan_id}, any" in fault for fault in faults_of(world))
    patient.hidden = so
    said = patient.answered.pop(told.month or 0)
    assert any(f"plan {told.plan_id} answered" in fault for fault in faults_of(world))
    patient.answered[told.month or 0] = said


def test_the_law_has_the_median_that_it_is_named_for() -> None:
    assert share_free(MEDIAN, Definition.LIMITING) == pytest.approx(0.5)
    assert median(Definition.LIMITING) == pytest.approx(MEDIAN)
    assert median(Definition.CARE) is None
    for definition in Definition:
        assert share_free(0, definition) == 1
        assert share_free(10**6, definition) == pytest.approx(1 - COUNTS[definition])
