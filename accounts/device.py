"""What a browser may keep, and for whom: the app on a phone keeps pages and unsent walks, for one person at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

_SIGNED_IN = "_auth_user_id"
NOBODY = "nobody"
PERSON = "Waymark-Person"


@lru_cache(maxsize=4096)
def person_key(pk: object) -> str:
    """A name for a person that a browser keeps things under; it does not say who that is.

    No key is in it: one that is changed would strand the walks that a phone has not sent yet.
    """
    return hashlib.sha256(f"waymark.device|{pk}".encode()).hexdigest()[:20]


class DeviceMiddleware:
    """Tells the service worker whose page it was given, and the browser to forget everything at sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.session.get(_SIGNED_IN)
        response = self.get_response(request)
        after = request.session.get(_SIGNED_IN)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers[PERSON] = person_key(after) if after else NOBODY
        # Only when somebody signs out, and is asked first: not when a session ends by itself, as walks that were not
        # sent yet wait for the same person to sign in again.
        if before and not after and request.path == reverse("account_logout"):
            # IndexedDB, caches, the worker and the storages; scripts do the same for browsers that do not know it.
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
