"""Messages from companions to the patients' devices when due: a scheduled job calls each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from walking.companions.sitting.ringing import ring as ring_sitting

#: Each is given the moment, and returns how many messages were accepted.
RINGERS: Final[tuple[Callable[[dt.datetime], int], ...]] = (ring_sitting,)


def ring_due(at: dt.datetime) -> int:
    """Send whatever is due at ``at``; return how many messages were accepted."""
    return sum(ring(at) for ring in RINGERS)
