"""How often one may come to a door: counted for all processes together, and a calm answer for whoever came too often.

The counts are in Django's cache, whose keys are hashed (``hidden_key``): neither addresses of people nor tokens of
links can be read from it. allauth counts sign-ins in the same cache (``ACCOUNT_RATE_LIMITS``).
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

#: Seconds until a lock is taken from whoever died with it, and seconds that another waits for it.
_LOCK_LASTS = 10
_LOCK_WAITS = 0.5

#: What allauth refuses comes free again within a minute, but for these views (by name, in seconds).
_WAITS = {"account_reset_password": 600}


class Limit(NamedTuple):
    """At most so many tries at a door in so many seconds, by one person, address or token."""

    door: str
    most: int
    seconds: int

    def wait(self, who: object, at: float | None = None) -> int:
        """Seconds until ``who`` may come again, 0 if at once; counts nothing. ``at`` is a ``time.time()``."""
        now = time.time() if at is None else at
        return self._wait(self._tries(who, now), now)

    def spend(self, who: object, at: float | None = None) -> int:
        """Count a try and return 0; or, where there were too many, count nothing and return the seconds to wait."""
        now = time.time() if at is None else at
        with _alone(self._key(who)) as alone:
            if not alone:  # very many at once are too many
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
        """When ``who`` came lately, the oldest first."""
        tries: list[float] = cache.get(self._key(who), [])
        return [each for each in tries if each > now - self.seconds]

    def _wait(self, tries: list[float], now: float) -> int:
        if len(tries) < self.most:
            return 0
        return max(1, math.ceil(tries[-self.most] + self.seconds - now))


@contextmanager
def _alone(key: str) -> Iterator[bool]:
    """Whether no other process counts for this key meanwhile: ``add`` lets only one in."""
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
    """The cache's ``KEY_FUNCTION``."""
    return salted_hmac("waymark.cache", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def client_address(request: HttpRequest) -> str:
    """Where the request comes from, as the outermost proxy that we trust has seen it (``TRUSTED_PROXIES``): what others
    wrote into X-Forwarded-For is not looked at. Of IPv6 the network, which is what one household is given."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
    return str(address)


# The answer --------------------------------------------------------------------------------------


def sentence(seconds: int) -> str:
    """When to try again, in words."""
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
    """429, with what was typed ready to be sent again; JSON for who sent or wants JSON."""
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
    """The same for programs: calendars, mail programs, providers of mail."""
    text = f"Too many requests. Try again in {seconds} seconds.\n"
    return again(HttpResponse(text, content_type="text/plain", status=429), seconds)


def again(response: HttpResponse, seconds: int) -> HttpResponse:
    """The answer with the time after which to come again."""
    response["Retry-After"] = str(seconds)
    add_never_cache_headers(response)
    return response


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form held, to be sent once more: without passwords, which no page gives back."""
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]


def handler429(request: HttpRequest) -> HttpResponse:
    """What allauth shows when one of its own limits is reached."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return too_many(request, _WAITS.get(name or "", 60))
