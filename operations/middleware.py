"""One log line for each request, and an id that finds all lines of a request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from operations.log_context import request_id, telling

log = logging.getLogger("waymark.request")

HEADER = "X-Request-ID"
#: Requested all the time by machines.
QUIET = frozenset({"health/live", "health/ready", "metrics"})


class RequestLogMiddleware:
    """Log the route, not the path, so that it contains no token, number or text of a patient."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        number = request_id(request.headers.get(HEADER, ""))
        with telling(request_id=number):
            response = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else ""
            log.log(
                logging.DEBUG if route in QUIET else logging.INFO,
                "request",
                extra={
                    "method": request.method if request.method in _METHODS else "other",
                    "route": route,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - began) * 1000, 1),
                },
            )
        response[HEADER] = number
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
