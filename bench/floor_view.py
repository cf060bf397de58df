"""The cost of a page that only loads the session and the user."""

from random import Random

from django.http import HttpRequest, HttpResponse

_RANDOM = Random(1)
_WORDS = ["".join(_RANDOM.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(400)]
#: Words, so that it takes as long to compress as real pages.
PAGE = ("<!doctype html><title>floor</title>" + " ".join(_RANDOM.choices(_WORDS, k=4000)))[:20_000]


def floor(request: HttpRequest) -> HttpResponse:
    """Load the session and the user, and return 20 kB."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return HttpResponse(PAGE)
