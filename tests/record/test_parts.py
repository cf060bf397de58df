"""A record is whole: every table and every column is taken out, or left out for a reason that is written down."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Field
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.demo_clinic import NOW, DemoClinic
from tests.desk.desk import make_desk
from tests.people import signed_in
from tests.responses import just_signed_in
from walking.care.record import tables
from walking.care.record.export_record import as_zip, record_of
from walking.models import Walk

ALL = {part.model._meta.label: part for part in tables.PARTS}
MODELS = list(apps.get_models(include_auto_created=True))


def points_to_a_person() -> set[str]:
    """Every model from which some chain of relations leads to a person, by whatever column."""
    found = {User._meta.label}
    while True:
        more = {
            model._meta.label
            for model in MODELS
            for column in model._meta.get_fields()
            if column.is_relation
            and not (column.auto_created and not column.concrete)
            and (column.related_model is None or column.related_model._meta.label in found)
        } - found
        if not more:
            return found
        found |= more


def test_every_table_that_leads_to_a_person_is_taken_out_or_left_out_for_a_reason() -> None:
    leading = points_to_a_person() - {User._meta.label}
    assert len(leading) > 30
    missing = leading - set(ALL) - set(tables.NOT_OF_A_PATIENT)
    assert not missing, f"add to walking/care/record/tables.py: {sorted(missing)}"


def test_no_other_table_is_forgotten_either() -> None:
    labels = {model._meta.label for model in MODELS} - {User._meta.label}
    assert labels == set(ALL) | set(tables.NOT_OF_A_PATIENT)
    assert all(reason for reason in tables.NOT_OF_A_PATIENT.values())
    assert not set(ALL) & set(tables.NOT_OF_A_PATIENT)


@pytest.mark.parametrize("part", tables.PARTS, ids=lambda part: part.name)
def test_every_column_is_taken_out_or_left_out_for_a_reason(part: tables.Part) -> None:
    columns = {field.name for field in part.model._meta.concrete_fields}
    said = [*part.fields, *part.private, *part.left_out]
    assert len(said) == len(set(said))
    assert set(said) == columns


def test_every_column_of_the_person_too() -> None:
    columns = {field.name for field in User._meta.get_fields() if isinstance(field, Field)}
    assert columns == set(tables.PERSON) | set(tables.PERSON_LEFT_OUT)


@pytest.mark.slow
@pytest.mark.database
def test_the_demo_clinic_has_rows_for_what_its_patients_do(demo: DemoClinic) -> None:
    patients = list(User.objects.patients())
    filled = {
        name
        for user in patients
        for name, rows in record_of(user, at=NOW, private=True).items()
        if isinstance(rows, list) and rows
    }
    assert filled >= {
        *("consents", "email_addresses", "plans", "invitations", "weeks", "walks", "check_ins"),
        *("reviews", "adjustments", "events", "contacts", "mail", "acknowledgements"),
    }
    # As many rows in all records together as in the tables.
    taken = sum(len(record_of(user, at=NOW)["walks"]) for user in patients)
    assert taken == Walk.objects.count() > 500


@pytest.mark.django_db
def test_all_that_a_patient_wrote_is_in_the_file_and_nothing_of_colleagues() -> None:
    desk = make_desk("wren")
    client = just_signed_in(signed_in(desk.plan.patient))
    response = client.get("/settings/my-data.zip")
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        text = "".join(file.read(name).decode() for name in file.namelist())
        walks = list(csv.DictReader(io.StringIO(file.read("walks.csv").decode("utf-8-sig"))))
        data = json.loads(file.read("my-data.json"))
    assert len(walks) == len(data["walks"]) == desk.plan.walks.count()
    assert walks[0]["minutes"] == str(data["walks"][0]["minutes"])
    assert "wren words of the patient" in text
    assert "wren message" in text
    assert "wren reason" not in text
    assert "notes" not in data


@pytest.mark.django_db
def test_a_full_record_has_what_staff_wrote_for_each_other() -> None:
    desk = make_desk("wren")
    assert "wren reason" in json.dumps(record_of(desk.plan.patient, at=NOW, private=True))


@pytest.mark.django_db
def test_the_file_is_asked_for_with_the_password_and_by_the_patient_alone() -> None:
    desk = make_desk("wren")
    patient = desk.plan.patient
    patient.set_password("three plain words")
    patient.save()
    response = signed_in(patient).get("/settings/my-data.zip")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert signed_in(desk.physio).get("/settings/my-data.zip")["Location"] == "/admin/"


@pytest.mark.django_db
def test_words_that_look_like_a_formula_stay_words_in_the_tables() -> None:
    desk = make_desk("wren")
    User.objects.filter(pk=desk.plan.patient_id).update(name='=HYPERLINK("http://x")')
    with zipfile.ZipFile(
        io.BytesIO(as_zip(record_of(User.objects.get(pk=desk.plan.patient_id), at=NOW)))
    ) as file:
        (row,) = csv.DictReader(io.StringIO(file.read("person.csv").decode("utf-8-sig")))
    assert row["name"].startswith("'=")


@pytest.mark.django_db
def test_it_asks_as_often_for_many_rows_as_for_few() -> None:
    desk = make_desk("wren")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            record_of(desk.plan.patient, at=NOW)
        return len(captured)

    asked()
    before = asked()
    Walk.objects.bulk_create(
        Walk(plan=desk.plan, day=NOW.date(), minutes=9, entered_by=desk.plan.patient)
        for _ in range(50)
    )
    assert asked() == before
