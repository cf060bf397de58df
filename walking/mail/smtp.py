"""Django's SMTP backend, without parsing what needs no parsing."""

from __future__ import annotations

import email.policy
import re
import smtplib
import time
from functools import lru_cache
from typing import Any

from django.core.mail.backends import smtp

from walking.mail.pipelining import send_pipelined, takes_pipelining

#: An address that needs no quoting, decoding or encoding.
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9.-]+"
)


class NoInternationalAddresses(ValueError):  # noqa: N818
    """The server accepts no address with non-ASCII letters before the @ (it lacks SMTPUTF8, RFC 6531)."""


class EmailBackend(smtp.EmailBackend):
    """One connection for many messages; each address is checked in the cheapest correct way."""

    def prep_address(self, address: str, force_ascii: bool = True) -> str:
        if _PLAIN.fullmatch(address):
            return address
        return _parsed(self, address, force_ascii)

    def _send(self, email_message: Any) -> bool:
        """Send by the fastest way the server supports. Django has none for an address with non-ASCII letters before the
        @."""
        recipients = email_message.recipients()
        server: Any = self.connection
        if all(address.rpartition("@")[0].isascii() for address in recipients):
            if len(recipients) > 1 or not takes_pipelining(server):
                return bool(super()._send(email_message))  # type: ignore[misc]
            sender, recipient = map(self.prep_address, (email_message.from_email, *recipients))
            content = email_message.message(policy=email.policy.SMTP).as_bytes()
            send_pipelined(server, sender, recipient, content)
            return True
        server.ehlo_or_helo_if_needed()
        if not server.has_extn("smtputf8"):
            raise NoInternationalAddresses
        server.sendmail(
            self.prep_address(email_message.from_email),
            [self.prep_address(address, force_ascii=False) for address in recipients],
            email_message.message(policy=email.policy.SMTPUTF8).as_bytes(),
            mail_options=["SMTPUTF8"],
        )
        return True


class PromptEmailBackend(EmailBackend):
    """For email that a web request waits for: connecting and all answers together take no longer than the
    time-out."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _PromptSMTPOverTLS if self.use_ssl else _PromptSMTP


class _PromptSMTP(smtplib.SMTP):
    def __init__(self, host: str, port: int, *, timeout: float, **options: Any) -> None:
        self._until = time.monotonic() + timeout
        super().__init__(host, port, timeout=timeout, **options)

    def getreply(self) -> tuple[int, bytes]:
        left = self._until - time.monotonic()
        if left <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("It took too long.")
        if self.sock is not None:
            self.sock.settimeout(left)
        return super().getreply()


class _PromptSMTPOverTLS(_PromptSMTP, smtplib.SMTP_SSL):
    """The same with TLS from the start."""


@lru_cache(maxsize=64)
def _parsed(backend: EmailBackend, address: str, force_ascii: bool) -> str:
    # Mostly for the sender, which is the same for all messages.
    return str(super(EmailBackend, backend).prep_address(address, force_ascii))
