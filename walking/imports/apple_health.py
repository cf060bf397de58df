"""The export of Apple Health: one XML file of any size, read as a stream of tags.

Walks are its workouts of walking and hiking. Its step counts are ignored: they do not show when someone went for a
walk.

Apple's files are not always well-formed XML. The document type declaration of iOS 16 is broken, and attributes may
contain characters that XML does not allow. An XML parser would refuse the whole file, or build a tree of data that we
do not need. So only the tags of workouts are read here, and these must be well formed; everything else is skipped. At
most one tag is in memory at a time. Entities are never expanded, and a file that declares any is refused.
"""

from __future__ import annotations

import codecs
import datetime as dt
import html
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from walking.imports.found import FoundWalk, Unreadable, whole_minutes
from walking.imports.limits import MB

_WALKING: Final = {"HKWorkoutActivityTypeWalking", "HKWorkoutActivityTypeHiking"}
_STEPS: Final = "HKQuantityTypeIdentifierStepCount"
_UNITS: Final = {"min": 60.0, "s": 1.0, "hr": 3600.0}

_CHUNK: Final = 256_000
#: Bytes of the declarations before the first tag, and of one tag or comment. Real ones have a few thousand.
PROLOG: Final = MB
LONGEST: Final = MB
#: Tags that any file may have, and bytes required for each further tag. Real exports have 100 or more.
TAGS: Final = 100_000
BYTES_A_TAG: Final = 32

_PASSED: Final = rb"(?P<passed>!--|!\[CDATA\[|\?)|(?P<entity>!ENTITY)"
_END_OF: Final = {b"!--": b"-->", b"![CDATA[": b"]]>", b"?": b"?>"}
_FIRST: Final = re.compile(rb"<(?:%b|/?[A-Za-z_:\x80-\xff])" % _PASSED)
_NEXT: Final = re.compile(
    rb"<(?:%b|/?(?:HealthData|Workout|WorkoutActivity|WorkoutStatistics)(?=[\s/>]))" % _PASSED
)
#: Longer than the part of a tag that ``_NEXT`` has to see.
_HEAD: Final = 32
_NAME: Final = re.compile(rb"</?[^\s/>]*")
_TAG: Final = re.compile(rb"""<(?:[^<>"']|"[^<"]*"|'[^<']*')*+>""")
_ATTRIBUTE: Final = r"""\s+([^\s=<>"'/]+)\s*=\s*("[^<"]*"|'[^<']*')"""
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_WELL_FORMED: Final = re.compile(rf"<[A-Za-z]+(?:{_ATTRIBUTE})*+\s*/?>")
_OTHER_KIND: Final = re.compile(
    rb"""workoutActivityType\s*=\s*["']HKWorkoutActivityType(?!Walking|Hiking)[A-Za-z]"""
)
#: Characters that XML 1.0 does not allow, and the mark that decoding puts in their place.
_NOT_ALLOWED: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]")


def walks(file: IO[bytes]) -> Iterator[FoundWalk]:
    """Yield the walks. Raises ``Unreadable`` for other XML, for a file that is cut off or whose walks are damaged, and
    for one that declares entities."""
    walk: _Workout | None = None
    for tag in _tags(file):
        name = _name(tag)
        if name == b"<Workout":
            if walk is not None:
                raise Unreadable("cut_off")  # it was never closed
            walk = _walk(tag)
        elif name == b"<WorkoutActivity" and walk is not None:
            walk.part += not tag.endswith(b"/>")
        elif name == b"</WorkoutActivity" and walk is not None:
            walk.part -= 1
        elif name == b"<WorkoutStatistics" and walk is not None:
            walk.count(_attributes(tag) or {})
        elif name == b"</HealthData" and walk is not None:
            raise Unreadable("cut_off")
        if walk is not None and (name == b"</Workout" or walk.single):
            if found := walk.found():
                yield found
            walk = None


def is_export(file: IO[bytes]) -> bool:
    """Return whether the first tag says so; also True if ``walks`` has another reason to refuse the file."""
    try:
        return next(_tags(file), None) is not None
    except Unreadable as refusal:
        return refusal.code != "unknown"


@dataclass(slots=True)
class _Workout:
    """A walking workout while its tags are read."""

    attributes: dict[str, str]
    #: Whether it is a single tag, without an end tag.
    single: bool
    steps: float = 0.0
    #: Above 0 inside a part of the workout that has its own statistics.
    part: int = 0

    def count(self, statistics: dict[str, str]) -> None:
        if not self.part and statistics.get("type") == _STEPS:
            self.steps += _number(statistics.get("sum"))

    def found(self) -> FoundWalk | None:
        told = self.attributes
        start = _moment(told.get("startDate"))
        if start is None:
            return None
        unit = _UNITS.get(told.get("durationUnit") or "min", 60.0)
        seconds = _number(told.get("duration")) * unit
        if not seconds and (end := _moment(told.get("endDate"))):
            seconds = (end - start).total_seconds()
        return FoundWalk("apple_health", whole_minutes(seconds), start, steps=_steps(self.steps))


