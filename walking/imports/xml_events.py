"""Track XML as a stream: each element is passed on when it ends, then dropped.

No tree is built, so a file takes little more memory than its bytes, whatever it contains. What is read must be well
formed. Prefixes of names are ignored and need not be declared, as some programs forget to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from walking.imports.found import Unreadable

#: Most elements in a file, and their greatest depth. A track of 5 MB has at most 200,000.
ELEMENTS: Final = 250_000
DEPTH: Final = 64
#: Characters kept of a name, and of the text of an element.
NAME: Final = 100
TEXT: Final = 100
_CHUNK: Final = 64_000
#: Control characters, which XML 1.0 does not allow, as bytes of any ASCII-compatible encoding and as references.
_CONTROL: Final = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#0*(?:[0-8]|1[124-9]|2\d|3[01]);|&#x0*(?:[0-8bcef]|1[\da-f]);",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Element:
    """``path`` is the path from the root, such as ``gpx/trk``; ``text`` excludes that of inner elements."""

    path: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""


def ends(data: bytes, paths: Collection[str]) -> Iterator[Element]:
    """Yield the elements with these paths, in the order in which they end. Raises ``Unreadable``, possibly after
    some."""
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        data = _CONTROL.sub(b"", data.removeprefix(b"\xef\xbb\xbf").lstrip())
    reader = _Reader(paths)
    for start in range(0, len(data) + 1, _CHUNK):
        try:
            reader.parser.Parse(data[start : start + _CHUNK], start + _CHUNK > len(data))
        # Also for an encoding that is unknown, or not the declared one.
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Unreadable("cut_off") from error
        yield from reader.ended
        reader.ended.clear()


class _Reader:
    def __init__(self, paths: Collection[str]) -> None:
        self.ended: list[Element] = []
        self.paths = paths
        self.open: list[Element | None] = []
        self.path: list[str] = []
        self.count = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.declare
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def declare(self, *_what: object) -> None:
        raise Unreadable("unsafe")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > ELEMENTS or len(self.path) >= DEPTH:
            raise Unreadable("parts")
        self.path.append(name.rpartition(":")[2][:NAME])
        path = "/".join(self.path)
        self.open.append(Element(path, attributes) if path in self.paths else None)

    def characters(self, text: str) -> None:
        element = self.open[-1]
        if element is not None and len(element.text) < TEXT:
            element.text += text[:TEXT]

    def end(self, _name: str) -> None:
        self.path.pop()
        if element := self.open.pop():
            self.ended.append(element)
