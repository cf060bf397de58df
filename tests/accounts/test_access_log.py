"""The audit trail: written once, merged while somebody goes on looking, altered by nobody."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import Error, connection, transaction

from accounts.access_log import in_words, record
from accounts.facts import FactIsFinal
from accounts.models import Access
from tests.people import make_clinic, make_patient, make_physio

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def clinic():
    return make_clinic()


@pytest.fixture
def physio(clinic):
    return make_physio(clinic)


@pytest.fixture
def patient(clinic):
    return make_patient(clinic)


def look(physio, patient, minutes=0, what="plan"):
    at = AT + dt.timedelta(minutes=minutes)
    return record(by=physio, patient=patient, action="viewed", what=what, why="treats", at=at)


def test_it_keeps_who_in_which_role_when_what_and_why(physio, patient, clinic):
    access = look(physio, patient)
    assert (access.by, access.role, access.patient, access.clinic) == (
        physio, "physiotherapist", patient, clinic,
    )  # fmt: skip
    assert (access.action, access.at) == ("viewed", AT)
    assert access.what_words == "the page of the plan"
    assert access.why_words == "as the physiotherapist of the plan"


def test_it_counts_going_on_looking_as_one_look(physio, patient, clinic):
    assert look(physio, patient)
    assert look(physio, patient, 14) is None
    assert look(make_physio(clinic), patient, 14)
    assert look(physio, make_patient(clinic), 14)
    assert look(physio, patient, 14, what="review")
    assert look(physio, patient, 15)
    assert Access.objects.count() == 5


def test_it_writes_every_change(physio, patient):
    for _time in range(2):
        assert record(by=physio, patient=patient, action="changed", what="dose", why="x", at=AT)
    assert Access.objects.count() == 2


def test_it_is_not_about_ones_own_record(patient):
    assert record(by=patient, patient=patient, action="viewed", what="plan", at=AT) is None
    assert not Access.objects.exists()


def test_it_refuses_what_it_has_no_words_for(physio, patient):
    with pytest.raises(ValueError, match="nonsense"):
        look(physio, patient, what="nonsense")
    with pytest.raises(ValueError, match="burned"):
        record(by=physio, patient=patient, action="burned", what="plan", at=AT)
    assert in_words("from_a_later_version") == "from_a_later_version"


def test_it_goes_with_the_change_that_was_not_made(physio, patient):
    with transaction.atomic():
        record(by=physio, patient=patient, action="changed", what="dose", at=AT)
        transaction.set_rollback(True)
    assert not Access.objects.exists()


def test_the_orm_neither_edits_nor_deletes(physio, patient):
    access = look(physio, patient)
    for attempt in (
        access.save,
        access.delete,
        lambda: Access.objects.update(why="nothing"),
        lambda: Access.objects.bulk_update([access], ["why"]),
        Access.objects.all().delete,
    ):
        with pytest.raises(FactIsFinal):
            attempt()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE accounts_access SET why = 'nothing'", "final"),
        ("DELETE FROM accounts_access", "kept"),
    ],
)
def test_the_database_itself_refuses(physio, patient, statement, words):
    look(physio, patient)
    with pytest.raises(Error, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Access.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"action": "burned"}, {"role": "patient"}, {"what": ""}, {"by": "patient"}]
)
def test_the_database_refuses_a_line_that_makes_no_sense(physio, patient, clinic, wrong):
    values = {"by": physio, "role": "physiotherapist", "patient": patient, "clinic": clinic,
              "action": "viewed", "what": "plan", "at": AT} | wrong  # fmt: skip
    if wrong.get("by") == "patient":
        values["by"] = patient
    with pytest.raises(Error), transaction.atomic():
        Access(**values).save()
