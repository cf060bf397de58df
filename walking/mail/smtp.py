"""Django's way to an SMTP server, without parsing what needs no parsing."""

from __future__ import annotations

import re
from functools import lru_cache

from django.core.mail.backends import smtp

#: An address that stands for itself: nothing to quote, decode or encode.
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9.-]+"
)


class EmailBackend(smtp.EmailBackend):
    """A kept connection for many messages; the address of each is checked in the shortest way that is right."""

    def prep_address(self, address: str, force_ascii: bool = True) -> str:
        if _PLAIN.fullmatch(address):
            return address
        return _parsed(self, address, force_ascii)


@lru_cache(maxsize=64)
def _parsed(backend: EmailBackend, address: str, force_ascii: bool) -> str:
    # Most of all for the sender, which is the same for all messages.
    return str(super(EmailBackend, backend).prep_address(address, force_ascii))
