"""Set the language and the time zone of each request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class LanguageAndZoneMiddleware:
    """Use signed-in users' own language, and show every moment in their own time zone.

    Others get the language that their browser asks for (``LocaleMiddleware``, which runs before).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The session alone tells whether a user is signed in; loading the user would cost every
        # other page a query.
        if request.session.has_key("_auth_user_id") and request.user.is_authenticated:
            user = request.user
            with timezone.override(user.zone), translation.override(user.spoken_language):
                response = self.get_response(request)
                response.headers.setdefault("Content-Language", translation.get_language())
                return response
        return self.get_response(request)
