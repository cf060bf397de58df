"""No header of a request changes which page it is for: the rules about addresses read what the router reads."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.desk_address import DeskAddressMiddleware
from config.environment import networks
from tests.people import make_physio, signed_in

pytestmark = pytest.mark.django_db

#: What a server makes of the header ``SCRIPT_NAME``, and the address as the browser sent it.
PREFIXES = ["/a b", "/A", "/accounts", "/health", "/static", "/admin"]
OUTSIDE = {"REMOTE_ADDR": "203.0.113.1"}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("page", ["/admin/", "/admin/login/", "/admin/walking/plan/"])
def test_the_desk_stays_closed_to_other_networks(prefix: str, page: str, settings: Any) -> None:
    settings.ADMIN_ALLOWED_IPS = networks(["192.0.2.0/24"])
    for client in (Client(), signed_in(make_physio())):
        for method in (client.get, client.post):
            answer = method(page, SCRIPT_NAME=prefix, **OUTSIDE)
            assert answer.status_code == 404


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_desk_stays_at_its_own_host(prefix: str, settings: Any) -> None:
    settings.ADMIN_URL = "https://desk.clinic.example"
    settings.ALLOWED_HOSTS = ["testserver", "desk.clinic.example"]
    client = signed_in(make_physio())
    assert client.get("/admin/", SCRIPT_NAME=prefix).status_code == 404
    desk = {"HTTP_HOST": "desk.clinic.example", "SCRIPT_NAME": prefix}
    assert client.get("/today/", **desk).status_code == 404
    assert client.get("/admin/walking/plan/", **desk).status_code == 200


@pytest.mark.parametrize("prefix", ["/a b", "/health"])
@pytest.mark.parametrize("page", ["/admin/", "/today/"])
def test_the_middleware_alone_reads_what_the_router_reads(
    prefix: str, page: str, settings: Any
) -> None:
    """Also where ``request.path`` has a prefix, as under a server that Django was told to believe."""
    settings.FORCE_SCRIPT_NAME = None
    settings.ADMIN_ALLOWED_IPS = networks(["192.0.2.0/24"])
    request = RequestFactory().get(page, SCRIPT_NAME=prefix, **OUTSIDE)
    assert request.path != request.path_info
    reached: list[HttpRequest] = []

    def app(request: HttpRequest) -> HttpResponse:
        reached.append(request)
        return HttpResponse()

    if page == "/admin/":
        with pytest.raises(Http404):
            DeskAddressMiddleware(app)(request)
        assert not reached
    else:
        DeskAddressMiddleware(app)(request)
        assert reached


def test_everything_else_is_sent_to_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/accounts/login/", SCRIPT_NAME="/health").status_code == 301
    assert Client().get("/health/live").status_code == 200


def test_links_do_not_carry_a_strangers_prefix() -> None:
    answer = Client().get("/today/", SCRIPT_NAME="/%41")
    assert answer["Location"] == "/accounts/login/?next=/today/"
    assert b"/%" not in Client().get("/accounts/login/", SCRIPT_NAME="/%41").content


def test_an_asgi_server_is_not_believed_either(settings: Any) -> None:
    from config.asgi import application

    settings.ADMIN_ALLOWED_IPS = networks(["192.0.2.0/24"])
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/a b/admin/login/",
        "raw_path": b"/a%20b/admin/login/",
        "root_path": "/a b",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "client": ("203.0.113.1", 1),
        "server": ("testserver", 80),
    }
    sent: list[dict[str, Any]] = []

    body = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    assert sent[0]["status"] == 404
