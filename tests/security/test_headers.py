"""What a browser is told with every answer, whoever asks for whatever address, and what its cookies are like."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from tests.config.test_environment import GOOD, ROOT
from tests.desk.desk import Desk, make_desk
from tests.people import PASSWORD, signed_in
from tests.responses import path_of
from tests.security.crawl import every_path
from tests.services import PATIENCE
from walking.mail.links import calendar_url, check_in_url, invitation_url, preferences_url
from walking.models import CalendarFeed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": POLICY,
}
#: Nothing of anybody is in them.
PUBLIC = ("/static/", "/sw.js", "/manifest.webmanifest", "/offline/", "/admin/jsi18n/", "/clinic/")


def problems(path: str, response: HttpResponse, *, private: bool) -> list[str]:
    """What is wrong with the headers of an answer."""
    found = [
        f"{path}: {name} is {response.headers.get(name)!r}"
        for name, wanted in ALWAYS.items()
        if response.headers.get(name) != wanted
    ]
    powers = response.headers.get("Permissions-Policy", "")
    if not {"camera=()", "geolocation=()", "microphone=()"} <= set(powers.split(", ")):
        found.append(f"{path}: Permissions-Policy is {powers!r}")
    kept = response.headers.get("Cache-Control", "")
    if private and not ("private" in kept and ("no-store" in kept or "no-cache" in kept)):
        found.append(f"{path}: Cache-Control is {kept!r}")
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/") and "utf-8" not in kind:
        found.append(f"{path}: Content-Type is {kind!r}")
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin"):
        if name in response.headers:
            found.append(f"{path}: tells {name}")
    for cookie in response.cookies.values():
        if (
            not cookie["httponly"]
            or cookie["samesite"] not in {"Lax", "Strict"}
            or cookie["domain"]
        ):
            found.append(f"{path}: cookie {cookie.OutputString()}")
    return found


def own_code(path: str, response: HttpResponse) -> list[str]:
    """Scripts and styles in a page itself: the policy has no nonce because nothing needs one."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    page = BeautifulSoup(response.content, "html.parser")
    found = [
        f"{path}: {str(script)[:80]}"
        for script in page.find_all("script")
        if not script.get("src") and script.get("type") != "application/json"
    ]
    found += [f"{path}: {str(style)[:80]}" for style in page.find_all("style")]
    return found + [
        f"{path}: {tag.name} {name}"
        for tag in page.find_all(True)
        for name in tag.attrs
        if name == "style" or name.startswith("on")
    ]


@pytest.fixture
def desk() -> Desk:
    return make_desk("badger")


@pytest.mark.database
@pytest.mark.parametrize("role", ["nobody", "patient", "manager"])
def test_every_address_says_what_a_browser_must_and_must_not_do(desk: Desk, role: str) -> None:
    users = {"patient": desk.plan.patient, "manager": desk.manager}
    client = signed_in(users[role]) if role in users else Client()
    paths = sorted(set(every_path(desk)))
    if role == "patient":  # who is turned away at the desk's door like everybody else
        paths = [path for path in paths if not path.startswith("/admin/")]
    found: list[str] = []
    for path in paths:
        private = role in users and not path.startswith(PUBLIC)
        response = client.get(path)
        found += problems(path, response, private=private) + own_code(path, response)
    assert not found, "\n".join(found[:20])
    print(f"{role}: {len(paths)} requests")
    assert len(paths) > 60


def test_links_feeds_and_files_say_it_too(desk: Desk, client: Client) -> None:
    feed = CalendarFeed.objects.create(plan=desk.plan, changed_at=timezone.now())
    links = [
        calendar_url(feed),
        check_in_url(desk.plan, desk.plan.week_number),
        invitation_url(desk.invitation),
        preferences_url(desk.plan.patient),
    ]
    found: list[str] = []
    for path in map(path_of, links):
        response = client.get(path)
        assert response.status_code == 200
        found += problems(path, response, private=True)
    assert not found, "\n".join(found)
    response = client.get("/static/css/waymark.css")
    assert b"".join(response.streaming_content)
    response.close()
    assert not problems("css", response, private=False)


def test_refusals_say_it_too(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(desk.plan.patient)
    with override_settings(ROOT_URLCONF="tests.patient.broken_urls"):
        broken = client.get("/broken/")
    answers = {
        500: broken,
        404: client.get("/nowhere/"),
        403: client.post("/diary/add/"),
        400: client.get("/today/", headers={"host": "evil.example"}),
        405: signed_in(desk.plan.patient).put("/diary/"),
    }
    for status, response in answers.items():
        assert response.status_code == status
        assert not problems(str(status), response, private=True)


def test_over_tls_cookies_and_transport_are_strict() -> None:
    wanted = (
        "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT "
        "SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS DEBUG"
    )
    code = f"import django; from django.conf import settings as s; print(*[getattr(s, n) for n in {wanted.split()}])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=GOOD | {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    said = "__Host-sessionid __Host-csrftoken True True True 31536000 True False"
    assert done.stdout.strip() == said


@override_settings(
    SESSION_COOKIE_NAME="__Host-sessionid", CSRF_COOKIE_NAME="__Host-csrftoken",
    SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True, SECURE_HSTS_SECONDS=31536000,
)  # fmt: skip
def test_signing_in_over_tls_sets_cookies_for_this_host_alone(desk: Desk) -> None:
    desk.physio.set_password(PASSWORD)
    desk.physio.save()
    client = Client()
    client.get("/accounts/login/", secure=True)
    sent = {"login": desk.physio.email, "password": PASSWORD}
    response = client.post("/accounts/login/", sent, secure=True)
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "__Host-sessionid" in response.cookies
    for cookie in response.cookies.values():
        assert cookie.key.startswith("__Host-")
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
