"""What invented patients do in each companion programme: when it is added, on which days and at what hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from accounts.models import User
from walking.demo import loads, movement, sitting
from walking.models import Plan

#: A physiotherapist adds one at this hour.
ADDED: Final = dt.time(11, 30)


@dataclass(frozen=True, slots=True)
class Lived:
    """``begin(plan, by, at)`` adds it; ``live(plan, at)`` does what the patient does on ``days`` (1-7) of each week at
    ``hour``, local."""

    begin: Callable[[Plan, User, dt.datetime], None]
    live: Callable[[Plan, dt.datetime], None]
    days: tuple[int, ...]
    hour: dt.time


LIVED: Final = {
    "movement": Lived(movement.begin, movement.practise, (2, 4, 6), dt.time(9, 40)),
    "sitting": Lived(sitting.begin, sitting.write_today, (1, 2, 3, 4, 5, 7), dt.time(20, 30)),
    "loads": Lived(loads.begin, loads.try_one, (1, 3, 5, 6), dt.time(10, 50)),
}
