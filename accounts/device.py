"""What a browser may store, and for whom: the app on a phone stores pages and unsent walks, for one person at a
time."""

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
    """Return a name under which a browser stores a person's data; it does not reveal who that is.

    It does not depend on SECRET_KEY: a changed key would strand walks that a phone has not sent yet.
    """
    return hashlib.sha256(f"waymark.device|{pk}".encode()).hexdigest()[:20]


class DeviceMiddleware:
    """Tell the service worker whose page this is, and the browser to delete everything at sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.session.get(_SIGNED_IN)
        response = self.get_response(request)
        after = request.session.get(_SIGNED_IN)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers[PERSON] = person_key(after) if after else NOBODY
        # Only when a user signs out, after a question: not when a session ends by itself, as unsent walks then wait for
        # the same user to sign in again.
        if before and not after and request.path == reverse("account_logout"):
            # IndexedDB, caches, the service worker and storage; scripts do the same for browsers that do not support
            # it.
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
