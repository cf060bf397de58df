"""Google Takeout's export of Fit: one small JSON file for each session (the folder "All Sessions")."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import IO, Any, Final

from walking.imports.found import FoundWalk, Unreadable, whole_minutes
from walking.imports.limits import TABLE, at_most

#: Sessions of Fit that are walks. All other sessions are ignored.
WALKING: Final = {"walking", "walking.fitness", "hiking", "walking.nordic", "walking.treadmill"}


def session(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Yield the walk of one such file. Raises ``Unreadable`` for other JSON."""
    try:
        told = json.loads(at_most(file, TABLE))
    except (ValueError, RecursionError) as error:
        raise Unreadable("cut_off") from error
    if not isinstance(told, dict) or "fitnessActivity" not in told or "startTime" not in told:
        raise Unreadable("unknown")
    activity = told["fitnessActivity"]
    if not isinstance(activity, str) or activity not in WALKING:
        return
    start, end = _moment(told["startTime"]), _moment(told.get("endTime"))
    seconds = _seconds(told.get("duration"))
    if seconds is None and start and end:
        seconds = (end - start).total_seconds()
    if start is None or seconds is None:
        raise Unreadable("no_times")
    yield FoundWalk("google_fit", whole_minutes(seconds), start, steps=_steps(told))


def _moment(text: object) -> dt.datetime | None:
    """Parse a moment. Google writes UTC, which is assumed if the offset is missing."""
    try:
        moment = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment and moment.replace(tzinfo=moment.tzinfo or dt.UTC)


def _seconds(text: object) -> float | None:
    """Parse ``"1800.5s"``, Google's format of durations."""
    try:
        return float(text.removesuffix("s")) if isinstance(text, str) else None
    except ValueError:
        return None


def _steps(told: dict[str, Any]) -> int | None:
    sums = told.get("aggregate")
    for each in sums if isinstance(sums, list) else []:
        if isinstance(each, dict) and each.get("metricName") == "com.google.step_count.delta":
            count = each.get("intValue")
            return count if isinstance(count, int) and 0 < count < 1_000_000 else None
    return None
