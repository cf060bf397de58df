"""Rate limits: counted for all processes together, with a clear answer to users who try too often.

The counts are in Django's cache, whose keys are hashed (``hidden_key``): they reveal neither people's addresses nor
tokens of links. allauth counts sign-ins in the same cache (``ACCOUNT_RATE_LIMITS``).
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

log = logging.getLogger("waymark.limits")

#: Seconds until the lock of a dead process is released, and seconds that another process waits for it.
_LOCK_LASTS = 10
_LOCK_WAITS = 0.5

#: Seconds until allauth allows another try, by view name; a minute for all others.
_WAITS = {"account_reset_password": 600}


class Limit(NamedTuple):
    """At most this many tries in this many seconds, for one person, address or token."""

    door: str
    most: int
    seconds: int

    def wait(self, who: object, at: float | None = None) -> int:
        """Return the seconds until ``who`` may try again, 0 for now; counts nothing. ``at`` is a ``time.time()``."""
        now = time.time() if at is None else at
        return self._wait(self._tries(who, now), now)

    def spend(self, who: object, at: float | None = None) -> int:
        """Count a try and return 0; or, after too many, count nothing and return the seconds to wait."""
        now = time.time() if at is None else at
        with _alone(self._key(who)) as alone:
            if not alone:  # more at once than the lock lets wait
                return 1
            tries = self._tries(who, now)
            if wait := self._wait(tries, now):
                log.warning("too many tries: %s", self.door)
                return wait
            cache.set(self._key(who), [*tries, now], self.seconds)
        return 0

    def _key(self, who: object) -> str:
        return f"limit:{self.door}:{who}"

    def _tries(self, who: object, now: float) -> list[float]:
        """Return when ``who`` tried recently, oldest first."""
        tries: list[float] = cache.get(self._key(who), [])
        return [each for each in tries if each > now - self.seconds]

    def _wait(self, tries: list[float], now: float) -> int:
        if len(tries) < self.most:
            return 0
        return max(1, math.ceil(tries[-self.most] + self.seconds - now))


@contextmanager
def _alone(key: str) -> Iterator[bool]:
    """Yield whether this process alone counts for this key now: ``add`` succeeds for one process only."""
    lock, until = f"{key}:lock", time.monotonic() + _LOCK_WAITS
    while not cache.add(lock, 1, _LOCK_LASTS):
        if time.monotonic() > until:
            yield False
            return
        time.sleep(0.02)
    try:
        yield True
    finally:
        cache.delete(lock)


def hidden_key(key: str, prefix: str, version: int) -> str:
    """Hash a key; the cache's ``KEY_FUNCTION``."""
    return salted_hmac("waymark.cache", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def client_address(request: HttpRequest) -> str:
    """Return the address of the request as seen by the outermost trusted proxy (``TRUSTED_PROXIES``); other
    X-Forwarded-For entries are ignored. For IPv6 the network, which is what one household gets."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
    return str(address)


# The answer --------------------------------------------------------------------------------------


def sentence(seconds: int) -> str:
    """Say when to try again, in words."""
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return _("Please wait a minute, then try again.")
    if minutes <= 90:
        return ngettext(
            "Please wait %(number)s minute, then try again.",
            "Please wait %(number)s minutes, then try again.",
            minutes,
        ) % {"number": minutes}
    return _("Please try again in a few hours.")


def too_many(request: HttpRequest, seconds: int, *, as_json: bool = False) -> HttpResponse:
    """Return 429 with the typed data ready to be sent again; JSON for clients that sent or accept JSON."""
    response: HttpResponse
    if (
        as_json
        or request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    ):
        response = JsonResponse({"error": sentence(seconds)}, status=429)
    else:
        password = any("password" in name for name in request.POST)
        context = {"wait": sentence(seconds), "typed": typed(request), "password": password}
        response = render(request, "429.html", context, status=429)
    return again(response, seconds)


def too_many_for_a_program(seconds: int) -> HttpResponse:
    """Return 429 for programs: calendars, mail programs, mail providers."""
    text = f"Too many requests. Try again in {seconds} seconds.\n"
    return again(HttpResponse(text, content_type="text/plain", status=429), seconds)


def again(response: HttpResponse, seconds: int) -> HttpResponse:
    """Add the time after which to try again to the response."""
    response["Retry-After"] = str(seconds)
    add_never_cache_headers(response)
    return response


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a form contained, to be sent again: without passwords, which no page returns."""
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]


def handler429(request: HttpRequest) -> HttpResponse:
    """Return the page for one of allauth's own limits."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return too_many(request, _WAITS.get(name or "", 60))
