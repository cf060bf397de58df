"""One recorded walk: GPX, TCX and FIT. The file is read whole, so its size is limited."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

import fitdecode

from walking.imports import xml_events
from walking.imports.found import FoundWalk, Unreadable, whole_minutes
from walking.imports.limits import TRACK, at_most

#: What the package raises for invalid values.
_WRONG = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)

_TRACK: Final = "gpx/trk"
_SEGMENT: Final = f"{_TRACK}/trkseg"
_POINT: Final = f"{_SEGMENT}/trkpt/time"
_ACTIVITY: Final = "TrainingCenterDatabase/Activities/Activity"
_LAP_POINT: Final = f"{_ACTIVITY}/Lap/Track/Trackpoint/Time"


def gpx(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Yield each track that has times; its segments are added up, so that a pause between them does not count."""
    tracks = timed = 0
    track, segment = _Timed(), _Timed()
    seconds = 0.0
    for element in xml_events.ends(at_most(file, TRACK), {_TRACK, _SEGMENT, _POINT}):
        if element.path == _POINT:
            moment = _moment(element.text)
            track.add(moment)
            segment.add(moment)
        elif element.path == _SEGMENT:
            seconds += max(segment.seconds, 0)
            segment = _Timed()
        else:
            tracks += 1
            if track.first is not None:
                timed += 1
                yield FoundWalk("gpx", whole_minutes(seconds), track.first)
            track, seconds = _Timed(), 0.0
    if tracks and not timed:
        raise Unreadable("no_times")


def tcx(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Yield the activity of the file, unless it was cycling or running."""
    points, sports = _Timed(), []
    for element in xml_events.ends(at_most(file, TRACK), {_ACTIVITY, _LAP_POINT}):
        if element.path == _ACTIVITY:
            sports.append(element.attributes.get("Sport"))
        else:
            points.add(_moment(element.text))
    if len(sports) > 1:
        raise Unreadable("many")
    if not sports or sports[0] in {"Biking", "Running"}:
        return
    if points.first is None or points.count < 2:
        raise Unreadable("no_times")
    yield FoundWalk("tcx", whole_minutes(abs(points.seconds)), points.first)


@dataclass(slots=True)
class _Timed:
    """Points by their times: only the first and the last are kept."""

    first: dt.datetime | None = None
    last: dt.datetime | None = None
    count: int = 0

    def add(self, moment: dt.datetime | None) -> None:
        if moment is not None:
            self.first, self.last = self.first or moment, moment
            self.count += 1

    @property
    def seconds(self) -> float:
        return (self.last - self.first).total_seconds() if self.first and self.last else 0.0


def _moment(text: str) -> dt.datetime | None:
    """Parse a day with its time. Both formats use UTC by their standard; some programs leave out the offset."""
    try:
        moment = dt.datetime.fromisoformat(text.strip()) if ":" in text else None
    except ValueError:
        return None
    return moment and moment.replace(tzinfo=moment.tzinfo or dt.UTC)


def fit(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Yield each session of walking or hiking, with the time for which the watch's clock ran."""
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
