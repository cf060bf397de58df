"""Access for programs: requests that carry a personal access token (RFC 6750), and no session.

A page decorated with ``bearer`` ignores cookies, so other web sites cannot act in a user's name; that is why it needs
no CSRF token.
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

#: Requests with one token: far more than a phone that sends each walk, or a program that reads a record page by page.
USES: Final = Limit("token", 120, 60)
#: Invalid tokens, by address: someone is guessing.
WRONG: Final = Limit("wrong token", 30, 600)

_HEADER: Final = re.compile(r"bearer +([!-~]{1,200}) *", re.IGNORECASE)

type BearerView[**P] = Callable[Concatenate[HttpRequest, AccessToken, datetime, P], HttpResponse]
#: Makes the body of a refusal from the status, RFC 6750's code (empty if no token was sent; ``too_many`` is ours) and
#: a sentence.
type Refusal = Callable[[int, str, str], HttpResponse]


def as_json(status: int, error: str, words: str) -> HttpResponse:
    return JsonResponse({"error": words, "code": error or "no_token"}, status=status)


def bearer[**P](
    scope: str | None, *, refusal: Refusal = as_json
) -> Callable[[BearerView[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Decorate a view to receive the token and the moment (aware), and to use the language of the token's owner.

    Answers 401 without a valid token, 403 if the token lacks ``scope``, 429 if used too often. With ``scope`` None the
    view itself calls ``lacks_scope``, as the scope depends on the address. Answers are never cached.
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
    """Return a 403 response naming the missing scope, or None if the token has it."""
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
