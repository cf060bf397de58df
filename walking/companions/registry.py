"""All companion programmes by code, in the order in which they are shown."""

from __future__ import annotations

from typing import Final

from walking.companions.loads.companion import LOADS
from walking.companions.movement.companion import MOVEMENT
from walking.companions.shape import Companion
from walking.companions.sitting.companion import SITTING

COMPANIONS: Final[dict[str, Companion]] = {each.kind: each for each in (MOVEMENT, SITTING, LOADS)}
