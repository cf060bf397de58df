"""What the demo's patients answer about their pain, what they can do and what matters to them."""

from __future__ import annotations

from random import Random
from typing import Any, Final

#: Roland-Morris statements in the order in which recovered people are most likely to tick them.
LIKELY: Final = (21, 2, 23, 11, 18, 3, 13, 6, 16, 9, 14, 10, 5, 12)
MATTER: Final = (
    ("Garden for an hour", "Lift my granddaughter"),
    ("Walk to the shops and back",),
    ("Play bowls", "Sit through a film", "Carry the shopping"),
    ("Hang out the washing", "Drive to my sister's"),
)


def invent(random: Random, month: int) -> dict[str, Any]:
    """Return the answers of one occasion: a little better each time, but not for everyone."""
    worse = random.random() < 0.15
    ticked = max(0, random.randrange(2, 8) + (2 if worse else -1) * (month // 3))
    matter = MATTER[random.randrange(len(MATTER))]
    return {
        "pain": max(0, random.randrange(1, 5) - (0 if worse else month // 3)),
        "statements": list(LIKELY[:ticked]),
        "activities": [(words, min(10, random.randrange(4, 8) + month // 3)) for words in matter],
    }
