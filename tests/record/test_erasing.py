"""Erasing a patient: asked for, thought over, done by the clock, and nothing is left."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail as sent
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Access, User
from tests.demo_clinic import NOW, DemoClinic
from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from tests.responses import just_signed_in, my_data
from walking.care.plan import notes
from walking.care.record.erase import ask_to_erase, erase, erase_due, take_back
from walking.care.record.tables import ERASED_TOO, PARTS
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.mail.delivery import deliver_due
from walking.models import (
    Bounce,
    CaseloadView,
    ErasedAccess,
    Erasure,
    ErasureRequest,
    Plan,
    PushSubscription,
)
from walking.models.erasure import Why

pytestmark = pytest.mark.django_db

WAIT = dt.timedelta(days=settings.ERASURE_DAYS)


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


def dump() -> str:
    """Every value of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def left_behind(*words: str) -> list[str]:
    lines = dump().splitlines()
    return [line[:300] for line in lines if any(w.casefold() in line.casefold() for w in words)]


def fill(desk: Desk) -> User:
    """Everything that can hold something of a patient, with words by which it would be found."""
    plan, patient = desk.plan, desk.plan.patient
    now = timezone.now()
    notes.write(plan, words="zebra note of a colleague", by=desk.physio, at=now)
    PushSubscription.objects.create(
        user=patient, endpoint="https://push.example/zebra", p256dh="zebra", auth="zebra",
        label="zebra phone", device="zebra", created_at=now,
    )  # fmt: skip
    Bounce(email=patient.email, kind="soft", source="server", words="zebra full", at=now).save()
    CaseloadView.objects.create(
        owner=desk.physio, clinic=desk.clinic, name="one", query="q=hill+Patient"
    )
    CaseloadView.objects.create(owner=desk.physio, clinic=desk.clinic, name="all", query="all=")
    LogEntry.objects.create(
        user=desk.physio, content_type=ContentType.objects.get_for_model(Plan), object_id=plan.pk,
        object_repr="hill Patient (active)", action_flag=CHANGE, change_message="zebra",
    )  # fmt: skip
    patient.set_password("three plain words")
    patient.save()
    login = {"login": patient.email, "password": "three plain words"}
    assert Client().post("/accounts/login/", login).status_code == 302
    signed_in(desk.physio).get(f"/admin/walking/plan/{plan.pk}/change/")
    my_data(signed_in(patient))
    return patient


OF_THE_PERSON = ("hill Patient", "patient@hill.example", "hill words of", "hill reason",
                 "hill message", "zebra")  # fmt: skip


def test_nothing_of_the_person_is_left_in_the_whole_database(desk: Desk) -> None:
    patient = fill(desk)
    assert len(left_behind(*OF_THE_PERSON)) > 8
    ask_to_erase(patient, by=patient, at=timezone.now())
    plan, sessions = desk.plan.pk, patient.usersession_set.values_list("session_key", flat=True)
    keys = list(sessions)
    assert keys
    assert catch_up_all(timezone.now() + WAIT / 2)
    assert User.objects.filter(pk=patient.pk).exists()
    catch_up_all(timezone.now() + WAIT)
    assert not left_behind(*OF_THE_PERSON, *keys)
    for part in PARTS:
        if not part.clinics:
            assert not part.rows(patient).exists(), part.name
    assert not any(rows(patient).exists() for _model, rows in ERASED_TOO)
    assert not Plan.objects.filter(pk=plan).exists()
    assert list(CaseloadView.objects.values_list("name", flat=True)) == ["all"]
    connection.check_constraints()


def test_others_keep_everything(desk: Desk) -> None:
    other = make_desk("dale")
    before = [line for line in dump().splitlines() if "dale" in line]
    erase(desk.plan.patient, why=Why.ASKED, at=timezone.now())
    assert [line for line in dump().splitlines() if "dale" in line] == before
    assert other.plan.walks.exists()
    assert signed_in(other.plan.patient).get("/today/").status_code == 200
    assert signed_in(desk.physio).get("/admin/walking/plan/").status_code == 200


def test_what_remains_names_nobody_and_tells_what_staff_did(desk: Desk) -> None:
    patient = fill(desk)
    lines = Access.objects.filter(patient=patient).count()
    assert lines > 1
    erasure = erase(patient, why=Why.ASKED, at=timezone.now())
    assert ErasedAccess.objects.filter(erasure=erasure).count() == lines
    assert Erasure.objects.get().is_of(patient)
    assert not erasure.is_of(desk.physio)


