"""The key pair by which push services know this installation (VAPID, RFC 8292)."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def new_private_key() -> str:
    """Return a private P-256 key in base64url, as ``VAPID_PRIVATE_KEY`` needs it."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encode(number.to_bytes(32))


@lru_cache(maxsize=4)
def public_key(private_key: str) -> str:
    """Return the public key for browsers, in base64url; empty if there is no private key."""
    if not private_key:
        return ""
    key = ec.derive_private_key(int.from_bytes(decode(private_key)), ec.SECP256R1())
    return encode(
        key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
    )


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Decode base64url. Raises ``ValueError`` for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
