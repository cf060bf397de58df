"""The mail at the desk: how the queue stands, what became of one mail, and sending it again on purpose."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Access
from config.environment import mailers
from tests.desk.desk import Desk, enrolled, make_desk, week_walked
from tests.people import make_operator, signed_in
from tests.services import PATIENCE, SmtpSink
from walking.mail import outbox
from walking.mail.again import NotAgain, send_again
from walking.mail.bounces import record_bounce
from walking.mail.delivery import deliver_due
from walking.models import Bounce, Mail, MailCopy, MailPreference

pytestmark = pytest.mark.django_db

QUEUE = "/admin/walking/mail/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def post(smtp: SmtpSink, settings: Any) -> SmtpSink:
    settings.MAILERS = mailers(f"{smtp.url}?timeout=60")
    return smtp


@pytest.fixture
def desk() -> Desk:
    return make_desk("hill")


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


def fresh(desk: Desk, at: dt.datetime, about: str = "month:11") -> Mail:
    """A monthly question, due now."""
    mail = outbox.queued(
        Mail.Kind.RECURRENCE, plan=desk.plan, recipient=desk.plan.patient, about=about, due_at=at,
        at=at,
    )  # fmt: skip
    assert outbox.queue([mail]) == 1
    return Mail.objects.get(message_id=mail.message_id)


def figures(client: Client) -> dict[str, int]:
    page = BeautifulSoup(client.get(QUEUE).content, "html.parser")
    return {
        row.dt.get_text(" ", strip=True): int(row.dd.get_text(strip=True))
        for row in page.select(".queue-figures > div")
    }


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return (
        BeautifulSoup(response.content, "html.parser")
        .select_one("#content")
        .get_text(" ", strip=True)
    )  # type: ignore[union-attr]


# The queue --------------------------------------------------------------------------------------


def test_it_shows_how_the_mail_stands(desk: Desk, post: SmtpSink, now: dt.datetime) -> None:
    Mail.objects.all().update(state="suppressed", settled_at=now - 30 * 24 * HOUR)
    fresh(desk, now - 2 * HOUR, "month:11")
    fresh(desk, now + HOUR, "month:12")
    client = signed_in(desk.manager)
    shown = figures(client)
    assert (shown["Waiting"], shown["Can go now"], shown["Wait for another attempt"]) == (2, 1, 0)
    assert "1 mail is late. It has been due for 2 hours." in words(client, QUEUE).replace(
        "\xa0", " "
    )

    post.answer = "451 not now"
    deliver_due(now)
    assert figures(client)["Wait for another attempt"] == 1
    post.answer = "550 5.7.1 we do not like it"
    Mail.objects.filter(state="queued").update(next_attempt_at=now)
    deliver_due(now)
    shown = figures(client)
    assert (shown["Waiting"], shown["Failed in 7 days"], shown["Sent today"]) == (0, 2, 0)
    assert "2 × 550 5.7.1 we do not like it" in words(client, QUEUE)
    assert "Nothing waits to be sent." in words(client, QUEUE)

    post.answer = "250 OK"
    fresh(desk, now, "month:13")
    deliver_due(now)
    shown = figures(client)
    assert shown["Sent in the last hour"] == shown["Sent in 24 hours"] == 1


@pytest.mark.database
def test_everybody_counts_only_what_is_theirs(desk: Desk, post: SmtpSink, now: dt.datetime) -> None:
    other = make_desk("dale")
    Mail.objects.all().delete()
    fresh(desk, now)
    fresh(other, now)
    post.answer = "550 5.1.1 no such user"
    deliver_due(now)
    for each in (desk, other):
        Bounce(email=each.plan.patient.email, kind="hard", source="report", at=now).save()
    operator = make_operator()
    for who, count in ((desk.physio, 1), (desk.manager, 1), (other.manager, 1), (operator, 2)):
        shown = figures(signed_in(who))
        assert shown["Failed in 7 days"] == count, who
        assert shown["Addresses that bounced in 7 days"] == count, who


def test_it_asks_as_often_for_much_mail_as_for_little(desk: Desk, now: dt.datetime) -> None:
    client = signed_in(desk.physio)

    def asked() -> int:
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as queries:
            client.get(QUEUE)
        return len(queries)

    few = asked()
    for number in range(12):
        fresh(desk, now, f"month:{number + 20}")
    assert asked() == few
    assert few < 25


@pytest.mark.database
def test_it_filters_and_finds(desk: Desk, post: SmtpSink, now: dt.datetime) -> None:
    plan = enrolled(desk.physio, name="Wilma Wanted", email="wilma@hill.example")
    Mail.objects.all().delete()
    fresh(desk, now - HOUR)
    mail = outbox.queued(
        Mail.Kind.RECURRENCE, plan=plan, recipient=plan.patient, about="month:11",
        due_at=now + HOUR, at=now,
    )  # fmt: skip
    outbox.queue([mail])
    client = signed_in(desk.physio)

    def rows(query: str) -> str:
        page = BeautifulSoup(client.get(f"{QUEUE}?{query}").content, "html.parser")
        return " ".join(cell.get_text() for cell in page.select("td.field-to"))

    assert rows("q=wilma") == "Wilma Wanted"
    assert "Wilma" not in rows("queue=due")
    assert "Wilma" not in rows("queue=late")
    assert rows("queue=again") == rows("queue=retry") == rows("state__exact=failed") == ""
    assert "Wilma" in rows("state__exact=queued")
    assert "Wilma" in rows("kind__exact=recurrence")


# One mail ---------------------------------------------------------------------------------------


def test_it_tells_the_fate_of_a_mail(desk: Desk, post: SmtpSink, now: dt.datetime) -> None:
    mail = fresh(desk, now - HOUR)
    post.answer = "451 come back later"
    deliver_due(now)
    Mail.objects.filter(pk=mail.pk).update(next_attempt_at=now)
    post.answer = "450 still busy"
    deliver_due(now)
    Mail.objects.filter(pk=mail.pk).update(next_attempt_at=now)
    post.answer = "250 OK"
    deliver_due(now)
    said = words(signed_in(desk.physio), f"{QUEUE}{mail.pk}/change/")
    for part in ("sent", "451 come back later", "450 still busy", "the mail server took it",
                 "hill Patient", desk.plan.patient.email, mail.message_id):  # fmt: skip
        assert part in said
    seen = Access.objects.get(patient=desk.plan.patient, by=desk.physio, what="mail")
    assert seen.action == "viewed"


def test_nothing_of_a_mail_can_be_edited(desk: Desk, now: dt.datetime) -> None:
    mail = fresh(desk, now)
    client = signed_in(desk.manager)
    assert client.post(f"{QUEUE}{mail.pk}/change/", {"state": "sent"}).status_code == 405
    assert client.post(f"{QUEUE}add/", {}).status_code == 403


# Sending it again -------------------------------------------------------------------------------


@pytest.fixture
def failed(desk: Desk, post: SmtpSink, now: dt.datetime) -> Mail:
    """A mail that failed, at an address that works."""
    Mail.objects.all().delete()
    mail = fresh(desk, now)
    post.answer = "550 5.7.1 not today"
    deliver_due(now)
    post.answer = "250 OK"
    mail.refresh_from_db()
    assert mail.state == "failed"
    return mail


def test_it_sends_a_copy_and_says_who_and_why(desk: Desk, failed: Mail, post: SmtpSink) -> None:
    client = signed_in(desk.physio)
    page = words(client, f"{QUEUE}{failed.pk}/again/")
    assert "Send this mail again?" in page
    assert "Why is it sent again?" in page
    answer = client.post(f"{QUEUE}{failed.pk}/again/", {"reason": "She rang and has nothing."})
    copy = Mail.objects.get(copy=1)
    assert answer["Location"] == f"{QUEUE}{copy.pk}/change/"
    assert (copy.kind, copy.about, copy.plan, copy.state) == (
        failed.kind, failed.about, failed.plan, "queued",
    )  # fmt: skip
    assert copy.message_id != failed.message_id
    deliver_due(timezone.now())
    assert post.messages[0]["Message-ID"] == copy.message_id
    # The first one stays what it was.
    was = Mail.objects.values().get(pk=failed.pk)
    assert (was["state"], was["copy"], was["message_id"]) == ("failed", 0, failed.message_id)
    told = MailCopy.objects.get()
    assert (told.mail, told.of, told.by, told.reason) == (
        copy, failed, desk.physio, "She rang and has nothing.",
    )  # fmt: skip
    change = Access.objects.get(action="changed", what="mail_again")
    assert (change.by, change.patient, change.why) == (
        desk.physio, desk.plan.patient, "She rang and has nothing.",
    )  # fmt: skip
    assert "She rang and has nothing." in words(client, f"{QUEUE}{failed.pk}/change/")
    assert "hill Physio sent this again" in words(client, f"{QUEUE}{copy.pk}/change/")


def test_sent_and_suppressed_mail_goes_again_too_each_copy_once(
    desk: Desk, failed: Mail, post: SmtpSink, now: dt.datetime
) -> None:
    first = send_again(failed, by=desk.manager, reason="once", at=now)
    deliver_due(now)
    second = send_again(first, by=desk.manager, reason="twice", at=now)
    assert (first.copy, second.copy) == (1, 2)
    Mail.objects.filter(pk=second.pk).update(state="suppressed", settled_at=now)
    assert send_again(failed, by=desk.manager, reason="thrice", at=now).copy == 3
    assert len({mail.message_id for mail in Mail.objects.all()}) == 4


def test_asking_for_it_changes_nothing(desk: Desk, failed: Mail) -> None:
    client = signed_in(desk.physio)
    before = list(Mail.objects.values())
    client.get(f"{QUEUE}{failed.pk}/again/")
    client.head(f"{QUEUE}{failed.pk}/again/")
    assert list(Mail.objects.values()) == before


def test_it_asks_for_a_reason(desk: Desk, failed: Mail) -> None:
    answer = signed_in(desk.physio).post(f"{QUEUE}{failed.pk}/again/", {"reason": " "})
    assert answer.status_code == 422
    assert not MailCopy.objects.exists()
    with pytest.raises(NotAgain) as refused:
        send_again(failed, by=desk.physio, reason=" ", at=timezone.now())
    assert refused.value.field == "reason"


def refusal(desk: Desk, mail: Mail) -> str:
    count = Mail.objects.count()
    answer = signed_in(desk.physio).post(f"{QUEUE}{mail.pk}/again/", {"reason": "please"})
    assert answer.status_code == 422
    assert "please" in answer.content.decode()
    assert Mail.objects.count() == count
    assert not Access.objects.filter(what="mail_again").exists()
    page = BeautifulSoup(answer.content, "html.parser")
    return page.select_one("[role=alert]").get_text(" ", strip=True)  # type: ignore[union-attr]


def test_what_waits_is_not_sent_again(desk: Desk, now: dt.datetime) -> None:
    assert "goes by itself" in refusal(desk, fresh(desk, now + HOUR))


def test_a_copy_that_waits_is_not_copied(desk: Desk, failed: Mail, now: dt.datetime) -> None:
    send_again(failed, by=desk.physio, reason="once", at=now)
    with pytest.raises(NotAgain, match="goes by itself"):
        send_again(failed, by=desk.physio, reason="twice", at=now)


def test_a_check_in_of_a_closed_week_is_refused(desk: Desk, now: dt.datetime) -> None:
    plan = enrolled(desk.physio, name="Late Lee", email="lee@hill.example", days_ago=30)
    week_walked(plan)
    mail = outbox.queued(
        Mail.Kind.CHECK_IN, plan=plan, recipient=plan.patient, about="week:1", due_at=now, at=now
    )
    Mail.objects.filter(plan=plan).delete()
    outbox.queue([mail])
    mail = Mail.objects.get(message_id=mail.message_id)
    Mail.objects.filter(pk=mail.pk).update(state="sent", settled_at=now)
    assert "That week can no longer be answered." in refusal(desk, mail)


def test_what_the_reader_does_not_want_or_cannot_get_is_refused(
    desk: Desk, failed: Mail, now: dt.datetime
) -> None:
    patient = desk.plan.patient
    MailPreference.objects.update_or_create(user=patient, defaults={"recurrence": False})
    assert "Unsubscribed" in refusal(desk, failed)
    MailPreference.objects.update(recurrence=True)
    Bounce(email=patient.email, kind="hard", source="server", at=now).save()
    assert "The address does not take mail." in refusal(desk, failed)


def test_nobody_sends_the_mail_of_another_clinic(failed: Mail, now: dt.datetime) -> None:
    other = make_desk("dale")
    answer = signed_in(other.manager).post(f"{QUEUE}{failed.pk}/again/", {"reason": "please"})
    assert answer.status_code == 302
    with pytest.raises(NotAgain):
        send_again(failed, by=other.manager, reason="please", at=now)
    assert not MailCopy.objects.exists()


def test_the_database_takes_each_copy_once_and_none_without_a_reason(
    desk: Desk, failed: Mail, now: dt.datetime
) -> None:
    copy = send_again(failed, by=desk.physio, reason="once", at=now)
    double = {
        field.attname: getattr(copy, field.attname)
        for field in Mail._meta.concrete_fields
        if not field.primary_key
    } | {"message_id": "<another@testserver>"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(**double)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailCopy(mail=failed, of=copy, by=desk.physio, reason="", at=now).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        MailCopy(mail=failed, of=failed, by=desk.physio, reason="x", at=now).save()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_send_one(desk: Desk, failed: Mail, now: dt.datetime) -> None:
    start, told = threading.Barrier(4), []

    def ask() -> None:
        try:
            start.wait(PATIENCE)
            told.append(send_again(failed, by=desk.physio, reason="please", at=now).copy)
        except NotAgain as refused:
            told.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(told) == 4
    assert told.count(1) == 1
    assert Mail.objects.filter(copy__gt=0).count() == MailCopy.objects.count() == 1


# An address that took none -----------------------------------------------------------------------


def came_back(mail: Mail, at: dt.datetime) -> None:
    assert mail.recipient is not None
    record_bounce(
        mail.recipient.email, Bounce.Kind.HARD, Bounce.Source.SERVER, words="no such person",
        mail=mail, at=at,
    )  # fmt: skip


def test_staff_say_that_an_address_works_again(
    desk: Desk, post: SmtpSink, now: dt.datetime
) -> None:
    mail, patient = fresh(desk, now), desk.plan.patient
    came_back(mail, now)
    client = signed_in(desk.colleague)
    page, works = f"{QUEUE}{mail.pk}/change/", f"{QUEUE}{mail.pk}/address-works/"
    assert "No mail goes to this address." in words(client, page)
    assert patient.email in words(client, works)
    assert client.post(works, {"reason": " "}).status_code == 422
    assert Bounce.objects.standing().of([patient.email]).exists(), "a look changes nothing"

    client.post(works, {"reason": "She rang: the mailbox was full"})
    assert not Bounce.objects.standing().of([patient.email]).exists()
    line = Access.objects.get(patient=patient, what="address_works")
    assert (line.by, line.why) == (desk.colleague, "She rang: the mailbox was full")
    assert "No mail goes to this address." not in words(client, page)
    assert client.get(works).status_code == 302, "there is nothing left to say"
    fresh(desk, now, "month:12")
    deliver_due(now)
    assert post.find(to=patient.email)


def test_another_clinic_says_nothing_of_an_address(
    desk: Desk, post: SmtpSink, now: dt.datetime
) -> None:
    mail = fresh(desk, now)
    came_back(mail, now)
    stranger = signed_in(make_desk("lake").physio)
    response = stranger.post(f"{QUEUE}{mail.pk}/address-works/", {"reason": "x"})
    assert response.status_code in (302, 404)
    assert Bounce.objects.standing().of([desk.plan.patient.email]).exists()
