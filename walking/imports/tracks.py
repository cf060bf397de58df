"""One walk that was recorded: GPX, TCX and FIT. Their readers hold the whole track, so its size is limited."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterator
from typing import IO, Any

import fitdecode
import gpxpy
import gpxpy.gpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from tcxreader.tcxreader import TCXReader

from walking.imports.found import FoundWalk, Unreadable, whole_minutes
from walking.imports.limits import TRACK, at_most

#: What the packages raise over values that make no sense.
_WRONG = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
_TCX = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"


def gpx(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Each track that has times: its segments added up, so that a pause between them is no walking."""
    data = at_most(file, TRACK)
    _safe(data)
    try:
        tracks = gpxpy.parse(data).tracks
    except (gpxpy.gpx.GPXException, *_WRONG) as error:
        raise Unreadable("cut_off") from error
    timed = False
    for track in tracks:
        start = track.get_time_bounds().start_time
        if start is not None:
            timed = True
            seconds = sum(segment.get_duration() or 0 for segment in track.segments)
            # GPX is in UTC by its standard; gpxpy marks it with a zone of its own.
            zone = dt.UTC if start.tzinfo is None else start.tzinfo
            yield FoundWalk("gpx", whole_minutes(seconds), start.replace(tzinfo=zone))
    if tracks and not timed:
        raise Unreadable("no_times")


def tcx(file: IO[bytes]) -> Iterator[FoundWalk]:
    """The activity of the file, unless it says that it was cycling or running."""
    data = at_most(file, TRACK).lstrip()
    root = _safe(data)
    activities = root.findall(f"{_TCX}Activities/{_TCX}Activity")
    if len(activities) > 1:
        raise Unreadable("many")
    if not activities or activities[0].get("Sport") in {"Biking", "Running"}:
        return
    try:
        # ``read`` opens what it is given as ElementTree does: a path, or a file.
        exercise: Any = TCXReader().read(io.BytesIO(data), only_gps=False)
        start, seconds = exercise.start_time, exercise.duration
    except _WRONG as error:
        raise Unreadable("no_times") from error
    if start is None or seconds is None:
        raise Unreadable("no_times")
    start = start.replace(tzinfo=start.tzinfo or dt.UTC)  # written with a Z, read without
    yield FoundWalk("tcx", whole_minutes(seconds), start)


def fit(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Each session of walking or hiking, by the time that the watch's clock ran."""
    data = at_most(file, TRACK)
    try:
        with fitdecode.FitReader(
            io.BytesIO(data),
            check_crc=fitdecode.CrcCheck.RAISE,
            error_handling=fitdecode.ErrorHandling.RAISE,
        ) as frames:
            for frame in frames:
                if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "session":
                    walk = _session(frame)
                    if walk:
                        yield walk
    except (fitdecode.FitError, struct.error, *_WRONG) as error:
        raise Unreadable("cut_off") from error


def _session(frame: Any) -> FoundWalk | None:
    start = frame.get_value("start_time", fallback=None)
    seconds = frame.get_value("total_timer_time", fallback=None)
    if frame.get_value("sport", fallback=None) not in {"walking", "hiking"}:
        return None
    if not isinstance(start, dt.datetime) or not isinstance(seconds, int | float):
        return None
    steps = frame.get_value("total_strides", fallback=None)
    known = isinstance(steps, int) and 0 < steps < 500_000
    return FoundWalk("fit", whole_minutes(seconds), start, steps=2 * steps if known else None)


def _safe(data: bytes) -> Any:
    """The root of XML that declares nothing of its own. Raises ``Unreadable``."""
    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("unsafe") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable("cut_off") from error
