"""Ask users to confirm their identity again before actions that could do most harm on an unattended computer."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def reauthenticated[**P, R: HttpResponseBase](
    view: Callable[P, R], *, look: bool = True
) -> Callable[P, R]:
    """Decorate a page that accepts a POST only if the user gave the password, or the second factor, in the last
    minutes; after confirming, the POST is done. ``look`` False asks before showing the page too: for an export."""

    def asked(request: HttpRequest) -> bool:
        return bool(settings.STAFF_STEP_UP)

    answer: Callable[P, R] = reauthentication_required(view, allow_get=look, enabled=asked)
    return answer
