"""What a page costs that does nothing but know who asks."""

from random import Random

from django.http import HttpRequest, HttpResponse

_RANDOM = Random(1)
_WORDS = ["".join(_RANDOM.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(400)]
#: Words, so that it takes as long to compress as pages do.
PAGE = ("<!doctype html><title>floor</title>" + " ".join(_RANDOM.choices(_WORDS, k=4000)))[:20_000]


def floor(request: HttpRequest) -> HttpResponse:
    """Loads the session and the user, and returns 20 kB."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return HttpResponse(PAGE)
