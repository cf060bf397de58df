"""Coaching contacts at the desk: noted, moved, seen by the patient, and listed by day."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Access
from tests.desk.desk import Desk, enrolled, make_desk
from tests.people import make_physio, signed_in
from walking.care.plan.contacts import move_contacts, note_contact
from walking.care.refusal import Refused
from walking.models import Contact, ContactNote
from walking.programme.weeks import local_day

pytestmark = pytest.mark.django_db

DAYS = "/admin/walking/contact/days/"


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


@pytest.fixture
def contact(desk: Desk) -> Contact:
    return desk.plan.contacts.get(number=2)


def address(contact: Contact) -> str:
    return f"/admin/walking/contact/{contact.pk}/change/"


def test_it_notes_a_contact_and_tells_the_patient_what_was_agreed(
    desk: Desk, contact: Contact
) -> None:
    client = signed_in(desk.physio)
    answers = {
        "outcome": "done", "revision": 0, "what_matters": "grandchildren", "confidence": 7,
        "barriers": "rain", "agreed": "Walk to the shop on Mondays", "private": "xylophone",
    }  # fmt: skip
    assert client.post(address(contact), answers).status_code == 302
    contact.refresh_from_db()
    assert (contact.state, contact.remind_at) == (Contact.State.DONE, None)
    assert Access.objects.filter(action="changed", what="contact", by=desk.physio).count() == 1
    today = signed_in(desk.plan.patient).get("/today/").content.decode()
    assert "Walk to the shop on Mondays" in today
    assert "xylophone" not in today
    after = desk.plan.contacts.get(number=3)
    page = client.get(address(after)).content.decode()
    assert "Walk to the shop on Mondays" in page
    assert "hill words of the patient" in page
    assert "Adherence, oldest week first: 100 percent" in page


@pytest.mark.database
def test_it_moves_a_contact_for_good(desk: Desk, contact: Contact) -> None:
    now = timezone.now()
    day = local_day(now, desk.plan.patient.zone) + dt.timedelta(days=5)
    client = signed_in(desk.physio)
    moved = {"outcome": "moved", "revision": 0, "to_day": day.isoformat()}
    assert client.post(address(contact), moved).status_code == 302
    move_contacts(desk.plan, now)
    contact.refresh_from_db()
    assert (contact.state, contact.due) == (Contact.State.PLANNED, day)
    assert contact.remind_at is not None
    ics = client.get(f"/admin/walking/contact/{contact.pk}/contact.ics").content.decode()
    assert "SEQUENCE:1" in ics
    assert "hill" not in ics


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"outcome": "moved"}, "Choose another day, from today on."),
        ({"outcome": "moved", "to_day": "2020-01-01"}, "Choose another day, from today on."),
        ({"outcome": "done", "confidence": 11}, "less than or equal to 10"),
    ],
)
def test_it_refuses_and_keeps_what_was_typed(
    desk: Desk, contact: Contact, answers: dict[str, object], words: str
) -> None:
    response = signed_in(desk.physio).post(
        address(contact), answers | {"revision": 0, "agreed": "kept words"}
    )
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "kept words" in response.content.decode()
    assert not ContactNote.objects.exists()


def test_two_people_do_not_overwrite_each_other(desk: Desk, contact: Contact) -> None:
    now = timezone.now()
    note_contact(contact, outcome="done", revision=0, by=desk.physio, at=now)
    with pytest.raises(Refused, match="A colleague noted this contact"):
        note_contact(contact, outcome="missed", revision=0, by=desk.colleague, at=now)
    note_contact(contact, outcome="missed", revision=1, by=desk.colleague, at=now)
    contact.refresh_from_db()
    assert contact.state == Contact.State.MISSED


def test_the_database_keeps_the_notes(desk: Desk, contact: Contact) -> None:
    note_contact(contact, outcome="done", revision=0, by=desk.physio, at=timezone.now())
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE walking_contactnote SET agreed = 'other'")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactNote(
            contact=contact, revision=2, outcome="moved", from_day=contact.due, by=desk.physio,
            at=timezone.now(),
        ).save()  # fmt: skip


def test_the_day_view_shows_the_own_clinic_in_a_constant_number_of_queries(
    desk: Desk, contact: Contact, django_assert_max_num_queries: object
) -> None:
    make_desk("vale")
    client = signed_in(desk.physio)
    Contact.objects.filter(number=2).update(due=timezone.localdate())
    page = client.get(DAYS).content.decode()
    assert "hill Patient" in page
    assert "vale" not in page
    with django_assert_max_num_queries(8) as few:  # type: ignore[operator]
        client.get(DAYS)
    for number in range(3):
        enrolled(desk.physio, name=f"More {number}", email=f"more{number}@hill.example")
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        assert "More 2" in client.get(DAYS).content.decode()


def test_the_story_tells_what_was_noted(desk: Desk, contact: Contact) -> None:
    note_contact(
        contact, outcome="done", revision=0, by=desk.colleague, at=timezone.now(), confidence=7,
        what_matters="Her choir", barriers="Rain", agreed="Walk before lunch", private="Seems low",
    )  # fmt: skip
    page = (
        signed_in(desk.physio).get(f"/admin/walking/plan/{desk.plan.pk}/change/").content.decode()
    )
    for words in (
        "Her choir",
        "Rain",
        "Walk before lunch",
        "Seems low",
        "Confidence, from 0 to 10: 7",
    ):
        assert words in page


def test_who_needs_a_contact_is_one_tap_from_it(desk: Desk, contact: Contact) -> None:
    client = signed_in(desk.physio)
    address = f"/admin/walking/contact/next/{desk.plan.pk}/"
    first = desk.plan.contacts.filter(state="planned", number__gt=1).earliest("number")
    assert client.get(address).url == f"/admin/walking/contact/{first.pk}/change/"  # type: ignore[attr-defined]
    for each in desk.plan.contacts.filter(state="planned", number__gt=1):
        note_contact(
            each, outcome="done", revision=0, by=desk.physio, at=timezone.now() + dt.timedelta(200)
        )
    assert client.get(address).url == f"/admin/walking/plan/{desk.plan.pk}/change/"  # type: ignore[attr-defined]
    assert signed_in(make_physio()).get(address).status_code == 404
    assert client.get("/admin/walking/contact/next/nonsense/").status_code == 404


def test_a_calendar_takes_only_another_day_for_a_change(desk: Desk, contact: Contact) -> None:
    def sequence() -> int:
        answer = signed_in(desk.physio).get(f"/admin/walking/contact/{contact.pk}/contact.ics")
        return int(Calendar.from_ical(answer.content).walk("VEVENT")[0]["SEQUENCE"])

    note = {"by": desk.physio, "at": timezone.now()}
    assert sequence() == 0
    note_contact(contact, outcome="moved", to_day=contact.due + dt.timedelta(9), revision=0, **note)
    assert sequence() == 1
    note_contact(contact, outcome="done", revision=1, **note)
    note_contact(contact, outcome="done", revision=2, private="More", **note)
    assert sequence() == 1


@pytest.mark.database
def test_the_days_shown_go_into_a_calendar_without_a_name(desk: Desk, contact: Contact) -> None:
    client, where = signed_in(desk.manager), "/admin/walking/contact/days/"
    asked = f"?day={contact.due}&who={desk.physio.pk}"
    page = client.get(where + asked).content.decode()
    assert f'{where}contacts.ics?day={contact.due}&amp;who={desk.physio.pk}"' in page
    answer = client.get(f"{where}contacts.ics{asked}")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    alone = client.get(f"/admin/walking/contact/{contact.pk}/contact.ics")
    assert event.decoded("dtstart") == contact.due
    assert event["UID"] == Calendar.from_ical(alone.content).walk("VEVENT")[0]["UID"]
    assert desk.plan.patient.name.split()[0] not in answer.content.decode()
    other = signed_in(make_physio()).get(f"{where}contacts.ics{asked}").content
    assert Calendar.from_ical(other).walk("VEVENT") == []


def test_the_days_can_be_those_of_one_physiotherapist(desk: Desk, contact: Contact) -> None:
    page = "/admin/walking/contact/days/"
    client = signed_in(desk.manager)
    name = desk.plan.patient.name
    assert name in client.get(f"{page}?day={contact.due}").content.decode()
    assert name in client.get(f"{page}?day={contact.due}&who={desk.physio.pk}").content.decode()
    other = client.get(f"{page}?day={contact.due}&who=999999").content.decode()
    assert name in other, "somebody unknown is nobody, so all are shown"
    assert (
        "No contact is planned for this day."
        in client.get(f"{page}?day=2020-01-01").content.decode()
    )


def test_after_a_colleague_one_reads_the_note_and_sends_again(desk: Desk, contact: Contact) -> None:
    note_contact(
        contact, outcome="done", revision=0, by=desk.colleague, at=timezone.now(), agreed="zebra"
    )
    client, mine = signed_in(desk.physio), {"outcome": "done", "agreed": "my words"}
    response = client.post(address(contact), mine | {"revision": 0})
    assert response.status_code == 422
    page = response.content.decode()
    assert "zebra" in page
    assert "my words" in page
    revision = BeautifulSoup(page, "html.parser").select_one("input[name=revision]")["value"]
    assert client.post(address(contact), mine | {"revision": revision}).status_code == 302
    assert [note.agreed for note in contact.notes.order_by("revision")] == ["zebra", "my words"]


def test_no_contact_is_moved_out_of_sight(desk: Desk, contact: Contact) -> None:
    far = {"outcome": "moved", "revision": 0, "to_day": "9999-12-31"}
    response = signed_in(desk.physio).post(address(contact), far)
    assert response.status_code == 422
    assert "Choose a day within the next year." in response.content.decode()


@pytest.mark.database
def test_the_next_contact_is_the_next_by_day(desk: Desk, contact: Contact) -> None:
    third = desk.plan.contacts.get(number=3)
    note_contact(
        contact, outcome="moved", revision=0, by=desk.physio, at=timezone.now(),
        to_day=third.due + dt.timedelta(days=3),
    )  # fmt: skip
    response = signed_in(desk.physio).get(f"/admin/walking/contact/next/{desk.plan.pk}/")
    assert response.url == address(third)  # type: ignore[attr-defined]


def test_a_contact_that_was_forgotten_stays_on_the_list(desk: Desk, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(due=timezone.localdate() - dt.timedelta(days=60))
    assert address(contact) in signed_in(desk.physio).get(DAYS).content.decode()
