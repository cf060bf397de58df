"""The results of a reader: walks, or a reason why the file cannot be read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

#: Steps per minute of moderate walking: Tudor-Locke et al., Br J Sports Med 2018; 52:776-788,
#: doi 10.1136/bjsports-2017-097628.
STEPS_A_MINUTE: Final = 100


@dataclass(frozen=True, slots=True)
class FoundWalk:
    """One walk as stated in a file. ``start`` is aware if the file gives the time zone, else naive; None if only the
    ``day`` is known. ``estimated``: the minutes were calculated from ``steps``. ``source`` is a code of
    ``walking.models.diary.Source``."""

    source: str
    minutes: int
    start: dt.datetime | None = None
    day: dt.date | None = None
    steps: int | None = None
    estimated: bool = False


class Unreadable(Exception):  # noqa: N818 (like Refused, not a program error)
    """The file is refused. ``code`` says why; the texts are in ``walking/care/diary/file_import.py``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def whole_minutes(seconds: float) -> int:
    """Return seconds as the nearest whole minute, at most a week's (whatever a file claims)."""
    if not 0 <= seconds < 604_800:  # also refuses NaN
        return 0 if not seconds > 0 else 10_080
    return int(seconds / 60 + 0.5)


def minutes_of_steps(steps: int) -> int:
    """Estimate the minutes, at ``STEPS_A_MINUTE``."""
    return int(steps / STEPS_A_MINUTE + 0.5)
