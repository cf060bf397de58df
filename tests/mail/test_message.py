"""What goes over the wire: headers, and names and addresses of all the world."""

from __future__ import annotations

import datetime as dt
import email
import re
from typing import Any

import pytest

from tests.languages.pseudo import PSEUDO, pseudo, pseudo_languages
from tests.mail.conftest import queue
from tests.mail.test_letters import utc
from tests.people import insert_invitation, insert_plan, make_clinic, make_patient, make_physio
from tests.services import SmtpSink, body_of
from walking.mail.delivery import Delivered, deliver_due
from walking.mail.message import mailbox
from walking.models import Mail, MailPreference, Plan

pytestmark = pytest.mark.django_db

AT = utc(2026, 3, 8, 6)


@pytest.fixture
def raw(post: SmtpSink) -> list[bytes]:
    """The messages byte by byte as they came."""
    kept: list[bytes] = []
    parse = post.handle_DATA

    async def handle_DATA(server: object, session: object, envelope: Any) -> str:  # noqa: N802
        kept.append(envelope.content)
        return await parse(server, session, envelope)

    post.handle_DATA = handle_DATA  # type: ignore[method-assign]
    post.stop()
    post.start()
    return kept


def test_it_says_what_it_is(plan: Plan, raw: list[bytes]) -> None:
    mail = queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    deliver_due(AT)
    head = raw[0].split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")
    assert f"Message-ID: {mail.message_id}" in head
    assert "List-Id: Waymark <waymark.testserver>" in head
    assert "Auto-Submitted: auto-generated" in head
    assert "From: Waymark <waymark@clinic.example>" in head
    assert "To: Anna Berg <anna@home.example>" in head
    assert "Reply-To: Hillside Clinic <desk@hillside.example>" in head
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    # On one line and as it is: mail programs cannot read an encoded one.
    assert [
        line
        for line in head
        if re.fullmatch(r"List-Unsubscribe: <http://testserver/m/[\w.-]+/\?kind=check_in>", line)
    ]
    assert not [line for line in head if line.startswith("Precedence")]
    assert all(len(line) <= 998 for line in raw[0].split(b"\r\n"))


def test_only_what_may_stop_offers_to_stop(plan: Plan, post: SmtpSink) -> None:
    about = {"recurrence": "month:1", "contact": "contact:2", "welcome": "start"}
    for kind in ("welcome", "check_in", "week_plan", "recurrence", "contact"):
        queue(Mail.Kind(kind), about.get(kind, "week:1"), AT, plan=plan)
    queue(Mail.Kind.URGENT, "week:1", AT, plan=plan, recipient=plan.physiotherapist)
    assert deliver_due(AT).sent == 6
    offered = {
        re.search(r"kind=(\w+)", message["List-Unsubscribe"])[1]  # type: ignore[index]
        for message in post.messages
        if message["List-Unsubscribe"]
    }
    assert offered == set(MailPreference.CHOICES) - {"digest"}


NAMES = [
    "Zoë Müller-Łukasiewicz",
    "李小龍",
    "محمد علي",
    "Δημήτρης Παπαδόπουλος " * 4,
    'Bert "the Walker" O\'Neil, MD; <b>',
    "a@b.example",
    "🥾 Anna",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_the_world_arrive_whole(plan: Plan, post: SmtpSink, name: str) -> None:
    plan.patient.name = name
    plan.patient.save()
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=1)
    (message,) = post.messages
    (address,) = message["To"].addresses
    # Python's reader puts a space between the parts of a long encoded name; programs for mail do not.
    assert address.display_name.replace(" ", "") == name.replace(" ", "")
    assert address.addr_spec == "anna@home.example"
    assert message["X-Envelope-To"] == "anna@home.example"
    assert " ".join(body_of(message).split()).startswith(f"Hello {' '.join(name.split())},")


EVIL = [
    "Anna\r\nBcc: thief@evil.example",
    "Anna\nSubject: hello\n\nbody",
    "Anna\x01\x0b\x0c\x1c\x85\u2028Bcc: thief@evil.example",
    "Anna>, thief@evil.example, <",
    'Anna" <thief@evil.example>, "',
    "=?utf-8?q?Anna=0D=0ABcc:_thief=40evil.example?=",
]


