"""What companions say on the patients' devices when it is due: the clock calls each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from walking.companions.sitting.ringing import ring as ring_sitting

#: Each is given the moment, and returns how many messages were taken.
RINGERS: Final[tuple[Callable[[dt.datetime], int], ...]] = (ring_sitting,)


def ring_due(at: dt.datetime) -> int:
    """Say whatever is due at ``at``; how many messages were taken."""
    return sum(ring(at) for ring in RINGERS)
