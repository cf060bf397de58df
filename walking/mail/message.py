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

#: A name or an address that needs no quotation marks and no encoding in a header.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9'_-]+(?: [A-Za-z0-9'_-]+)*")
_PLAIN_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
)
#: A name and an address that together are no longer than this need no second line in a header.
_NOT_FOLDED = 60
#: What a name may hold only between quotation marks, and the space that replaces each.
_SPECIAL = str.maketrans(dict.fromkeys('()<>[]:;@\\,"', " "))


class Ready:
    """The bytes of a message, for a mail backend that asks a message for nothing else."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def as_bytes(self) -> bytes:
        return self._content


class Message(EmailMultiAlternatives):
    """Text and HTML to one person. The reader sees that it is from ``sender`` to ``to``; the mail server is told
    ``from_email``, where returned mail goes, and ``address``."""

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
        """For SMTP the bytes; for others, such as a file, Django's message."""
        if policy is email.policy.SMTP and self._is_ready_for_wire():
            return Ready(wire(self._headers(), str(self.body), self._html, timezone.now()))
        chosen: Any = policy or email.policy.default
        return super().message(policy=chosen.clone(header_factory=HEADERS))

    def _is_ready_for_wire(self) -> bool:
        """Domains with letters outside ASCII are Django's to encode."""
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
    """``name`` and ``address`` for a header. A name cannot break out of it: what is not printable becomes a space.

    An address that cannot be put on the wire is left for the mail server's connection to refuse.
    """
    if _PLAIN_NAME.fullmatch(name) and _PLAIN_ADDRESS.fullmatch(address):
        return f"{name} <{address}>"
    username, _at, domain = one_line(address).rpartition("@")
    # Readers would decode what looks like an encoded word, whatever is in it.
    shown = one_line(name).replace("=?", "= ?")
    if len(shown) + len(address) > _NOT_FOLDED:
        # Python up to 3.13.0 leaves out the quotation marks where it folds (CPython gh-80222).
        shown = one_line(shown.translate(_SPECIAL))
    return str(Address(shown, username, domain))


def one_line(text: str) -> str:
    """``text`` without line breaks and other control or invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    printable = (
        " " if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char
        for char in text
    )
    return " ".join("".join(printable).split())
