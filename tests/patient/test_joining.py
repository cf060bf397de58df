"""A clinic opens its door: people ask to join, with a mailbox of their own; staff answer; the old is forgotten."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.desk.desk import Desk, make_desk
from tests.people import make_invitation, signed_in
from tests.responses import words
from walking.care.enrolment.requests import ANSWERED, UNANSWERED, ask_to_join, decline, open_door
from walking.care.record.export_record import record_of
from walking.care.refusal import Refused
from walking.care.tick import catch_up_all
from walking.models import JoinRequest, OpenDoor
from walking.patient.rate_limits import JOIN_MAILBOX

pytestmark = pytest.mark.django_db

TYPED = {"name": "Ada Holt", "email": "Ada@example.org", "words": "Ring me: 555 0199"}


@pytest.fixture
def desk() -> Desk:
    return make_desk("wren")


@pytest.fixture
def door(desk: Desk) -> OpenDoor:
    return open_door(by=desk.manager, at=timezone.now())


def code() -> str:
    found = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found.group(1)


def knock(door: OpenDoor, client: Client | None = None, **typed: str) -> HttpResponse:
    client = client or Client()
    client.post(f"/join/{door.slug}/", TYPED | typed)
    return client.post(f"/join/{door.slug}/code/", {"code": code()})


@pytest.mark.database
def test_the_door_is_shut_until_the_manager_opens_it(desk: Desk) -> None:
    assert Client().get("/join/wren/").status_code == 404
    client = signed_in(desk.manager)
    client.post("/admin/joining/", {"do": "open"})
    door = OpenDoor.objects.get()
    assert f"/join/{door.slug}/" in client.get("/admin/joining/").content.decode()
    assert "Ask wren Clinic" in words(Client().get(f"/join/{door.slug}/"))
    client.post("/admin/joining/", {"do": "open"})
    assert OpenDoor.objects.get().slug != door.slug
    client.post("/admin/joining/", {"do": "shut"})
    assert not OpenDoor.objects.exists()
    signed_in(desk.physio).post("/admin/joining/", {"do": "open"})
    assert not OpenDoor.objects.exists()


def test_the_clinic_hears_of_it_only_after_the_code(door: OpenDoor) -> None:
    client = Client()
    page = client.post(f"/join/{door.slug}/", TYPED, follow=True)
    assert "Type in the code" in words(page)
    assert not JoinRequest.objects.exists()
    assert client.get(f"/join/{door.slug}/code/").status_code == 200
    assert client.post(f"/join/{door.slug}/code/", {"code": "WRONG1"}).status_code == 422
    assert not JoinRequest.objects.exists()
    assert "Thank you" in words(client.post(f"/join/{door.slug}/code/", {"code": code()}))
    asked = JoinRequest.objects.get()
    assert (asked.name, asked.email, asked.words) == ("Ada Holt", "ada@example.org", TYPED["words"])


def test_five_wrong_codes_end_it(door: OpenDoor) -> None:
    client = Client()
    client.post(f"/join/{door.slug}/", TYPED)
    for _n in range(5):
        client.post(f"/join/{door.slug}/code/", {"code": "WRONG1"})
    client.post(f"/join/{door.slug}/code/", {"code": code()})
    assert not JoinRequest.objects.exists()


def test_nobody_learns_who_is_known(desk: Desk, door: OpenDoor) -> None:
    known = knock(door, email=desk.plan.patient.email)
    new = knock(door)
    again = knock(door)
    said = {words(answer) for answer in (known, new, again)}
    assert len(said) == 1
    assert JoinRequest.objects.filter(email="ada@example.org").count() == 1


def test_bad_input_is_named_and_kept(door: OpenDoor) -> None:
    page = Client().post(f"/join/{door.slug}/", {"name": "Ada", "email": "nonsense", "words": "x"})
    assert page.status_code == 422
    assert "Write it like anna@example.org" in words(page)
    assert 'value="Ada"' in page.content.decode()
    assert not mail.outbox


def test_no_mailbox_is_flooded(door: OpenDoor) -> None:
    answers = [Client().post(f"/join/{door.slug}/", TYPED) for _n in range(JOIN_MAILBOX.most + 1)]
    assert answers[-1].status_code == 429
    assert "Ring me" in answers[-1].content.decode()
    assert len(mail.outbox) == JOIN_MAILBOX.most


def test_a_code_for_one_clinic_opens_no_other(door: OpenDoor) -> None:
    other = open_door(by=make_desk("dale").manager, at=timezone.now())
    client = Client()
    client.post(f"/join/{door.slug}/", TYPED)
    client.post(f"/join/{other.slug}/code/", {"code": code()})
    assert not JoinRequest.objects.exists()


def test_inviting_answers_it(desk: Desk, door: OpenDoor) -> None:
    knock(door, words="<script>alert(1)</script>")
    page = signed_in(desk.physio).get("/admin/joining/").content.decode()
    assert "Ada Holt" in page
    assert "<script>alert" not in page
    assert "name=Ada%20Holt&amp;email=ada%40example.org" in page
    form = signed_in(desk.physio).get(
        "/admin/walking/invitation/add/?name=Ada%20Holt&email=ada%40example.org"
    )
    assert 'value="ada@example.org"' in form.content.decode()
    make_invitation(desk.physio, "ada@example.org", name="Ada Holt", at=timezone.now())
    asked = JoinRequest.objects.get()
    assert (asked.invited, asked.closed_by) == (True, desk.physio)


@pytest.mark.database
def test_not_now_answers_it_once(desk: Desk, door: OpenDoor) -> None:
    knock(door)
    asked = JoinRequest.objects.get()
    signed_in(desk.physio).post("/admin/joining/", {"do": f"decline:{asked.pk}"})
    asked.refresh_from_db()
    assert (asked.invited, asked.closed_by) == (False, desk.physio)
    with pytest.raises(Refused):
        decline(asked, by=desk.manager, at=timezone.now())
    knock(door)
    assert JoinRequest.objects.waiting().count() == 1


def test_another_clinic_sees_and_answers_nothing(desk: Desk, door: OpenDoor) -> None:
    knock(door)
    other = signed_in(make_desk("dale").manager)
    assert "Ada Holt" not in other.get("/admin/joining/").content.decode()
    asked = JoinRequest.objects.get()
    assert other.post("/admin/joining/", {"do": f"decline:{asked.pk}"}).status_code == 404
    for wrong in ("", "decline:", "decline:x", "decline:²", f"decline:{10**30}", "open sesame"):
        assert other.post("/admin/joining/", {"do": wrong}).status_code == 404
    assert JoinRequest.objects.waiting().count() == 1
    assert signed_in(desk.plan.patient).get("/admin/joining/").status_code != 200


def test_what_is_old_is_forgotten(desk: Desk, door: OpenDoor) -> None:
    now = timezone.now()
    ask_to_join(door, name="A", email="a@example.org", words="", at=now)
    ask_to_join(door, name="B", email="b@example.org", words="", at=now)
    decline(JoinRequest.objects.get(name="B"), by=desk.physio, at=now)
    catch_up_all(now + ANSWERED - dt.timedelta(days=1))
    assert JoinRequest.objects.count() == 2
    catch_up_all(now + ANSWERED)
    assert [each.name for each in JoinRequest.objects.all()] == ["A"]
    catch_up_all(now + UNANSWERED)
    assert not JoinRequest.objects.exists()


def test_a_patient_takes_out_what_they_asked_before(desk: Desk, door: OpenDoor) -> None:
    knock(door, email=desk.plan.patient.email)
    record = record_of(desk.plan.patient, at=timezone.now())
    assert [each["words"] for each in record["requests_to_join"]] == [TYPED["words"]]


def test_the_database_keeps_one_open_request_of_a_mailbox(desk: Desk, door: OpenDoor) -> None:
    knock(door)
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(
            clinic=desk.clinic, name="A", email="ADA@example.org", at=timezone.now()
        )


def test_the_list_asks_as_much_for_one_as_for_many(desk: Desk, door: OpenDoor) -> None:
    client = signed_in(desk.physio)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/joining/")
        return len(queries)

    knock(door)
    client.get("/admin/joining/")
    one = asked()
    for number in range(6):
        ask_to_join(door, name="N", email=f"n{number}@x.example", words="", at=timezone.now())
    decline(JoinRequest.objects.get(email="n1@x.example"), by=desk.physio, at=timezone.now())
    assert asked() == one
