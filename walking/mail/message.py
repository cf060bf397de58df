"""A message on the wire: addresses and headers."""

from __future__ import annotations

import email.message
import email.policy
import re
import unicodedata
from collections.abc import Sequence
from email.headerregistry import Address
from email.policy import Policy
from typing import Any

from django.core.mail import EmailAlternative, EmailMultiAlternatives
from django.utils import timezone

from walking.mail.wire import HEADERS, wire

#: A name or an address that needs no quotes and no encoding in a header.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9'_-]+(?: [A-Za-z0-9'_-]+)*")
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
)
#: A name and an address that together are no longer than this fit on one header line.
_NOT_FOLDED = 60
#: Characters a name may hold only in quotes; each is replaced by a space.
_SPECIAL = str.maketrans(dict.fromkeys('()<>[]:;@\\,"', " "))


class Ready:
    """The bytes of a message, with the one method that a mail backend needs."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def as_bytes(self) -> bytes:
        return self._content


class Message(EmailMultiAlternatives):
    """Text and HTML to one person. The reader sees ``sender`` and ``to``; the mail server gets ``from_email``, where
    bounces go, and ``address``."""

    def __init__(
        self, *, html: str, sender: str, address: str, headers: dict[str, str], **options: Any
    ) -> None:
        super().__init__(
            **options,
            alternatives=[EmailAlternative(html, "text/html")],
            headers={"From": sender, **headers},
        )
        self._html = html
        self._address = address

    def recipients(self) -> list[str]:
        return [self._address]

    def message(self, *, policy: Policy[Any] | None = None) -> Any:
        """Return the bytes for SMTP; for other backends, such as a file, Django's message."""
        if policy is email.policy.SMTP and self._is_ready_for_wire():
            return Ready(wire(self._headers(), str(self.body), self._html, timezone.now()))
        chosen: Any = policy or email.policy.default
        return super().message(policy=chosen.clone(header_factory=HEADERS))

    def _is_ready_for_wire(self) -> bool:
        """Return False for domains with non-ASCII letters: Django encodes those."""
        addresses = (self._address, self.from_email, self.extra_headers["From"], *self.reply_to)
        return all(each.isascii() for each in addresses)

    def _headers(self) -> Sequence[tuple[str, str]]:
        return [
            ("Subject", str(self.subject)),
            ("From", self.extra_headers["From"]),
            ("To", ", ".join(self.to)),
            *([("Reply-To", ", ".join(self.reply_to))] if self.reply_to else []),
            *((name, value) for name, value in self.extra_headers.items() if name != "From"),
        ]


def mailbox(name: str, address: str) -> str:
    """Format ``name`` and ``address`` for a header. A name cannot break out: unprintable characters become spaces.

    An address that cannot be sent is left for the mail server's connection to refuse.
    """
    if _PLAIN_NAME.fullmatch(name) and _PLAIN_ADDRESS.fullmatch(address):
        return f"{name} <{address}>"
    username, _at, domain = one_line(address).rpartition("@")
    # Readers would decode anything that looks like an encoded word.
    shown = one_line(name).replace("=?", "= ?")
    if len(shown) + len(address) > _NOT_FOLDED:
        # Python up to 3.13.0 omits the quotes where it folds (CPython gh-80222).
        shown = one_line(shown.translate(_SPECIAL))
    return str(Address(shown, username, domain))


def one_line(text: str) -> str:
    """Return ``text`` without line breaks and other control or invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    printable = (
        " " if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char
        for char in text
    )
    return " ".join("".join(printable).split())
