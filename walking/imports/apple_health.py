"""The export of Apple Health: one XML file of any size, read as a stream.

Walks are its workouts of walking and hiking. Its counts of steps are left alone: they say of no minute whether
somebody went for a walk.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import IO, Final

from lxml import etree

from walking.imports.found import FoundWalk, Unreadable, whole_minutes

_WALKING: Final = {"HKWorkoutActivityTypeWalking", "HKWorkoutActivityTypeHiking"}
_STEPS: Final = "HKQuantityTypeIdentifierStepCount"
_UNITS: Final = {"min": 60.0, "s": 1.0, "hr": 3600.0}


def walks(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Raises ``Unreadable`` for other XML, for one that is cut off, and for one that declares entities."""
    try:
        yield from _walks(file)
    except etree.XMLSyntaxError as error:
        raise Unreadable("cut_off") from error


def _walks(file: IO[bytes]) -> Iterator[FoundWalk]:
    events = etree.iterparse(
        file,
        events=("start", "end"),
        tag=("HealthData", "Record", "Workout", "Correlation", "ActivitySummary", "ClinicalRecord"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    root = None
    for event, element in events:
        if root is None:
            root = element.getroottree().getroot()
            _check(root)
        if event == "start" or element.getparent() is not root:
            continue
        if element.tag == "Workout" and (walk := _walk(element)):
            yield walk
        # What is read is let go at once, with all before it.
        element.clear()
        while element.getprevious() is not None:
            del root[0]
    if root is None:
        raise Unreadable("unknown")


def _check(root: etree._Element) -> None:
    if root.tag != "HealthData":
        raise Unreadable("unknown")
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _entity in dtd.iterentities()):
        raise Unreadable("unsafe")


def _walk(workout: etree._Element) -> FoundWalk | None:
    if workout.get("workoutActivityType") not in _WALKING:
        return None
    start = _moment(workout.get("startDate"))
    if start is None:
        return None
    seconds = _number(workout.get("duration")) * _UNITS.get(
        workout.get("durationUnit") or "min", 60.0
    )
    if not seconds and (end := _moment(workout.get("endDate"))):
        seconds = (end - start).total_seconds()
    steps = sum(
        _number(each.get("sum"))
        for each in workout.iterchildren("WorkoutStatistics")
        if each.get("type") == _STEPS
    )
    return FoundWalk("apple_health", whole_minutes(seconds), start, steps=_steps(steps))


def _moment(text: str | None) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text or "", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None


def _number(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _steps(number: float) -> int | None:
    return int(number) if 0 < number < 1_000_000 else None
