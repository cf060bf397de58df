"""Addresses that take no mail: told by our server, by returned mail, by a provider; and what follows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib
import io
import json
import mailbox
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from tests.mail.conftest import queue
from tests.mail.test_letters import utc
from tests.services import SmtpSink
from walking.mail.bounces import clear_bounces, dead_addresses
from walking.mail.delivery import Delivered, deliver_due
from walking.mail.reports import read_report
from walking.models import Attention, Bounce, Mail, Plan

pytestmark = pytest.mark.django_db

AT = utc(2026, 3, 8, 6)


def report(mail: Mail, address: str = "anna@home.example", **fields: str) -> bytes:
    """A mail as Postfix returns it."""
    status = {
        "Action": "failed",
        "Status": "5.1.1",
        "Diagnostic-Code": f"smtp; 550 5.1.1 <{address}>: Recipient address rejected: User unknown",
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "\n".join(f"{name}: {value}" for name, value in status.items())
    return f"""From: MAILER-DAEMON@mx.home.example (Mail Delivery System)
To: returned@clinic.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="9B0.1772949600/mx"

--9B0.1772949600/mx
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--9B0.1772949600/mx
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.home.example
Arrival-Date: Sun,  8 Mar 2026 06:00:00 +0000 (UTC)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
{lines}

--9B0.1772949600/mx
Content-Type: text/rfc822-headers

From: Waymark <waymark@clinic.example>
To: Anna Berg <{address}>
Subject: Your week with Waymark
Message-ID: {mail.message_id}

