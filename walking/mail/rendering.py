"""Render a letter as text and as HTML, with templates/mail/letter.txt and letter.html.

Rendering a template for each of a hundred thousand emails is most of the work, and nearly all of the output is the
same. So a template is rendered once for each shape of letter (which blocks, in which language), with a mark in place
of each text; a letter is then its texts joined with the pieces between. What the filters of the HTML template do to
the texts (``urlize``, ``linebreaksbr``, escaping) is done to them here; a test compares both ways for every letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from django.template.defaultfilters import linebreaksbr, urlize
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

from walking.mail.letter import Block, Button, Letter, Panel, Paragraph, Points, Quote

#: Width of the text part in columns; longer lines are broken, links are left whole.
TEXT_WIDTH = 76

type Format = Literal["txt", "html"]
#: Formats one text; the second argument says how it is shown.
type Put = Callable[[str, Literal["plain", "linked", "quoted"]], str]

# From Unicode's private use area; only used for a template's marks, never in a letter's text.
_MARK = re.compile("\ue000(\\d+)\ue001")
#: A text without a match for this has no address that ``urlize`` could turn into a link.
_ADDRESS = re.compile(r"\w[.@:/]+\w|www\.")


@dataclass(frozen=True, slots=True)
class Page:
    """A letter with what surrounds it: the recipient, the clinic, and where to choose which emails to get."""

    letter: Letter
    language: str
    name: str
    clinic_name: str = ""
    clinic_phone: str = ""
    preferences_url: str = ""


def rendered(page: Page, form: Format) -> str:
    """Return the page's text (lines of at most 76 columns, except links) or its HTML."""
    words = _Words(form)
    _each_word(page, form, words)
    pieces = _pieces(form, page.language, _shape(page, form))
    filled = "".join(piece if isinstance(piece, str) else words.said[piece] for piece in pieces)
    return _wrapped(filled) if form == "txt" else filled


def rendered_by_the_template(page: Page, form: Format) -> str:
    """Render the page without any shortcut, to check ``rendered`` against."""
    filled = _by_template(page, form)
    return _wrapped(filled) if form == "txt" else filled


def _by_template(page: Page, form: Format) -> str:
    clinic = {"name": page.clinic_name, "phone": page.clinic_phone} if page.clinic_name else None
    context: dict[str, Any] = {
        "letter": page.letter,
        "name": page.name,
        "clinic": clinic,
        "preferences_url": page.preferences_url,
        "language": page.language,
    }
    return render_to_string(f"mail/letter.{form}", context)


# Words and marks ---------------------------------------------------------------------------------


class _Words:
    """Collects the texts of a page in order, as they are to be shown."""

    def __init__(self, form: Format) -> None:
        self.said: list[str] = []
        self._show = _shown_in_html if form == "html" else _shown_in_text

    def __call__(self, text: str, how: str) -> str:
        self.said.append(self._show(text, how))
        return ""


