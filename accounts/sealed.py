"""Encrypt seeds of authenticator apps and recovery codes in the database, with a key that is not stored there.

Otherwise someone with a copy of the database could make the same codes as its owners' phones. The key is derived from
``SECRET_KEY``; texts encrypted under one of ``SECRET_KEY_FALLBACKS`` can still be read, until ``seal_anew``
re-encrypts them.
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

#: The prefix of an encrypted text; texts without it are older than the encryption.
MARK: Final = "sealed:"
#: Where allauth stores what ``seal`` encrypted: a text, or a list of texts.
_PARTS: Final = ("secret", "seed", "migrated_codes")


def seal(text: str) -> str:
    return MARK + _keys(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(text: str) -> str:
    """Decrypt a text. A seed that no key decrypts is as lost as a phone: return a seed that no code matches."""
    if not text.startswith(MARK):
        return text
    every = _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    try:
        return every.decrypt(text.removeprefix(MARK)).decode()
    except InvalidToken:
        log.error("No key can decrypt a second factor: was SECRET_KEY changed?")
        return base64.b32encode(secrets.token_bytes(20)).decode()


def sealed_anew(data: dict[str, Any]) -> dict[str, Any]:
    """Return an authenticator's ``data``, plain or encrypted under any of our keys, encrypted with the newest.

    Raises ``InvalidToken`` if no key decrypts it; then it stays as it is.
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
