"""The sources of the lessons, by the keys used in the text; ``docs/sources.md`` describes each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from walking.programme.text import gettext_noop as _

FILE: Final = Path(__file__).parent / "sources.toml"
#: Decided by this project itself.
OURS: Final = "ours"
OUR_WORDS: Final = _(
    "The rules of this programme. They are our own; your physiotherapist can change them for you."
)


@dataclass(frozen=True, slots=True)
class Source:
    """``name`` as it is cited, in ``language``; ``url`` where it can be read, or empty."""

    key: str
    name: str
    url: str = ""
    language: str = "en"


@lru_cache
def sources() -> Mapping[str, Source]:
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: Source(key, **fields) for key, fields in found.items()}


def known(key: str) -> bool:
    """Return whether ``key`` can be cited."""
    return key == OURS or key in sources()
