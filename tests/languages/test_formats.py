"""Days and hours as each language writes them."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, get_format
from django.utils.module_loading import import_module

from config.formats.en import formats
from tests.services import ROOT

NAMES = [name for name in dir(formats) if name.endswith("_FORMAT")]
#: In templates: a filter, or the tag of the present moment, with what it is told.
IN_TEMPLATE = re.compile(
    r"""(?:\|(?:date|time):|{%\s*now\s+)(?P<quote>["'])(?P<format>.*?)(?P=quote)"""
)
#: What only scripts read: it is the same in every language.
FOR_SCRIPTS = {"Y-m-d", "H:i:s", "c", "U"}
FUNCTIONS = {"date_format", "time_format"}


def test_every_language_that_is_offered_has_every_format() -> None:
    for code, _name in settings.LANGUAGES:
        module = import_module(f"config.formats.{code.replace('-', '_')}.formats")
        assert [name for name in NAMES if not hasattr(module, name)] == [], code


def test_a_day_is_written_in_the_language() -> None:
    day = dt.date(2026, 3, 2)
    with translation.override("en"):
        assert date_format(day, "WEEKDAY_FORMAT") == "Monday 2 March"
        assert get_format("FIRST_DAY_OF_WEEK") == 1


def _formats_of_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for found in IN_TEMPLATE.finditer(path.read_text()):
            yield str(path.relative_to(ROOT)), found["format"]


def _formats_of_modules() -> Iterator[tuple[str, str]]:
    """What is written out in a call, as ``date_format(day, "WEEKDAY_FORMAT")``."""
    for app in ("accounts", "config", "operations", "walking"):
        for path in sorted((ROOT / app).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if not isinstance(call, ast.Call):
                    continue
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                given = [*call.args[1:], *(word.value for word in call.keywords)]
                if name not in FUNCTIONS:
                    continue
                for each in (node for argument in given for node in ast.walk(argument)):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield str(path.relative_to(ROOT)), each.value


def test_no_template_writes_a_day_its_own_way() -> None:
    used = set(_formats_of_templates())
    assert len(used) > 20
    assert {each for each in used if each[1] not in {*NAMES, *FOR_SCRIPTS}} == set()


def test_no_module_writes_a_day_its_own_way() -> None:
    used = set(_formats_of_modules())
    assert len(used) > 5
    assert {each for each in used if each[1] not in {*NAMES, "TIME_FORMAT"}} == set()