--9B0.1772949600/mx--
""".encode()


@pytest.fixture
def sent(plan: Plan, post: SmtpSink) -> Mail:
    mail = queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=1)
    return mail


def test_an_address_that_our_server_refuses_gets_no_more(plan: Plan, post: SmtpSink) -> None:
    def refuse(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        return "550 5.1.1 no such person"

    async def handle_RCPT(*arguments: Any) -> str:  # noqa: N802
        return refuse(*arguments)

    post.handle_RCPT = handle_RCPT  # type: ignore[attr-defined]
    post.stop()
    post.start()
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(failed=1)
    (bounce,) = Bounce.objects.all()
    assert (bounce.email, bounce.kind, bounce.source) == ("anna@home.example", "hard", "server")
    queue(Mail.Kind.CONTACT, "contact:2", AT, plan=plan)
    assert deliver_due(AT) == Delivered(suppressed=1)
    assert "does not take mail" in Mail.objects.get(state="suppressed").outcome


def test_a_message_that_is_refused_says_nothing_of_the_address(plan: Plan, post: SmtpSink) -> None:
    post.answer = "554 5.7.1 looks like spam"
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    assert deliver_due(AT) == Delivered(failed=1)
    assert not Bounce.objects.exists()


def test_returned_mail_ends_the_address(sent: Mail) -> None:
    assert read_report(report(sent), AT) == "hard"
    (bounce,) = Bounce.objects.all()
    assert (bounce.status, bounce.mail) == ("5.1.1", sent)
    assert "anna@home.example" not in bounce.words
    assert set(dead_addresses(["Anna@home.example"])) == {"anna@home.example"}


def test_the_physiotherapist_is_told(sent: Mail, plan: Plan) -> None:
    read_report(report(sent), AT)
    assert Attention.objects.get(plan=plan).kind == "mail"
    assert plan.physiotherapist is not None
    clear_bounces("anna@home.example", by=plan.physiotherapist, at=AT)
    assert Attention.objects.get(plan=plan).kind == ""


def test_the_same_report_twice_is_one(sent: Mail) -> None:
    assert read_report(report(sent), AT) == "hard"
    assert read_report(report(sent), AT) == "known"
    assert Bounce.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"Action": "delayed", "Status": "4.4.1"},
        {"Status": "4.2.0"},
        {"Status": "5.2.2", "Diagnostic_Code": "smtp; 552 5.2.2 mailbox full"},
        {"Status": "5.7.1", "Diagnostic_Code": "smtp; 550 5.7.1 blocked"},
    ],
)
def test_what_may_pass_does_not_end_it(sent: Mail, fields: dict[str, str]) -> None:
    assert read_report(report(sent, **fields), AT) == "soft"
    assert dead_addresses(["anna@home.example"]) == {}


@pytest.mark.parametrize("fields", [{"Action": "delivered"}, {"Action": "relayed"}])
def test_good_news_is_none(sent: Mail, fields: dict[str, str]) -> None:
    assert read_report(report(sent, **fields), AT) == "unknown"
    assert not Bounce.objects.exists()


def test_nobody_can_end_an_address_by_a_forged_report(sent: Mail, plan: Plan) -> None:
    other = Mail(message_id="<no-such-message@testserver>")
    for forged in (
        report(other),
        report(sent, address="somebody.else@home.example"),
        b"",
        b"\xff" * 1000,
        f"Message-ID: {sent.message_id}\n\nno report".encode(),
        report(sent).replace(b"message/delivery-status", b"text/plain"),
    ):
        assert read_report(forged, AT) == "unknown"
    assert not Bounce.objects.exists()


def test_staff_say_that_it_works_again(plan: Plan, sent: Mail, post: SmtpSink) -> None:
    read_report(report(sent), AT)
    assert plan.physiotherapist is not None
    assert clear_bounces("Anna@home.example", by=plan.physiotherapist, at=AT)
    assert not clear_bounces("anna@home.example", by=plan.physiotherapist, at=AT)
    queue(Mail.Kind.CONTACT, "contact:2", AT, plan=plan)
    assert deliver_due(AT) == Delivered(sent=1)
    # It may end again, by another message.
    later = Mail.objects.get(kind="contact")
    assert read_report(report(later), AT) == "hard"
    assert dead_addresses(["anna@home.example"])


def test_returned_mail_goes_where_it_is_read(plan: Plan, post: SmtpSink) -> None:
    queue(Mail.Kind.CHECK_IN, "week:1", AT, plan=plan)
    with override_settings(BOUNCE_ADDRESS="returned@clinic.example"):
        deliver_due(AT)
    (message,) = post.messages
    assert message["X-Envelope-From"] == "returned@clinic.example"
    assert message["From"] == "Waymark <waymark@clinic.example>"


# The command -------------------------------------------------------------------------------------


def read(*arguments: str) -> dict[str, int]:
    out = io.StringIO()
    call_command("read_bounces", *arguments, stdout=out)
    counts: dict[str, int] = json.loads(out.getvalue())
    return counts


def test_it_reads_a_file_an_mbox_and_a_maildir_each_message_once(
    sent: Mail, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(report(sent))
    assert read(str(tmp_path / "one.eml")) == {"hard": 1, "soft": 0, "known": 0, "unknown": 0}
    box = mailbox.mbox(tmp_path / "box")
    box.add(report(sent))
    box.add(b"Subject: lunch\n\nAt one?\n")
    box.close()
    assert read(str(tmp_path / "box")) == {"hard": 0, "soft": 0, "known": 1, "unknown": 1}
    folder = mailbox.Maildir(tmp_path / "maildir")
    folder.add(report(sent, Action="delayed", Status="4.4.1"))
    assert read(str(tmp_path / "maildir"))["soft"] == 1
    assert sum(read(str(tmp_path / "maildir")).values()) == 0


def test_it_says_what_is_wrong_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no file or folder") as no_file:
        read(str(tmp_path / "nothing"))
    assert no_file.value.returncode == 2
    with pytest.raises(CommandError, match="no Maildir"):
        read(str(tmp_path))


@pytest.mark.slow
def test_it_takes_a_message_from_a_pipe(tmp_path: Path) -> None:
    """As a mail server calls it; this database knows no such message."""
    answer = subprocess.run(
        [sys.executable, "manage.py", "read_bounces", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "standard input" in " ".join(answer.stdout.split())


# A provider --------------------------------------------------------------------------------------

KEY = "the-signing-key"
SECRET = "waymark:a-secret"


@pytest.fixture
def provider() -> Iterator[None]:
    """An installation that sends by Mailgun."""
    importlib.import_module("config.urls")  # as it is without a provider
    anymail = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    with override_settings(MAIL_PROVIDER="mailgun", ANYMAIL=anymail):
        module = importlib.reload(importlib.import_module("tests.mail.provider_urls"))
        with override_settings(ROOT_URLCONF=module.__name__):
            yield


def event(kind: str, reason: str, *, key: str = KEY, address: str = "anna@home.example") -> bytes:
    stamp, token = "1772949600", "0" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return json.dumps(
        {
            "signature": {"timestamp": stamp, "token": token, "signature": signature},
            "event-data": {
                "event": kind, "severity": "permanent", "reason": reason, "timestamp": 1772949600.1,
                "recipient": address, "delivery-status": {"code": 550, "message": "no"},
                "id": "an-id", "message": {"headers": {"message-id": "x@y"}},
            },
        }
    ).encode()  # fmt: skip


def tell(content: bytes, secret: str = SECRET) -> int:
    basic = base64.b64encode(secret.encode()).decode()
    answer = Client().post(
        "/anymail/mailgun/tracking/", content, content_type="application/json",
        headers={"authorization": f"Basic {basic}"},
    )  # fmt: skip
    return answer.status_code


def test_a_provider_tells_of_a_bounce_and_of_a_complaint(provider: None) -> None:
    assert tell(event("failed", "bounce")) == 200
    assert tell(event("complained", "", address="Bela@home.example")) == 200
    assert {(each.email, each.kind) for each in Bounce.objects.all()} == {
        ("anna@home.example", "hard"),
        ("bela@home.example", "complaint"),
    }
    assert set(dead_addresses(["anna@home.example", "bela@home.example"])) == {
        "anna@home.example",
        "bela@home.example",
    }


def test_what_else_it_tells_is_left(provider: None) -> None:
    assert tell(event("opened", "")) == 200
    assert not Bounce.objects.exists()


def test_nobody_else_is_believed(provider: None) -> None:
    assert tell(event("failed", "bounce", key="another-key")) == 400
    assert tell(event("failed", "bounce"), secret="waymark:guessed") == 400
    assert tell(b"{}") == 400
    assert not Bounce.objects.exists()


def test_without_a_secret_nothing_listens() -> None:
    assert Client().post("/anymail/mailgun/tracking/").status_code == 404
