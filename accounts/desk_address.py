"""Where the desk is: at an address of its own (``ADMIN_URL``), and from the clinic's own networks only
(``ADMIN_ALLOWED_IPS``), where these are set."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

#: What the desk's own host has beside the desk: signing in, and what pages are made of.
_SHARED: Final = ("/accounts/", "/clinic/", "/health/", "/metrics")


class DeskAddressMiddleware:
    """Answer everybody else as if there were no desk here; and where the desk has its own host, as if that had nothing
    else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # What the router reads. ``request.path`` may start with a prefix that the server took from a header.
        path = request.path_info
        at_desk = _is_desk(path)
        if at_desk and settings.ADMIN_ALLOWED_IPS and not _comes_from_within(request):
            raise Http404
        if settings.ADMIN_URL and at_desk != _is_desks_own(request):
            if at_desk:
                raise Http404
            if path == "/":
                return redirect("admin:index")
            if not path.startswith((*_SHARED, settings.STATIC_URL)):
                raise Http404
        return self.get_response(request)


def desk_url(path: str = "") -> str:
    """The full address of the desk, or of a path of it such as ``/admin/walking/plan/``."""
    return f"{settings.ADMIN_URL or settings.SITE_URL}{path or reverse('admin:index')}"


def to_desk(request: HttpRequest) -> HttpResponse:
    """For staff on a patient's page: on to the desk, or to words that say where it is. Not sent there at once, because
    they have still to sign in there, and a form may lead to no other host (Content-Security-Policy)."""
    if settings.ADMIN_URL:
        return render(request, "account/desk_elsewhere.html", {"desk": desk_url()})
    return redirect("admin:index")


def _is_desk(path: str) -> bool:
    try:
        return resolve(path).app_names[:1] == ["admin"]
    except Resolver404:
        return False


def _is_desks_own(request: HttpRequest) -> bool:
    return bool(request.get_host() == urlsplit(settings.ADMIN_URL).netloc)


def _comes_from_within(request: HttpRequest) -> bool:
    """By the address that the outermost trusted proxy saw (``TRUSTED_PROXIES``); one that cannot be read is outside."""
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (ValueError, PermissionDenied):
        return False
    # A server that listens on IPv6 sees IPv4 in its coat.
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.ADMIN_ALLOWED_IPS)
