"""Seeds of authenticator apps and recovery codes, sealed in the database by a key that is not in it.

Whoever reads a copy of the database would otherwise make the same codes as its owners' phones. The key is derived from
``SECRET_KEY``; what was sealed under one of ``SECRET_KEY_FALLBACKS`` still opens, until ``seal_anew`` seals it again.
"""

from __future__ import annotations

import base64
import logging
import secrets
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

log = logging.getLogger(__name__)

#: What a sealed text begins with; one without it was written before texts were sealed.
MARK: Final = "sealed:"
#: Where allauth keeps what ``seal`` sealed: a text, or a list of them.
_PARTS: Final = ("secret", "seed", "migrated_codes")


def seal(text: str) -> str:
    return MARK + _keys(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(text: str) -> str:
    """What was sealed. A seed that no key opens is as lost as a phone: in its place comes one that no code fits."""
    if not text.startswith(MARK):
        return text
    every = _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    try:
        return every.decrypt(text.removeprefix(MARK)).decode()
    except InvalidToken:
        log.error("A second factor is sealed with a key that is not here: was SECRET_KEY changed?")
        return base64.b32encode(secrets.token_bytes(20)).decode()


def sealed_anew(data: dict[str, Any]) -> dict[str, Any]:
    """An authenticator's ``data``, clear or under any of our keys, sealed with the newest.

    Raises ``InvalidToken`` for what none of them opens, which stays as it is.
    """
    return {name: _anew(value) if name in _PARTS else value for name, value in data.items()}


def _anew(value: Any) -> Any:
    if isinstance(value, list):
        return [_anew(each) for each in value]
    if not value.startswith(MARK):
        return seal(value)
    every = _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MARK + every.rotate(value.removeprefix(MARK)).decode()


@lru_cache(maxsize=8)
def _keys(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"waymark.second-factor")
    return base64.urlsafe_b64encode(derived.derive(key.encode()))