class _Marks:
    """Puts a mark in place of each text, in the same order."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self, text: str, how: str) -> str:
        mark = f"\ue000{self._next}\ue001"
        self._next += 1
        return mark


def _shown_in_text(text: str, how: str) -> str:
    return text


def _shown_in_html(text: str, how: str) -> str:
    may_link = how != "plain" and _ADDRESS.search(text)
    shown = urlize(text) if may_link else escape(text)
    return linebreaksbr(mark_safe(shown)) if how == "quoted" else shown  # noqa: S308 - escaped above


def _each_word(page: Page, form: Format, put: Put) -> Page:
    """Return the page with every text of its own replaced by the result of ``put``, always in the same order."""
    letter = page.letter
    return replace(
        page,
        name=put(page.name, "plain"),
        clinic_name=put(page.clinic_name, "plain") if page.clinic_name else "",
        clinic_phone=put(page.clinic_phone, "plain") if page.clinic_phone else "",
        preferences_url=put(page.preferences_url, "plain") if page.preferences_url else "",
        letter=Letter(
            subject=put(letter.subject, "plain"),
            preview=put(letter.preview, "plain"),
            because=put(letter.because, "plain"),
            blocks=tuple(_block(block, form, put) for block in letter.blocks),
        ),
    )


def _block(block: Block, form: Format, put: Put) -> Block:
    match block:
        case Paragraph():
            return Paragraph(put(block.text, "linked"))
        case Panel():
            return Panel(put(block.label, "plain"), put(block.text, "plain"), block.urgent)
        case Button():
            return Button(put(block.label, "plain"), put(block.url, "plain"))
        case Points():
            return Points(tuple(put(item, "plain") for item in block.items))
        case Quote():
            # The text part puts a sign before each line of a quotation.
            parts = block.lines if form == "txt" else [block.text]
            text = "\n".join(put(part, "quoted") for part in parts)
            return Quote(text, put(block.by, "plain"))


# Shapes ------------------------------------------------------------------------------------------

#: A block's kind, whether it is urgent, and how many parts it has.
type _BlockShape = tuple[str, bool, int]


@dataclass(frozen=True, slots=True)
class _Shape:
    blocks: tuple[_BlockShape, ...]
    clinic: bool
    phone: bool
    preferences: bool


def _shape(page: Page, form: Format) -> _Shape:
    return _Shape(
        tuple(_block_shape(block, form) for block in page.letter.blocks),
        bool(page.clinic_name),
        bool(page.clinic_phone),
        bool(page.preferences_url),
    )


def _block_shape(block: Block, form: Format) -> _BlockShape:
    match block:
        case Panel():
            return block.kind, block.urgent, 1
        case Points():
            return block.kind, False, len(block.items)
        case Quote():
            return block.kind, False, len(block.lines) if form == "txt" else 1
    return block.kind, False, 1


def _of_shape(shape: _Shape, language: str) -> Page:
    """Return any page of the shape; its text does not matter."""
    make: dict[str, Callable[[bool, int], Block]] = {
        "paragraph": lambda _urgent, _parts: Paragraph("x"),
        "panel": lambda urgent, _parts: Panel("x", "x", urgent),
        "button": lambda _urgent, _parts: Button("x", "x"),
        "points": lambda _urgent, parts: Points(("x",) * parts),
        "quote": lambda _urgent, parts: Quote("\n".join(["x"] * parts), "x"),
    }
    blocks = tuple(make[kind](urgent, parts) for kind, urgent, parts in shape.blocks)
    return Page(
        Letter("x", "x", blocks, "x"),
        language,
        "x",
        "x" if shape.clinic else "",
        "x" if shape.phone else "",
        "x" if shape.preferences else "",
    )


@lru_cache(maxsize=512)
def _pieces(form: Format, language: str, shape: _Shape) -> Sequence[str | int]:
    """Return the template's own text for the shape, and the numbers of the texts between."""
    marked = _each_word(_of_shape(shape, language), form, _Marks())
    parts = _MARK.split(_by_template(marked, form))
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]


# Lines -------------------------------------------------------------------------------------------


def _wrapped(text: str) -> str:
    """Wrap lines that are too long to read, and allow at most one empty line in a row."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        stripped = line.rstrip()
        if not stripped and lines and not lines[-1]:
            continue
        if len(stripped) <= TEXT_WIDTH or stripped.startswith("http"):
            lines.append(stripped)
        else:
            lines += _broken(stripped)
    return "\n".join(lines) + "\n"


def _broken(line: str) -> list[str]:
    """Break one long line; continuation lines are indented under the first one's text. A word is never broken."""
    lead = line[: len(line) - len(line.lstrip(" >-"))]
    under = lead.replace("-", " ")
    lines, now = [], lead
    empty = True
    for word in line[len(lead) :].split(" "):
        if not empty and len(now) + 1 + len(word) > TEXT_WIDTH:
            lines.append(now.rstrip())
            now, empty = under + word, False
        else:
            now, empty = (now + word, False) if empty else (f"{now} {word}", False)
    return [*lines, now.rstrip()]
