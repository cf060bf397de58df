"""Commands of a message that go out together: each answer is understood as that to its own command."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.mail import send_mail

from config.environment import mailers
from tests.faults.smtp import MailServer, Manners
from tests.services import PATIENCE, SmtpSink
from walking.mail.pipelining import send_pipelined, takes_pipelining

ME, ANNA, BEN = "waymark@clinic.example", "anna@home.example", "ben@home.example"
CONTENT = b"Message-ID: <one@clinic.example>\r\n\r\nHello\r\n"


@contextmanager
def listening(*answers: str, offers: str = "PIPELINING") -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server that says these once it has heard something after EHLO, and then hangs up; what it heard."""
    heard: list[bytes] = []

    def talk() -> None:
        line, _address = server.accept()
        with line:
            line.sendall(b"220 here\r\n")
            line.recv(1000)
            line.sendall(f"250-here\r\n250 {offers}\r\n".encode())
            heard.append(line.recv(1000))
            line.sendall("".join(f"{answer}\r\n" for answer in answers).encode())
            line.shutdown(socket.SHUT_WR)
            while more := line.recv(1000):
                heard.append(more)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=talk)
        thread.start()
        yield server.getsockname()[1], heard
        thread.join(PATIENCE)


@contextmanager
def saying(*answers: str) -> Iterator[smtplib.SMTP]:
    """A connection to such a server."""
    with listening(*answers) as (port, _heard):
        server = smtplib.SMTP("127.0.0.1", port, timeout=5)
        try:
            assert takes_pipelining(server)
            yield server
        finally:
            server.close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def line(mail: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(mail.hostname, mail.port, timeout=5) as server:
        assert takes_pipelining(server)
        yield server


@pytest.mark.parametrize(("offers", "together"), [("PIPELINING", True), ("8BITMIME", False)])
def test_mail_goes_so_where_the_server_offers_it(
    settings: Any, offers: str, together: bool
) -> None:
    answers = ("250 fine", "250 fine", "354 go on", "250 taken", "221 bye")
    with listening(*answers, offers=offers) as (port, heard):
        settings.MAILERS = mailers(f"smtp://127.0.0.1:{port}?timeout=5")
        assert send_mail("Hello", "You there", ME, [ANNA]) == 1
    assert heard[0].lower().startswith(b"mail from:<waymark@clinic.example>")
    assert heard[0].endswith(b"\r\ndata\r\n") == together
    assert b"You there" in b"".join(heard)


@pytest.mark.parametrize("together", [False, True])
def test_content_arrives_as_it_was(smtp: SmtpSink, together: bool) -> None:
    content = b"Subject: Dots\r\n\r\n.\r\n..\r\nThe end.\r\n.hidden\r\n"
    with smtplib.SMTP(smtp.hostname, smtp.port) as server:
        server.ehlo()
        if together:
            send_pipelined(server, ME, ANNA, content)
        else:
            server.sendmail(ME, [ANNA], content)
    (message,) = smtp.messages
    assert message.get_content().splitlines() == [".", "..", "The end.", ".hidden"]
    assert (message["X-Envelope-From"], message["X-Envelope-To"]) == (ME, ANNA)


def test_content_without_a_last_line_end_is_ended(mail: MailServer, line: smtplib.SMTP) -> None:
    """As ``smtplib`` does; otherwise the server would wait for an end that never comes."""
    send_pipelined(line, ME, ANNA, CONTENT.removesuffix(b"\r\n"))
    send_pipelined(line, ME, BEN, CONTENT)
    assert [each.to for each in mail.taken] == [[ANNA], [BEN]]


def test_it_says_how_long_the_message_is(smtp: SmtpSink) -> None:
    """So that a server refuses what is too long before it comes."""
    heard = []

    async def handle_MAIL(  # noqa: N802
        _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        heard.extend(options)
        envelope.mail_from = address
        return "250 OK"

    smtp.handle_MAIL = handle_MAIL  # type: ignore[attr-defined]
    smtp.stop()
    smtp.start()
    with smtplib.SMTP(smtp.hostname, smtp.port) as server:
        server.ehlo()
        send_pipelined(server, ME, ANNA, CONTENT)
    assert [option.lower() for option in heard] == [f"size={len(CONTENT)}"]


def test_a_refused_recipient_leaves_the_connection_to_the_next(
    mail: MailServer, line: smtplib.SMTP
) -> None:
    """This server would go on with DATA though nobody is to get the message."""
    mail.manners = Manners(recipient=lambda address: "550 no" if address == BEN else "250 fine")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send_pipelined(line, ME, BEN, CONTENT)
    assert refused.value.recipients == {BEN: (550, b"no")}
    send_pipelined(line, ME, ANNA, CONTENT)
    assert [(each.message_id, each.to) for each in mail.taken] == [("<one@clinic.example>", [ANNA])]


def test_a_refused_message_leaves_the_connection_to_the_next(
    mail: MailServer, line: smtplib.SMTP
) -> None:
    mail.manners = Manners(end=lambda number: "451 later" if number == 1 else "250 taken")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send_pipelined(line, ME, BEN, CONTENT)
    assert refused.value.smtp_code == 451
    send_pipelined(line, ME, ANNA, CONTENT)
    assert [each.to for each in mail.taken] == [[ANNA]]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        (["421 busy"], smtplib.SMTPSenderRefused),
        (["550 not you"], smtplib.SMTPSenderRefused),
        (["550 not you", "503 no sender", "503 no sender", "250 reset"], smtplib.SMTPSenderRefused),
        (["250 fine", "421 busy"], smtplib.SMTPRecipientsRefused),
        (["250 fine", "550 no such user"], smtplib.SMTPRecipientsRefused),
        (["250 fine", "550 nobody", "503 nobody", "250 reset"], smtplib.SMTPRecipientsRefused),
        (["250 fine", "250 fine", "451 later"], smtplib.SMTPDataError),
        (["250 fine", "250 fine", "421 busy"], smtplib.SMTPDataError),
        (["250 fine", "251 passed on", "354 go on", "552 too long"], smtplib.SMTPDataError),
        (["250 fine", "250 fine", "354 go on"], smtplib.SMTPServerDisconnected),
        (["250 fine"], smtplib.SMTPServerDisconnected),
        ([], smtplib.SMTPServerDisconnected),
    ],
)
def test_the_first_refusal_counts_even_if_the_server_hangs_up_then(
    answers: list[str], error: type[Exception]
) -> None:
    with saying(*answers) as server, pytest.raises(error) as raised:
        send_pipelined(server, ME, ANNA, CONTENT)
    assert type(raised.value) is error


def test_a_line_break_in_an_address_is_no_command(line: smtplib.SMTP, mail: MailServer) -> None:
    with pytest.raises(ValueError, match="line break"):
        send_pipelined(line, ME, f"{ANNA}>\r\nRCPT TO:<{BEN}", CONTENT)
    send_pipelined(line, ME, ANNA, CONTENT)
    assert [each.to for each in mail.taken] == [[ANNA]]
