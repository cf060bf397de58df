"""Where reminders may be sent. A browser names the address, so it must not lead into our own network."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from walking.push.keys import decode

LONGEST = 1000
AUTH_BYTES = 16


def check_subscription(endpoint: str, p256dh: str, auth: str) -> None:
    """Raise ``ValueError`` unless it is what a browser would provide: https, a public name, and valid keys."""
    _check_address(endpoint)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(p256dh))
    if len(decode(auth)) != AUTH_BYTES:
        raise ValueError("the secret has another length")


def _check_address(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable():
        raise ValueError("no address of a push service")
    if settings.PUSH_PRIVATE_HOSTS:
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("no web address")
        return
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.port not in {None, 443} or parts.username is not None:
        raise ValueError("not a plain https address")
    if "." not in host.strip(".") or host.endswith((".local", ".internal", ".localhost")):
        raise ValueError("not a public name")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_public(address):
        raise ValueError("not a public address")


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast
