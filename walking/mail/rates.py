"""Rates as they are written in the settings: ``10/s``, ``20/m``, ``5000/h``, ``100000/d``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

_RATE = re.compile(r"([1-9]\d{0,8})/([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Rate:
    """This many messages in this many seconds, evenly spaced."""

    count: int
    seconds: int

    @property
    def interval(self) -> dt.timedelta:
        """Return the time from one message to the next."""
        return dt.timedelta(seconds=self.seconds / self.count)


def rate(text: str) -> Rate | None:
    """Parse a rate; return None for an empty text, which means no limit. Raises ``ValueError`` for any other text."""
    text = text.strip()
    if not text:
        return None
    found = _RATE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no rate such as 10/s, 20/m, 5000/h or 100000/d")
    return Rate(int(found[1]), _UNITS[found[2]])


def domain_rates(text: str) -> Mapping[str, Rate]:
    """Parse ``gmail.com=20/m,yahoo.com=10/m`` by domain, in lower case and ASCII. Raises ``ValueError``."""
    rates = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        domain, _equals, said = part.partition("=")
        limit = rate(said)
        if not domain.strip() or limit is None:
            raise ValueError(f"{part!r} is no domain with a rate, such as gmail.com=20/m")
        rates[ascii_domain(domain)] = limit
    return rates


def domain_of(address: str) -> str:
    """Return the domain of an address, in the form used for rates."""
    return ascii_domain(address.rpartition("@")[2])


def ascii_domain(domain: str) -> str:
    """Return the domain in lower case, and in ASCII where possible."""
    domain = domain.strip().lower().rstrip(".")
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
