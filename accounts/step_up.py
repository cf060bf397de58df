"""Showing once more that it is you, before what would harm most if somebody else sat at your desk."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest, HttpResponse


def reauthenticated[**P](
    view: Callable[P, HttpResponse], *, look: bool = True
) -> Callable[P, HttpResponse]:
    """A page that does what it is sent only for somebody who gave the password, or the second factor, in the last
    minutes; what was sent is done once they have. ``look`` False asks before showing it too: an export."""

    def asked(request: HttpRequest) -> bool:
        return bool(settings.STAFF_STEP_UP)

    answer: Callable[P, HttpResponse] = reauthentication_required(
        view, allow_get=look, enabled=asked
    )
    return answer
