"""What was recorded offline, by companion: each checks what a phone sends with its own form.

A sender gets a companion, what the form would have sent (texts by name), and the moment. It raises ``Refused``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from walking.companions.loads.sending import send as send_loads
from walking.companions.movement.sending import send as send_movement
from walking.companions.sitting.sending import send as send_sitting
from walking.models import CompanionProgramme

type Sender = Callable[[CompanionProgramme, Mapping[str, Any], dt.datetime], None]

SENDERS: Final[dict[str, Sender]] = {
    "movement": send_movement,
    "sitting": send_sitting,
    "loads": send_loads,
}
