"""Days and hours as each language writes them."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, get_format
from django.utils.module_loading import import_module

from config.formats.en import formats

NAMES = [name for name in dir(formats) if name.endswith("_FORMAT")]


def test_every_language_that_is_offered_has_every_format() -> None:
    for code, _name in settings.LANGUAGES:
        module = import_module(f"config.formats.{code.replace('-', '_')}.formats")
        assert [name for name in NAMES if not hasattr(module, name)] == [], code


def test_a_day_is_written_in_the_language() -> None:
    day = dt.date(2026, 3, 2)
    with translation.override("en"):
        assert date_format(day, "WEEKDAY_FORMAT") == "Monday 2 March"
        assert get_format("FIRST_DAY_OF_WEEK") == 1
