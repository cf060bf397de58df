"""Private notes: for the staff, never for the patient; corrected by the next revision."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Access
from tests.desk.desk import Desk, make_desk
from tests.people import signed_in
from walking.care.plan import notes
from walking.care.refusal import Refused
from walking.models import Note

pytestmark = pytest.mark.django_db

SECRET = "Worries about her job, xylophone"


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


@pytest.fixture
def client(desk: Desk) -> Client:
    return signed_in(desk.physio)


def base(desk: Desk) -> str:
    return f"/admin/walking/plan/{desk.plan.pk}/"


def page(response: HttpResponse) -> str:
    return response.content.decode()


def test_it_writes_corrects_and_takes_back(desk: Desk, client: Client) -> None:
    response = client.post(f"{base(desk)}note/", {"words": SECRET}, follow=True)
    assert SECRET in page(response)
    note = Note.objects.get()
    assert (note.by, note.number, note.revision) == (desk.physio, 1, 1)
    other = signed_in(desk.colleague)
    response = other.post(
        f"{base(desk)}note/1/", {"words": "Starts a new job", "revision": 1}, follow=True
    )
    assert "Starts a new job" in page(response)
    assert SECRET in page(response)  # what it said before stays readable
    response = client.post(
        f"{base(desk)}note/1/take-back/", {"reason": "Wrong patient", "revision": 2}, follow=True
    )
    assert notes.standing(desk.plan) == []
    assert [(n.revision, n.words, n.withdrawn) for n in Note.objects.order_by("revision")] == [
        (1, SECRET, ""), (2, "Starts a new job", ""), (3, "", "Wrong patient"),
    ]  # fmt: skip
    assert client.get(f"{base(desk)}note/1/").status_code == 404
    trail = Access.objects.filter(action="changed", what__startswith="note").order_by("pk")
    assert [(entry.what, entry.by) for entry in trail] == [
        ("note", desk.physio), ("note", desk.colleague), ("note_withdrawn", desk.physio),
    ]  # fmt: skip
    assert not any(entry.why for entry in trail)


@pytest.mark.parametrize("where", ["note/", "note/1/", "note/1/take-back/"])
def test_it_refuses_nothing_beside_the_field(desk: Desk, client: Client, where: str) -> None:
    notes.write(desk.plan, words=SECRET, by=desk.physio, at=timezone.now())
    response = client.post(f"{base(desk)}{where}", {"words": " ", "reason": "", "revision": 1})
    assert response.status_code == 422
    assert ("Say why" if "back" in where else "Write something, or go back.") in page(response)
    assert Note.objects.count() == 1


@pytest.mark.database
def test_two_people_do_not_overwrite_each_other(desk: Desk, client: Client) -> None:
    notes.write(desk.plan, words=SECRET, by=desk.physio, at=timezone.now())
    client.post(f"{base(desk)}note/1/", {"words": "First", "revision": 1})
    response = client.post(f"{base(desk)}note/1/", {"words": "Second", "revision": 1})
    assert response.status_code == 422
    assert "This note changed while you were looking at it." in page(response)
    assert "Second" in page(response)
    assert notes.standing(desk.plan)[0].note.words == "First"


def test_no_patient_ever_sees_a_note(desk: Desk) -> None:
    note = notes.write(desk.plan, words=SECRET, by=desk.physio, at=timezone.now())
    notes.withdraw(note, reason="xylophone again", by=desk.physio, at=timezone.now())
    notes.write(desk.plan, words=SECRET, by=desk.physio, at=timezone.now())
    patient = signed_in(desk.plan.patient)
    tried = 0
    for address in patient_addresses():
        response = patient.get(address)
        tried += 1
        content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        assert b"xylophone" not in content, address
    assert tried > 10
    with pytest.raises(Refused):
        notes.write(desk.plan, words="Mine", by=desk.plan.patient, at=timezone.now())


def patient_addresses() -> list[str]:
    """Every address of the patients' pages that takes nothing."""
    from django.urls import reverse

    from walking.patient.urls import urlpatterns

    return [
        reverse(pattern.name)
        for pattern in urlpatterns
        if pattern.name and not pattern.pattern.converters
    ]


def test_it_is_in_no_mail(desk: Desk) -> None:
    from django.core import mail

    from walking.care.tick import catch_up_all
    from walking.mail.delivery import deliver_due

    notes.write(desk.plan, words=SECRET, by=desk.physio, at=timezone.now())
    due = desk.plan.next_review_at
    assert due
    catch_up_all(due)
    assert deliver_due(due).sent
    for message in mail.outbox:
        assert "xylophone" not in str(message.message())


def test_another_clinic_and_patients_have_no_way_in(desk: Desk) -> None:
    note = notes.write(desk.plan, words=SECRET, by=desk.physio, at=timezone.now())
    stranger = make_desk("dale").physio
    for where in ("note/", "note/1/", "note/1/take-back/"):
        for who in (stranger, desk.plan.patient):
            for send in (signed_in(who).get, signed_in(who).post):
                response = send(f"{base(desk)}{where}", {"words": "Mine", "reason": "Mine"})
                assert response.status_code == 302
                assert "xylophone" not in page(response)
    with pytest.raises(Refused):
        notes.withdraw(note, reason="Mine", by=stranger, at=timezone.now())
    assert Note.objects.count() == 1


def test_the_database_keeps_it_as_it_was_written(desk: Desk) -> None:
    notes.write(desk.plan, words=SECRET, by=desk.physio, at=timezone.now())
    with pytest.raises(Error, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE walking_note SET words = 'else'")
    with pytest.raises(Error), transaction.atomic():
        Note(plan=desk.plan, number=1, revision=2, by=desk.physio, at=timezone.now()).save()
