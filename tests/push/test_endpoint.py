"""Where the app may post to: a browser names the address, so everything inside is refused."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest
from requests.exceptions import ConnectionError, InvalidSchema

from tests.push.service import Browser
from walking.push.endpoint import check_subscription
from walking.push.session import NotPublic, PushSession

GOOD = "https://push.example.com/send/abc"


def check(endpoint: str = GOOD, **keys: str) -> None:
    check_subscription(endpoint, **(Browser().keys | keys))


@pytest.mark.parametrize(
    "endpoint",
    [
        GOOD,
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com:443/wpush/v2/x",
        "https://web.push.apple.com/QGx",
    ],
)
def test_it_takes_what_browsers_give(endpoint: str) -> None:
    check(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/abc",
        "https://127.0.0.1/abc",
        "https://10.0.0.8/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/abc",
        "https://[::ffff:10.0.0.8]/abc",
        "https://224.0.0.1/abc",
        "https://localhost/abc",
        "https://redis:6379/abc",
        "https://db/abc",
        "https://printer.local/abc",
        "https://metadata.google.internal/abc",
        "https://push.example.com:8443/abc",
        "https://me:secret@push.example.com/abc",
        "https://push.example.com/a\r\nb",
        "https://",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
        "https://push.example.com/" + "a" * 1000,
    ],
)
def test_it_refuses_what_leads_inside(endpoint: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are for nobody
        check(endpoint)


@pytest.mark.parametrize(
    "keys", [{"p256dh": "AAAA"}, {"p256dh": "no key!"}, {"auth": "AAAA"}, {"auth": "%%"}]
)
def test_it_refuses_keys_that_no_browser_made(keys: dict[str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        check(**keys)


@pytest.mark.slow
def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is public, its address is not: as when somebody's own name server says 127.0.0.1."""
    with socket.socket() as inside:
        inside.bind(("127.0.0.1", 0))
        inside.listen()
        inside.settimeout(1)
        port = inside.getsockname()[1]
        came: list[object] = []

        def accept() -> None:
            with suppress(TimeoutError):
                came.append(inside.accept())

        thread = threading.Thread(target=accept)
        thread.start()
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))],
        )
        with PushSession() as session, pytest.raises(NotPublic):
            session.post(GOOD, data=b"x", timeout=(1, 1))
        thread.join()
    assert not came


def test_plain_http_is_not_spoken() -> None:
    with PushSession() as session, pytest.raises(InvalidSchema):
        session.post("http://push.example.com/", data=b"x", timeout=(1, 1))


def test_a_name_that_is_not_there_may_be_there_later() -> None:
    with PushSession() as session, pytest.raises(ConnectionError):
        session.post("https://nowhere.invalid/", data=b"x", timeout=(1, 1))
