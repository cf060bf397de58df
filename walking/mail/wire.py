"""Build the bytes of a message, as Django and Python would, at a tenth of the cost.

Python's ``email`` parses each header into a tree, folds it and writes it out again. Most of our headers need none of
this: they are short and in ASCII. Those are written as they are; any other goes through ``email``, on its own. A test
reads the bytes of both ways with Python's own parser and compares them.
"""

from __future__ import annotations

import binascii
import datetime as dt
import email.policy
import secrets
from collections.abc import Sequence
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

CRLF = "\r\n"
#: The longest line allowed in an email (RFC 5322), without its line ending.
LONGEST_LINE = 998
#: A header longer than this, including its name, is folded.
LONGEST_HEADER = 78


class _VerbatimHeader(UnstructuredHeader):
    """A header whose value must not be encoded or broken, however long: addresses in angle brackets."""

    def fold(self, *, policy: email.policy.EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


class _Headers(HeaderRegistry):
    """Creates the class of a header once: Python creates one for every header of every message, slowly."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(name)
        return self._made[key]


HEADERS = _Headers()
#: Python's default turns a long ``List-Unsubscribe`` into an encoded word, which no mail program can use.
VERBATIM = frozenset({"list-unsubscribe", "list-id"})
for _name in VERBATIM:
    HEADERS.map_to_type(_name, _VerbatimHeader)  # type: ignore[arg-type]
_POLICY = email.policy.SMTP.clone(header_factory=HEADERS)


def wire(headers: Sequence[tuple[str, str]], text: str, html: str, at: dt.datetime) -> bytes:
    """Return a message with two parts, plain text and HTML of the same, ready for an SMTP server.

    ``headers`` are in the order in which they are written; the ``Date`` is ``at`` (aware). Raises ``ValueError`` for a
    header with a line break.
    """
    boundary = f"=_{secrets.token_hex(16)}"
    head = [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        *(_header(name, value) for name, value in headers),
        f"Date: {format_datetime(at)}",
    ]
    parts = (_part("plain", text), _part("html", html))
    body = b"".join(f"--{boundary}{CRLF}".encode() + part for part in parts)
    return CRLF.join(head).encode("ascii") + b"\r\n\r\n" + body + f"--{boundary}--{CRLF}".encode()


def _header(name: str, value: str) -> str:
    """Format one header, folded and encoded where necessary, without the line ending."""
    if "\r" in value or "\n" in value:
        raise ValueError(f"a line break in the header {name}")
    if _is_plain(name, value):
        return f"{name}: {value}"
    return _by_python(name, value)


def _is_plain(name: str, value: str) -> bool:
    if not (value.isascii() and value.isprintable()):
        return False
    if name.lower() in VERBATIM:
        return True
    return "=?" not in value and len(name) + 2 + len(value) <= LONGEST_HEADER


@lru_cache(maxsize=64)
def _by_python(name: str, value: str) -> str:
    header: Any = HEADERS(name, value)
    # If two words are too long for a line, Python breaks the header with an empty line, which would end all headers.
    return CRLF.join(line for line in str(header.fold(policy=_POLICY)).split(CRLF) if line.strip())


def _part(subtype: str, text: str) -> bytes:
    """Format one part with its headers. ASCII in short lines goes as it is, everything else as quoted-printable."""
    lines = text.splitlines()
    if text.isascii() and max(map(len, lines), default=0) <= LONGEST_LINE:
        encoding = "7bit"
        body = CRLF.join(lines).encode("ascii")
    else:
        encoding = "quoted-printable"
        encoded = (binascii.b2a_qp(line.encode()).replace(b"=\n", b"=\r\n") for line in lines)
        body = b"\r\n".join(encoded)
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"{CRLF}Content-Transfer-Encoding: {encoding}'
    )
    return head.encode() + b"\r\n\r\n" + body + b"\r\n"
