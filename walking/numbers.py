"""Numbers given as text, in an address, a form or a link."""

from __future__ import annotations

from typing import Final

#: The largest key that a database can hold.
LARGEST_KEY: Final = 2**63 - 1


def whole_number(text: str | None, most: int = LARGEST_KEY) -> int | None:
    """Return ``text`` as a number from 0 to ``most``; None if it is anything else.

    Only plain digits count, and no more of them than ``most`` has: ``int`` raises ``ValueError`` for thousands.
    """
    if not text or not text.isascii() or not text.isdecimal() or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None
