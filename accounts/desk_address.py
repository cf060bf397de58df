"""From where the desk can be reached: from the clinic's own networks only, where ``ADMIN_ALLOWED_IPS`` names them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse


class DeskAddressMiddleware:
    """Answer everybody else as if there were no desk here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at_desk = request.path.startswith(reverse("admin:index"))
        if at_desk and settings.ADMIN_ALLOWED_IPS and not _comes_from_within(request):
            raise Http404
        return self.get_response(request)


def _comes_from_within(request: HttpRequest) -> bool:
    """By the address that the outermost trusted proxy saw (``TRUSTED_PROXIES``); one that cannot be read is outside."""
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (ValueError, PermissionDenied):
        return False
    # A server that listens on IPv6 sees IPv4 in its coat.
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.ADMIN_ALLOWED_IPS)
