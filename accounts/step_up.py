"""Showing once more that it is you, before what would harm most if somebody else sat at your desk."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def reauthenticated[**P, R: HttpResponseBase](
    view: Callable[P, R], *, look: bool = True
) -> Callable[P, R]:
    """A page that does what it is sent only for somebody who gave the password, or the second factor, in the last
    minutes; what was sent is done once they have. ``look`` False asks before showing it too: an export."""

    def asked(request: HttpRequest) -> bool:
        return bool(settings.STAFF_STEP_UP)

    answer: Callable[P, R] = reauthentication_required(view, allow_get=look, enabled=asked)
    return answer
