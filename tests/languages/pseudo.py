"""A language that nobody speaks: each string that passes through gettext comes out in letters with accents.

Whatever still stands on a page in plain letters was never given to gettext. Formats and values in a string
(``%(name)s``, ``{name}``), tags and character references stay as they are, so that pages work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

#: A private-use tag of English, which reads from left to right, and a language that reads from right to left.
PSEUDO = "en-xa"
PSEUDO_RTL = "ar-xb"

_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçđéƒğĥíĵķłɱñóƥʠřšŧúṽŵẋýžÁɃÇĐÉƑĞĤÍĴĶŁṀÑÓƤɊŘŠŦÚṼŴẊÝŽ",
)
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>|&#?\w+;")


def pseudo(text: str) -> str:
    """``text`` in the language, as far as it is words."""
    parts = _KEPT.split(text)
    kept = [*_KEPT.findall(text), ""]
    return "".join(part.translate(_ACCENTED) + keep for part, keep in zip(parts, kept, strict=True))


class PseudoTranslation:
    """What ``django.utils.translation.trans_real`` asks of a language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def language(self) -> str:
        return self._language

    def to_language(self) -> str:
        return self._language

    def gettext(self, message: str) -> str:
        return pseudo(message.rpartition(CONTEXT_SEPARATOR)[2])

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


@contextmanager
def pseudo_languages() -> Iterator[None]:
    """Offers the two languages beside the real ones, to this process, inside the ``with``."""
    offered = [*settings.LANGUAGES, (PSEUDO, pseudo("Left")), (PSEUDO_RTL, pseudo("Right"))]
    made: dict[str, Any] = {name: PseudoTranslation(name) for name in (PSEUDO, PSEUDO_RTL)}
    real = trans_real.translation_catalog_exists
    # Django forgets what it knew of languages when these settings change, before and after.
    with (
        override_settings(LANGUAGES=offered, LANGUAGE_CODE=PSEUDO),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(trans_real, "_translations", made)
        patch.setattr(trans_real, "_default", made[PSEUDO])
        patch.setattr(
            trans_real,
            "translation_catalog_exists",
            lru_cache(lambda code: code in made or real(code)),
        )
        yield
