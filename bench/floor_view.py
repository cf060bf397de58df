"""What a page costs that does nothing but know who asks."""

from django.http import HttpRequest, HttpResponse

PAGE = b"<!doctype html><title>floor</title>" + b"x" * 20_000


def floor(request: HttpRequest) -> HttpResponse:
    """Loads the session and the user, and returns 20 kB."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return HttpResponse(PAGE)
