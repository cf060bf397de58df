"""The clinic's privacy notice and terms: written by the manager, read by anyone, and said to be read by patients."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import ClinicNotice, Consent
from tests.desk.desk import Desk, enrolled, make_desk
from tests.people import signed_in
from tests.responses import words
from walking.care.clinic.notices import has_read, publish, unread
from walking.care.refusal import Refused

pytestmark = pytest.mark.django_db

TEXT = "## Who answers for it\n\n" + "The clinic of the wren keeps what you tell it. " * 8
OTHER = TEXT + "\n\n- It is kept for ten years.\n"


@pytest.fixture
def desk() -> Desk:
    return make_desk("wren")


def published(desk: Desk, body: str = TEXT, *, asks: bool = True, seen: int = 0) -> ClinicNotice:
    return publish(
        by=desk.manager, kind="privacy", body=body, asks=asks, seen=seen, at=timezone.now()
    )


@pytest.mark.parametrize("kind", ["privacy", "terms"])
def test_a_text_of_ours_holds_until_the_clinic_has_its_own(desk: Desk, kind: str) -> None:
    page = words(Client().get(f"/notices/{desk.clinic.pk}/{kind}/"))
    assert desk.clinic.name in page
    assert "emergency" in page or "Your rights" in page
    assert Client().get("/notices/999999/privacy/").status_code == 404
    assert Client().get(f"/notices/{desk.clinic.pk}/other/").status_code == 404


def test_the_manager_previews_publishes_and_everybody_reads_it(desk: Desk) -> None:
    client = signed_in(desk.manager)
    form = {"seen": "0", "body": TEXT, "asks": "on"}
    preview = client.post("/admin/notices/privacy/", form)
    assert "Nothing is kept yet" in words(preview)
    assert not ClinicNotice.objects.exists()
    client.post("/admin/notices/privacy/", form | {"keep": "1"})
    assert ClinicNotice.objects.get().by == desk.manager
    page = Client().get(f"/notices/{desk.clinic.pk}/privacy/").content.decode()
    assert "<h2>Who answers for it</h2>" in page
    assert "version 1" in page


def test_what_is_typed_is_kept_when_it_is_refused(desk: Desk) -> None:
    client = signed_in(desk.manager)
    short = client.post("/admin/notices/privacy/", {"seen": "0", "body": "Short.", "keep": "1"})
    assert short.status_code == 422
    assert "Short." in short.content.decode()
    published(desk)
    late = {"seen": "0", "body": OTHER, "keep": "1"}
    answer = client.post("/admin/notices/privacy/", late)
    assert answer.status_code == 409
    assert "It is kept for ten years." in answer.content.decode()
    with pytest.raises(Refused):
        published(desk, asks=False, seen=1)


def test_nothing_that_is_written_there_runs(desk: Desk) -> None:
    hostile = (
        TEXT + "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://spy.example/p.png)"
    )
    published(desk, hostile)
    page = Client().get(f"/notices/{desk.clinic.pk}/privacy/").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert '<img src="https://spy' not in page


def test_patients_are_asked_until_they_say_that_they_read_it(desk: Desk) -> None:
    client = signed_in(desk.plan.patient)
    assert "has changed its privacy notice" not in words(client.get("/today/"))
    published(desk)
    assert "has changed its privacy notice" in words(client.get("/today/"))
    page = f"/notices/{desk.clinic.pk}/privacy/"
    assert "I have read it" in words(client.get(page))
    client.post(page, {"number": "1"})
    client.post(page, {"number": "1"})
    said = Consent.objects.get(user=desk.plan.patient, document="privacy")
    assert said.version == "1"
    assert "has changed its privacy notice" not in words(client.get("/today/"))
    assert "You read the privacy notice" in words(client.get("/settings/consent/"))

    published(desk, OTHER, asks=False, seen=1)
    assert "has changed its privacy notice" not in words(client.get("/today/"))
    published(desk, TEXT, seen=2)
    assert "has changed its privacy notice" in words(client.get("/today/"))


def test_an_old_text_cannot_be_said_to_be_read(desk: Desk) -> None:
    published(desk)
    published(desk, OTHER, seen=1)
    client = signed_in(desk.plan.patient)
    answer = client.post(f"/notices/{desk.clinic.pk}/privacy/", {"number": "1"}, follow=True)
    assert "has changed since" in words(answer)
    for number in ("", "x", "99999999999", "²"):
        client.post(f"/notices/{desk.clinic.pk}/privacy/", {"number": number})
    assert not Consent.objects.filter(document="privacy").exists()


@pytest.mark.database
def test_who_joins_has_read_what_holds(desk: Desk) -> None:
    published(desk)
    plan = enrolled(desk.physio, name="New", email="new@example.org", days_ago=0)
    assert plan.patient.consents.get(document="privacy").version == "1"
    desk.clinic.refresh_from_db()
    assert not unread(plan.patient, desk.clinic)


@pytest.mark.database
def test_only_the_clinics_manager_publishes(desk: Desk) -> None:
    assert signed_in(desk.physio).get("/admin/notices/privacy/").status_code == 403
    assert signed_in(desk.plan.patient).get("/admin/notices/privacy/").status_code != 200
    with pytest.raises(Refused):
        publish(by=desk.physio, kind="privacy", body=TEXT, asks=True, seen=0, at=timezone.now())
    other = make_desk("dale")
    published(desk)
    assert "wren" not in words(signed_in(other.manager).get("/admin/notices/privacy/"))
    answer = signed_in(other.plan.patient).post(
        f"/notices/{desk.clinic.pk}/privacy/", {"number": "1"}
    )
    assert answer.status_code == 404
    with pytest.raises(Refused):
        has_read(other.plan.patient, "privacy", number=1, at=timezone.now())


def test_a_version_is_final(desk: Desk) -> None:
    published(desk)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_clinicnotice SET body = 'other'")