@pytest.mark.slow
@pytest.mark.database
def test_it_reaches_every_patient_of_the_demo_clinic(demo: DemoClinic) -> None:
    patients = list(User.objects.patients())
    for patient in patients:
        erase(patient, why=Why.CLINIC, at=NOW)
    assert not left_behind(*(p.email for p in patients if p.email), *(p.name for p in patients))
    assert not Plan.objects.exists()
    assert Erasure.objects.count() == len(patients) == 24
    connection.check_constraints()


def test_the_audit_trail_cannot_be_deleted_while_the_person_is_there(desk: Desk) -> None:
    fill(desk)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_access")
    with pytest.raises(Refused):
        erase(desk.physio, why=Why.ASKED, at=timezone.now())


def test_a_patient_asks_with_the_password_and_takes_it_back_without(desk: Desk) -> None:
    patient = fill(desk)
    client = signed_in(patient)
    page = client.get("/settings/leave/").content.decode()
    assert "What stays, and why" in page
    assert not ErasureRequest.objects.exists()
    assert "/accounts/reauthenticate/" in client.post("/settings/leave/")["Location"]
    assert not ErasureRequest.objects.exists()
    just_signed_in(client).post("/settings/leave/")
    assert ErasureRequest.objects.get().due_at > timezone.now() + WAIT - dt.timedelta(minutes=1)
    assert "Keep my account" in client.get("/settings/leave/").content.decode()
    client.post("/settings/leave/")  # twice is once
    assert ErasureRequest.objects.count() == 1
    signed_in(patient).post("/settings/leave/", {"keep": "1"})
    assert ErasureRequest.objects.get().withdrawn_at
    assert erase_due(timezone.now() + WAIT * 2) == 0
    assert signed_in(desk.physio).post("/settings/leave/").status_code == 302
    assert ErasureRequest.objects.count() == 1


def test_the_link_of_the_mail_keeps_the_account_by_a_post_only(desk: Desk) -> None:
    patient = desk.plan.patient
    ask_to_erase(patient, by=patient, at=timezone.now())
    deliver_due(timezone.now())
    letter = next(one for one in sent.outbox if "deleted" in one.subject)
    assert letter.to == [f"{patient.name} <{patient.email}>"]
    url = next(word for word in letter.body.split() if "/k/" in word)
    path = urlsplit(url).path
    assert Client().get(path).status_code == 200
    assert ErasureRequest.objects.get().withdrawn_at is None
    assert Client().post(path).status_code == 200
    assert ErasureRequest.objects.get().withdrawn_at
    assert "Your account stays" in Client().get(path).content.decode()
    assert Client().get(path[:-4] + "abc/").status_code == 404


def test_an_old_link_says_that_the_account_is_gone(desk: Desk) -> None:
    patient = desk.plan.patient
    ask_to_erase(patient, by=patient, at=timezone.now())
    deliver_due(timezone.now())
    letter = next(one for one in sent.outbox if "deleted" in one.subject)
    path = urlsplit(next(word for word in letter.body.split() if "/k/" in word)).path
    erase_due(timezone.now() + WAIT)
    assert Client().get(path).status_code == 410


def test_who_is_brought_back_by_a_backup_is_erased_again(desk: Desk, tmp_path: Path) -> None:
    patient, other = desk.plan.patient, make_desk("dale").plan.patient
    listed = StringIO()
    with transaction.atomic():
        erase(patient, why=Why.ASKED, at=timezone.now())
        call_command("erase", "--list", stdout=listed)
        transaction.set_rollback(True)  # the backup
    assert User.objects.filter(pk=patient.pk).exists()
    assert patient.email not in listed.getvalue()
    file = tmp_path / "erasures.jsonl"
    file.write_text(listed.getvalue())
    out = StringIO()
    call_command("erase", "--again", str(file), stdout=out)
    assert json.loads(out.getvalue()) == {"erased": 1}
    assert not left_behind("hill Patient", "patient@hill.example")
    assert User.objects.filter(pk=other.pk).exists()
    call_command("erase", "--again", str(file), stdout=(again := StringIO()))
    assert json.loads(again.getvalue()) == {"erased": 0}


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_text("not json\n")
    with pytest.raises(CommandError, match="line 1") as refused:
        call_command("erase", "--again", str(file))
    assert refused.value.returncode == 2


def test_staff_who_ask_for_somebody_say_why(desk: Desk) -> None:
    patient = desk.plan.patient
    with pytest.raises(Refused):
        ask_to_erase(patient, by=desk.manager, why=Why.CLINIC, at=timezone.now())
    ask_to_erase(patient, by=desk.manager, why=Why.CLINIC, words="by letter", at=timezone.now())
    assert Access.objects.filter(patient=patient, what="erasure_asked").exists()
    take_back(patient, by=patient, at=timezone.now())
