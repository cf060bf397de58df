"""Doors for programs: a request that carries a personal access token (RFC 6750), and no session.

A page decorated with ``bearer`` takes no cookie for anything, so that no other web site can use somebody's; that is why
it needs no CSRF token.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.limits import Limit, again, client_address, sentence
from accounts.models import AccessToken
from accounts.tokens import allows, find, used

#: Requests with one token: far above a phone that sends each walk, or a program that reads a record page by page.
USES: Final = Limit("token", 120, 60)
#: Tokens that open nothing, by address: somebody tries some out.
WRONG: Final = Limit("wrong token", 30, 600)

_HEADER: Final = re.compile(r"bearer +([!-~]{1,200}) *", re.IGNORECASE)

type BearerView[**P] = Callable[Concatenate[HttpRequest, AccessToken, datetime, P], HttpResponse]
#: Makes the body of a refusal of: the status, RFC 6750's code (empty if no token came, ``too_many`` of ours) and a
#: sentence.
type Refusal = Callable[[int, str, str], HttpResponse]


def as_json(status: int, error: str, words: str) -> HttpResponse:
    return JsonResponse({"error": words, "code": error or "no_token"}, status=status)


def bearer[**P](
    scope: str | None, *, refusal: Refusal = as_json
) -> Callable[[BearerView[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """The view is given the token and the moment (aware), and speaks the language of the token's person.

    401 without a token that opens something, 403 if it may not do what ``scope`` names, 429 too often. With None the
    view itself asks ``lacks_scope``, where the scope depends on the address. No cache keeps what it answers.
    """

    def decorate(view: BearerView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = _answer(request, timezone.now(), *args, **kwargs)
            add_never_cache_headers(response)
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        def _answer(
            request: HttpRequest, at: datetime, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            address = client_address(request)
            if wait := WRONG.wait(address):
                return again(refusal(429, "too_many", sentence(wait)), wait)
            sent = _HEADER.fullmatch(request.headers.get("Authorization", ""))
            if sent is None:
                words = _("Send a token: “Authorization: Bearer”, a space, and the token.")
                return _challenge(refusal(401, "", words), "")
            token = find(sent[1], at)
            if token is None:
                WRONG.spend(address)
                words = _("This token opens nothing. It may have ended; make a new one.")
                return _challenge(refusal(401, "invalid_token", words), "invalid_token")
            if wait := USES.spend(token.pk):
                return again(refusal(429, "too_many", sentence(wait)), wait)
            used(token, at)
            with translation.override(token.user.spoken_language):
                if scope is not None and (refused := lacks_scope(token, scope, refusal=refusal)):
                    return refused
                return view(request, token, at, *args, **kwargs)

        return page

    return decorate


def lacks_scope(
    token: AccessToken, scope: str, *, refusal: Refusal = as_json
) -> HttpResponse | None:
    """403 with the scope that is missing, or None if it is there."""
    if allows(token, scope):
        return None
    words = _("This token may not do that. It needs: %(scope)s") % {"scope": scope}
    response = refusal(403, "insufficient_scope", words)
    return _challenge(response, "insufficient_scope", scope)


def _challenge(response: HttpResponse, error: str, scope: str = "") -> HttpResponse:
    parts = ['realm="Waymark"']
    parts += [f'error="{error}"'] if error else []
    parts += [f'scope="{scope}"'] if scope else []
    response["WWW-Authenticate"] = "Bearer " + ", ".join(parts)
    return response
