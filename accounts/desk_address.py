"""Where the staff pages are: on their own host (``ADMIN_URL``), and only from the clinic's own networks
(``ADMIN_ALLOWED_IPS``), if these are set."""

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

#: What the staff pages' own host serves in addition: signing in, and the resources of pages.
_SHARED: Final = ("/accounts/", "/clinic/", "/health/", "/metrics")


class DeskAddressMiddleware:
    """Answer everyone else as if there were no staff pages here; and if they have their own host, serve nothing else
    there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The path that the router reads. ``request.path`` may start with a prefix that the server took from a header.
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
    """Return the full address of the staff pages, or of a path there such as ``/admin/walking/plan/``."""
    return f"{settings.ADMIN_URL or settings.SITE_URL}{path or reverse('admin:index')}"


def to_desk(request: HttpRequest) -> HttpResponse:
    """Send staff on a patient's page to the staff pages. On another host, show a link instead of redirecting, because
    they still have to sign in there, and a form may not lead to another host (Content-Security-Policy)."""
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
    """Return whether the address seen by the outermost trusted proxy (``TRUSTED_PROXIES``) is allowed; unreadable:
    no."""
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (ValueError, PermissionDenied):
        return False
    # A server that listens on IPv6 sees an IPv4 address as an IPv4-mapped IPv6 address.
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.ADMIN_ALLOWED_IPS)
