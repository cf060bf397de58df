"""Send one message to one person in two exchanges with the mail server where ``smtplib`` takes four (RFC 2920).

Sender, recipient and DATA go out together, and their three answers are read after that, which halves the wait for a
distant server. Errors are those of ``smtplib.SMTP.sendmail``, for the same causes.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress

#: "Service not available, closing": whatever command it answers, the connection is gone.
CLOSING = 421
TAKEN, TAKEN_TO_PASS_ON, GO_ON = 250, 251, 354
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
type _Answer = tuple[int, bytes]


def takes_pipelining(server: smtplib.SMTP) -> bool:
    server.ehlo_or_helo_if_needed()
    return server.has_extn("pipelining")


def send_pipelined(server: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> None:
    """Send ``content``, whose lines (the last one may lack it) end in CRLF; see ``takes_pipelining``.

    Raises SMTPSenderRefused, SMTPRecipientsRefused or SMTPDataError for an answer, SMTPServerDisconnected without one,
    and ValueError for an address with a line break, before anything is sent.
    """
    size = f" size={len(content)}" if server.has_extn("size") else ""
    commands = (f"mail FROM:<{sender}>{size}", f"rcpt TO:<{recipient}>", "data")
    if any("\r" in command or "\n" in command for command in commands):
        raise ValueError("a line break in an address")
    server.send("".join(f"{command}\r\n" for command in commands))
    # Read all before acting on one: what a later command reads must be its own answer.
    answers = _answers(server, len(commands))
    if refusal := _refusal(answers, sender, recipient):
        if len(answers) == len(commands):
            _withdraw(server, answers[-1][0])
        raise refusal
    if len(answers) < len(commands):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    server.send(_LEADING_DOT.sub(b"..", content) + end)
    code, words = server.getreply()
    if code != TAKEN:
        _withdraw(server, code)
        raise smtplib.SMTPDataError(code, words)


def _answers(server: smtplib.SMTP, number: int) -> Sequence[_Answer]:
    """Return the next ``number`` answers, or fewer if the server closes the connection."""
    answers: list[_Answer] = []
    with suppress(smtplib.SMTPServerDisconnected):
        while len(answers) < number:
            answers.append(server.getreply())
            if answers[-1][0] == CLOSING:
                server.close()
                break
    return answers


def _refusal(
    answers: Sequence[_Answer], sender: str, recipient: str
) -> smtplib.SMTPException | None:
    """Return the exception for the first answer that is not as it should be."""
    wanted = ({TAKEN}, {TAKEN, TAKEN_TO_PASS_ON}, {GO_ON})
    for place, ((code, words), fine) in enumerate(zip(answers, wanted, strict=False)):
        if code not in fine:
            return (
                smtplib.SMTPSenderRefused(code, words, sender),
                smtplib.SMTPRecipientsRefused({recipient: (code, words)}),
                smtplib.SMTPDataError(code, words),
            )[place]
    return None


def _withdraw(server: smtplib.SMTP, last: int) -> None:
    """Leave the connection as it was before, with ``last`` as the last answer."""
    if last == CLOSING:
        server.close()
        return
    with suppress(smtplib.SMTPServerDisconnected):  # what was said before is what counts
        if last == GO_ON:
            # The server would accept a message although it has no recipient. It gets an empty one.
            server.send(b".\r\n")
            server.getreply()
        server.rset()
