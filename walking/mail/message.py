"""A message on the wire: addresses and headers."""

from __future__ import annotations

import email.message
import email.policy
import unicodedata
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.policy import Policy
from typing import Any

from django.core.mail import EmailMultiAlternatives


class _VerbatimHeader(UnstructuredHeader):
    """A header whose value must not be encoded or broken, however long: addresses in angle brackets."""

    def fold(self, *, policy: email.policy.EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


class _Headers(HeaderRegistry):
    """Makes the class of a header once: Python's own makes one for every header of every message, slowly."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(name)
        return self._made[key]


_HEADERS = _Headers()
for _name in ("list-unsubscribe", "list-id"):
    _HEADERS.map_to_type(_name, _VerbatimHeader)  # type: ignore[arg-type]


class Message(EmailMultiAlternatives):
    """Python's default turns a long ``List-Unsubscribe`` into an encoded word, which no mail program can use."""

    def message(self, *, policy: Policy[Any] | None = None) -> email.message.EmailMessage:
        chosen: Any = policy or email.policy.default
        return super().message(policy=chosen.clone(header_factory=_HEADERS))


def mailbox(name: str, address: str) -> str:
    """``name`` and ``address`` for a header. A name cannot break out of it: what is not printable becomes a space.

    An address that cannot be put on the wire is left for the mail server's connection to refuse.
    """
    username, _at, domain = one_line(address).rpartition("@")
    # Readers would decode what looks like an encoded word, whatever is in it.
    return str(Address(one_line(name).replace("=?", "= ?"), username, domain))


def one_line(text: str) -> str:
    """``text`` without line breaks and other control or invisible characters."""
    printable = (
        " " if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else char
        for char in text
    )
    return " ".join("".join(printable).split())
