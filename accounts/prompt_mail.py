"""Email that a request waits for: codes for signing in, and notices about an account.

Whatever the mail server does, the request continues: a failure is a ``NotSent``, never an error page.
"""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage, mailers

log = logging.getLogger("waymark.accounts")

#: The name in ``MAILERS`` of the mail server with a short time-out.
PROMPT = "prompt"


class NotSent(Exception):  # noqa: N818 - nothing is wrong with the program
    """The email could not be sent. ``refused``: because of the address; another address would have been accepted."""

    def __init__(self, *, refused: bool) -> None:
        super().__init__("refused" if refused else "not sent")
        self.refused = refused


def send_now(message: EmailMessage, what: str) -> None:
    """Send ``message``; ``what`` is its name in the log, without an address. Raises ``NotSent`` and nothing else."""
    if not message.recipients():
        return
    try:
        server = mailers[PROMPT if PROMPT in settings.MAILERS else "default"]
        try:
            server.send_messages([message])
        finally:
            # Django leaves a connection open if it failed before the message.
            with suppress(Exception):
                server.close()
    except Exception as error:  # whatever it is, it is a fault of the email, not of the request
        log.warning("An email could not be sent now: %s: %s", what, _in_short(error))
        raise NotSent(refused=_is_refused(error)) from None


def _is_refused(error: Exception) -> bool:
    """Return whether the address is refused permanently. A policy refusal (5.7) is about us, whoever the recipient
    is."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(
            500 <= code < 600 and not _text(words).lstrip().startswith("5.7")
            for code, words in error.recipients.values()
        )
    return isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress | ValueError)


def _in_short(error: Exception) -> str:
    """Return the type of the error and the server's code. Its words may contain the address."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    return " ".join([type(error).__name__, *map(str, codes)])


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
