"""Class names in the style sheets: no name means two things on one page, and every shape in a picture is styled.

A bar of a chart was once invisible on phones because the page's header had the same class name.
"""

from __future__ import annotations

import fnmatch
import re

import pytest

from tests.services import ROOT

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
#: The templates that every page extends in the end. Pages with the same base share their style sheets: what one page
#: loads today, another may load tomorrow.
BASES = ("base.html", "admin/base_site.html", "patient/print_base.html", "500.html")

#: Names that a second style sheet may use, and why it is the same thing there.
SHARED = {
    "base.html": {
        "actions": "row of buttons: larger buttons in the question forms, hidden in print",
        "badge": "the label of a past week keeps the text font inside a heading",
        "btn": "larger buttons in the question forms and in urgent advice",
        "card": "a question inside a card has no frame of its own",
        "check": "a tick box on the timer page is aligned to the start",
        "error": "space below the error of a question",
        "hint": "space around the hint of a question",
        "icon": "size and colour of icons in quiz answers and milestones",
        "phone": "a phone number on a large button may wrap",
        "wrap": "the bar above a page seen as a patient lays out its content in a row",
    },
    "admin/base_site.html": {
        "desk-form": "the choices above a report stand in one row",
        "facts": "tighter in an entry of the record, one column on a phone",
        "help": "Django's help text, smaller next to the desk's own fields",
        "icon": "the desk has no icons but those of the lesson preview",
        "lesson__picture": "the lesson preview draws pictures in the desk's colours",
        "quiet": "grey text, sized to what it is part of",
    },
    "patient/print_base.html": {},
    "500.html": {},
}

LINK = re.compile(r"{%\s*static\s+[\"']([\w/.-]+\.css)[\"']\s*%}")
EXTENDS = re.compile(r"{%\s*extends\s+[\"']([\w/.-]+)[\"']")
SHAPE = re.compile(
    r"<(?:rect|path|circle|ellipse|line|polyline|polygon|text|g)\b[^>]*?\bclass=\"([^\"]*)\""
)
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


def _base(name: str) -> str:
    while name not in BASES and (parent := EXTENDS.search(_read(name))):
        name = parent[1]
    return name


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text()


def _styled(sheet: str) -> set[str]:
    """Return the class names in the selectors of a style sheet."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(), flags=re.DOTALL)
    selectors = [
        found for found in re.findall(r"([^{}]+){", text) if not found.strip().startswith("@")
    ]
    return {name for each in selectors for name in CLASS.findall(each)}


def _families() -> dict[str, set[str]]:
    """Return the style sheets loaded by pages with the same base, by that base."""
    families: dict[str, set[str]] = {base: set() for base in BASES}
    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        sheets = {sheet for sheet in LINK.findall(path.read_text()) if (STATIC / sheet).exists()}
        if sheets:
            families.setdefault(_base(name), set()).update(sheets)
    return families


FAMILIES = _families()
STYLED = {name for sheets in FAMILIES.values() for sheet in sheets for name in _styled(sheet)}


def test_every_style_sheet_belongs_to_a_known_base() -> None:
    assert set(FAMILIES) == set(BASES)
    linked = {sheet for sheets in FAMILIES.values() for sheet in sheets}
    assert linked == {str(each.relative_to(STATIC)) for each in STATIC.rglob("*.css")}


@pytest.mark.parametrize("base", BASES)
def test_no_class_is_styled_in_two_style_sheets(base: str) -> None:
    sheets_of: dict[str, set[str]] = {}
    for sheet in FAMILIES[base]:
        for name in _styled(sheet):
            sheets_of.setdefault(name, set()).add(sheet)
    twice = {name: sorted(sheets) for name, sheets in sheets_of.items() if len(sheets) > 1}
    unexpected = {name: sheets for name, sheets in twice.items() if name not in SHARED[base]}
    assert unexpected == {}, (
        "rename one of them with the prefix of its component, or say in SHARED why not"
    )
    assert set(SHARED[base]) - set(twice) == set(), "no longer shared"


def _shapes() -> list[tuple[str, str]]:
    """Return each class of a shape, with the file it is in; ``*`` replaces what a template fills in."""
    files = [
        *TEMPLATES.rglob("*.html"),
        *TEMPLATES.rglob("*.svg"),
        *(ROOT / "walking").rglob("*.py"),
    ]
    return [
        (str(path.relative_to(ROOT)), name)
        for path in files
        for names in SHAPE.findall(path.read_text())
        for name in re.sub(r"{{.*?}}|{}", "*", re.sub(r"{%.*?%}", " ", names)).split()
    ]


def test_shapes_have_names_with_the_prefix_of_their_component() -> None:
    """``chart__bar``, not ``bar``: a single word is what a page's own components are called."""
    shapes = _shapes()
    assert len(shapes) > 30
    assert [shape for shape in shapes if "-" not in shape[1] and "_" not in shape[1]] == []


def test_every_class_of_a_shape_is_styled() -> None:
    assert [shape for shape in _shapes() if not fnmatch.filter(STYLED, shape[1])] == []
