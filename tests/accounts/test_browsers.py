"""Where somebody is signed in is told in words that they know."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.browsers import in_words
from tests.people import make_patient

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"  # noqa: E501
ANDROID = "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"  # noqa: E501
SAMSUNG = "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"  # noqa: E501
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"  # noqa: E501
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15"  # noqa: E501


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (IPHONE, "Safari on an iPhone"),
        (ANDROID, "Chrome on an Android device"),
        (SAMSUNG, "Samsung Internet on an Android device"),
        (EDGE, "Edge on a Windows computer"),
        (FIREFOX, "Firefox on a Linux computer"),
        (MAC, "Safari on a Mac"),
        ("curl/8.9.1", "curl/8.9.1"),
        ("", "A program that does not name itself"),
    ],
)
def test_a_browser_has_a_name(line: str, words: str) -> None:
    assert in_words(line) == words


@pytest.mark.django_db
def test_the_page_of_sessions_says_which_device_it_is() -> None:
    patient = make_patient(password="three plain words")
    client = Client(headers={"User-Agent": IPHONE})
    client.post("/accounts/login/", {"login": patient.email, "password": "three plain words"})
    page = client.get("/accounts/sessions/").content.decode()
    assert "Safari on an iPhone" in page
    assert "Mozilla" not in page