@pytest.mark.parametrize("name", EVIL)
def test_a_name_cannot_add_a_header_or_a_recipient(
    plan: Plan, post: SmtpSink, raw: list[bytes], name: str
) -> None:
    plan.patient.name = name
    plan.patient.save()
    plan.clinic.name = name
    plan.clinic.save()
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=1)
    (message,) = post.messages
    assert message["X-Envelope-To"] == "anna@home.example"
    assert message["Subject"] == "Your week with Waymark"
    assert "Bcc" not in message
    plain = email.message_from_bytes(raw[0])
    assert sorted(plain.keys()) == sorted(set(plain.keys()))
    (to,) = message["To"].addresses
    assert to.addr_spec == "anna@home.example"
    (reply_to,) = message["Reply-To"].addresses
    assert reply_to.addr_spec == "desk@hillside.example"


def test_an_international_domain_is_put_into_ascii(plan: Plan, post: SmtpSink) -> None:
    at = AT - dt.timedelta(days=1)
    invitation = insert_invitation(plan.physiotherapist, at=at, email="anna@bücher.example")
    queue(Mail.Kind.INVITATION, "invitation", AT, invitation=invitation)
    assert deliver_due(AT) == Delivered(sent=1)
    assert post.messages[0]["X-Envelope-To"] == "anna@xn--bcher-kva.example"


@pytest.fixture
def international(plan: Plan) -> Mail:
    at = AT - dt.timedelta(days=1)
    invitation = insert_invitation(
        plan.physiotherapist, at=at, email="änna@bücher.example", name="Änna Bücher"
    )
    return queue(Mail.Kind.INVITATION, "invitation", AT, invitation=invitation)


def test_an_international_address_goes_to_a_server_that_takes_it(
    plan: Plan, post: SmtpSink, raw: list[bytes], international: Mail
) -> None:
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=2)
    (message,) = (each for each in post.messages if each["Message-ID"] == international.message_id)
    assert message["X-Envelope-To"] == "änna@bücher.example"
    (content,) = (each for each in raw if international.message_id.encode() in each)
    assert "änna@bücher.example".encode() in content
    assert message["Subject"] == "Your invitation to Waymark"
    assert "Änna Bücher" in body_of(message)


def test_a_server_that_takes_none_fails_it_in_words_and_nothing_else(
    plan: Plan, post: SmtpSink, international: Mail
) -> None:
    async def handle_EHLO(  # noqa: N802
        server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if "SMTPUTF8" not in line]

    post.handle_EHLO = handle_EHLO  # type: ignore[attr-defined]
    post.stop()
    post.start()
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=1, failed=1)
    failed = Mail.objects.get(state="failed")
    assert failed.pk == international.pk
    assert failed.outcome == (
        "The mail server takes no address with letters such as ä or é before the @."
    )


def test_what_is_no_address_fails_by_itself(plan: Plan, post: SmtpSink) -> None:
    at = AT - dt.timedelta(days=1)
    invitation = insert_invitation(plan.physiotherapist, at=at, email="an na@home.example")
    queue(Mail.Kind.INVITATION, "invitation", AT, invitation=invitation)
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=1, failed=1)
    assert (
        Mail.objects.get(state="failed").outcome == "The mail server cannot be given this address."
    )


def test_an_empty_name_leaves_the_address_alone() -> None:
    assert mailbox(" \n", "a@b.example") == "a@b.example"


def test_the_reader_sees_own_language_and_zone(post: SmtpSink) -> None:
    clinic = make_clinic(timezone="Europe/Berlin")
    patient = make_patient(clinic, timezone="Pacific/Auckland", language=PSEUDO)
    plan = insert_plan(patient=patient, physiotherapist=make_physio(clinic))
    queue(Mail.Kind.CHECK_IN, "week:1", utc(2026, 3, 8, 4), plan=plan)
    with pseudo_languages():
        deliver_due(utc(2026, 3, 8, 4))
    (message,) = post.messages
    assert f'lang="{PSEUDO}"' in body_of(message, "html")
    assert pseudo("Sunday") in body_of(message)


def test_a_language_that_is_no_longer_offered_gives_way(plan: Plan, post: SmtpSink) -> None:
    plan.patient.language = "tlh"
    plan.patient.save()
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=1)
    assert "Sunday" in body_of(post.messages[0])