def _walk(tag: bytes) -> _Workout | None:
    """Return None for other workouts. One that may be a walk must be well formed."""
    told = _attributes(tag)
    if told is None:
        if _OTHER_KIND.search(tag):
            return None
        raise Unreadable("cut_off")
    if told.get("workoutActivityType") not in _WALKING:
        return None
    return _Workout(told, single=tag.endswith(b"/>"))


# Tags --------------------------------------------------------------------------------------------


def _tags(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the tags that matter, from ``HealthData`` to its end; a damaged one as far as it goes.

    Raises ``Unreadable`` if the start or the end is missing, and if the file is designed to cost time or memory.
    """
    text, at, size, tags = b"", 0, 0, 0
    pattern, declared = _FIRST, False
    chunks = _chunks(file)
    last = False
    while not last:
        chunk = next(chunks, None)
        last = chunk is None
        chunk = chunk or b""
        size += len(chunk)
        tags += chunk.count(b"<")
        if tags > TAGS + size // BYTES_A_TAG:
            raise Unreadable("parts")
        text, at = text[at:] + chunk, 0
        # A tag whose head may continue in the next chunk must wait for it.
        cut = -1 if last else text.rfind(b"<", max(len(text) - _HEAD, 0))
        until = len(text) if cut < 0 else cut
        while token := pattern.search(text, at, until):
            if token["entity"]:
                raise Unreadable("unsafe")
            end = _end(token, text)
            if end is None:
                if last or len(text) - token.start() > LONGEST:
                    raise Unreadable("cut_off")
                at = token.start()
                break
            at = end
            if token["passed"]:
                continue
            tag = text[token.start() : end]
            if pattern is _FIRST:
                if _name(tag) != b"<HealthData":
                    raise Unreadable("unknown")
                pattern = _NEXT
            yield tag
            if _name(tag) == b"</HealthData" or (
                _name(tag) == b"<HealthData" and tag.endswith(b"/>")
            ):
                # Read to the end, so that a zip's own checksum is compared.
                for _rest in chunks:
                    pass
                return
        else:
            at = max(at, until)
        if pattern is _FIRST:
            declared = declared or b"<!DOCTYPE" in text
            if size > PROLOG:
                raise Unreadable("unsafe" if declared else "unknown")
    raise Unreadable("unknown" if pattern is _FIRST else "cut_off")


def _end(token: re.Match[bytes], text: bytes) -> int | None:
    """Return where a tag, or a skipped part, ends. None if the end is not in ``text`` yet."""
    start = token.start()
    if passed := token["passed"]:
        end = text.find(_END_OF[passed], token.end())
        return None if end < 0 else end + len(_END_OF[passed])
    if tag := _TAG.match(text, start):
        return tag.end()
    # A tag cannot contain the beginning of another one: it is damaged.
    end = text.find(b"<", start + 1)
    return None if end < 0 else end


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in an ASCII-compatible encoding; Apple writes UTF-8. In other such encodings, the parts we read
    are the same."""
    chunk = file.read(_CHUNK)
    encoding = {
        b"\xff\xfe": "utf-16",
        b"\xfe\xff": "utf-16",
        b"<\x00": "utf-16-le",
        b"\x00<": "utf-16-be",
    }.get(chunk[:2])
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
    while chunk:
        yield decoder.decode(chunk).encode(errors="replace") if decoder else chunk
        chunk = file.read(_CHUNK)


def _name(tag: bytes) -> bytes:
    """Return such as ``<Workout`` or ``</Workout``."""
    match = _NAME.match(tag)
    return match[0] if match else b""


def _attributes(tag: bytes) -> dict[str, str] | None:
    """Return a tag's attributes, without characters that XML does not allow; None if it is not well formed."""
    text = _NOT_ALLOWED.sub("", tag.decode(errors="replace"))
    if not _WELL_FORMED.fullmatch(text):
        return None
    pairs = _ATTRIBUTES.findall(text)
    told = {name: _NOT_ALLOWED.sub("", html.unescape(value[1:-1])) for name, value in pairs}
    return told if len(told) == len(pairs) else None


# Values ------------------------------------------------------------------------------------------


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
