"""Requests that another site makes a browser send, and addresses that would lead a person away from here."""

from __future__ import annotations

import re
import time
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests.desk.desk import Desk, make_desk
from tests.people import PASSWORD, signed_in
from tests.responses import path_of
from tests.security.crawl import every_path, state
from walking.mail.links import check_in_url, invitation_url, leaving_url, preferences_url
from walking.programme.red_flags import RED_FLAG_CODES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: One-click unsubscribing comes from mail programs, which know no token (RFC 8058); the signed link is the proof. Walks
#: come from programs with an access token of their own, and no cookie is looked at. /fhir/ takes nothing in, and
#: says so to programs in their own way.
READ_ONLY = {
    "fhir/", "fhir/metadata", "fhir/Patient/<str:name>/$everything", "fhir/<str:kind>/<str:name>",
    "fhir/<str:kind>", "fhir/<path:rest>", "fhir/.well-known/<path:rest>",
}  # fmt: skip
EXEMPT = {"m/<token>/", "api/walks/", *READ_ONLY}
#: Looks at the size of a file before it reads what is sent, and at the token then; below it is tried like all others.
LATER = {"settings/import/"}
AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "\t//evil.example/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "javascript:alert(1)//evil.example",
)
NAMES = ("next", "url", "to", "redirect", "redirect_to", "return", "return_to", "back", "continue", "goto")  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    return make_desk("badger")


def patterns(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            found += patterns(each, route)
        else:
            found.append((route, each))
    return found


# Cross-site requests -----------------------------------------------------------------------------


def test_nothing_but_one_click_is_without_the_check() -> None:
    every = patterns(get_resolver())
    free = {route for route, each in every if getattr(each.callback, "csrf_exempt", False)}
    assert {route for route in free if not route.startswith("anymail/")} == EXEMPT | LATER
    assert len(every) > 120


@pytest.mark.parametrize("role", ["patient", "manager"])
def test_no_form_of_another_site_changes_anything(desk: Desk, role: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login({"patient": desk.plan.patient, "manager": desk.manager}[role])
    before, tried = state(desk), 0
    evil = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    paths = sorted(set(every_path(desk)))
    if role == "manager":
        paths = [path for path in paths if path.startswith(("/admin/", "/accounts/"))]
    for path in paths:
        if path.startswith("/m/"):  # EXEMPT; see below
            continue
        if path.startswith("/api/"):  # a cookie opens nothing there, only a token
            assert client.post(path).status_code == 401
            continue
        if path.startswith("/fhir/"):
            assert client.post(path).status_code == 405
            continue
        for headers in ({}, evil):
            response = client.post(path, headers=headers)
            tried += 1
            assert response.status_code == 403, (path, response.status_code)
    assert state(desk) == before
    print(f"{role}: {tried} requests, none got through")
    assert tried > 100


def test_links_are_protected_as_well(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    before = state(desk)
    for url in (
        check_in_url(desk.plan, desk.plan.week_number),
        invitation_url(desk.invitation),
        preferences_url(desk.plan.patient),
        leaving_url(desk.plan.patient, 1),
    ):
        assert client.post(path_of(url), {"pain": "1"}).status_code == 403
    assert state(desk) == before


def test_opening_any_address_changes_nothing(desk: Desk) -> None:
    """A picture on another site can make a browser open an address, with its cookies if it is a whole page."""
    client, before = signed_in(desk.plan.patient), state(desk)
    kept = ("plan", "clinic", "staff", "walks", "check_ins")
    for path in sorted(set(every_path(desk))):
        if not path.startswith("/admin/"):
            client.get(path)
    after = state(desk)
    assert {name: after.get(name) for name in kept} == {name: before.get(name) for name in kept}


# Open redirects ----------------------------------------------------------------------------------


def leads_away(path: str, location: str) -> bool:
    target = urlsplit(urljoin(f"http://testserver{path}", location.replace("\\", "/").strip()))
    return target.scheme not in {"http", "https"} or target.hostname != "testserver"


def test_no_address_leads_away(desk: Desk) -> None:
    tried = 0
    paths = sorted(set(every_path(desk)))
    clients = (Client(), signed_in(desk.plan.patient), signed_in(desk.manager))
    for number, path in enumerate(paths):
        # Each address with one of the addresses elsewhere; together those are all tried many times.
        query = dict.fromkeys(NAMES, AWAY[number % len(AWAY)])
        response = clients[number % len(clients)].get(path, query)
        tried += len(NAMES)
        if location := response.headers.get("Location"):
            assert not leads_away(path, location), (path, location)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            said = response.content.decode()
            assert not re.search(r"""(href|action|src)="[^"?#]*evil\.example""", said), path
    print(f"{tried} tries, none got through")
    assert tried > 1000


@pytest.mark.parametrize("away", AWAY)
def test_no_form_of_signing_in_or_out_leads_away(desk: Desk, away: str) -> None:
    user = desk.plan.patient
    user.set_password(PASSWORD)
    user.save()
    by_password = {"login": user.email, "password": PASSWORD, "next": away}
    client = Client()
    answers = [client.post(f"/accounts/login/?next={away}", by_password)]
    assert "_auth_user_id" in client.session
    answers += [
        client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": away}),
        client.post("/diary/add/", {"minutes": "10", "day": "2020-01-01", "next": away}),
        client.post("/accounts/password/change/", {"next": away}),
        client.post("/accounts/logout/", {"next": away}),
    ]
    client = Client()
    client.post("/accounts/login/code/", {"email": user.email, "next": away})
    code = [
        line for line in mail.outbox[-1].body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line)
    ]
    answers.append(client.post("/accounts/login/code/confirm/", {"code": code[0], "next": away}))
    assert "_auth_user_id" in client.session
    for response in answers:
        if location := response.headers.get("Location"):
            assert not leads_away("/", location), location


# Sessions ----------------------------------------------------------------------------------------


def planted() -> tuple[Client, str]:
    """A browser that was given a session of somebody else's choosing before its owner signs in."""
    client = Client()
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client, session.session_key


@pytest.mark.parametrize("way", ["password", "code", "invitation"])
def test_a_planted_session_is_not_the_one_that_signs_in(desk: Desk, way: str) -> None:
    user = desk.plan.patient
    user.set_password(PASSWORD)
    user.save()
    client, key = planted()
    if way == "password":
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    elif way == "code":
        client.post("/accounts/login/code/", {"email": user.email})
        code = re.search(r"^([A-Z0-9-]{6,9})$", mail.outbox[-1].body, re.MULTILINE)
        assert code
        client.post("/accounts/login/code/confirm/", {"code": code[1]})
    else:
        taken = {f"flag_{code}": "no" for code in RED_FLAG_CODES} | {
            "name": "Ivy",
            "password": "three plain words",
            "timezone": "UTC",
            "start": timezone.now().date().isoformat(),
            "check_in_time": "18:00",
            "consent": "on",
        }
        client.post(path_of(invitation_url(desk.invitation)), taken)
    assert client.session["_auth_user_id"]
    assert client.session.session_key != key
    other = Client()
    other.cookies["sessionid"] = key
    assert "_auth_user_id" not in other.session


def test_signing_out_ends_the_session_itself(desk: Desk) -> None:
    client = signed_in(desk.plan.patient)
    copied = Client()
    copied.cookies["sessionid"] = client.session.session_key
    assert copied.get("/today/").status_code == 200
    client.post("/accounts/logout/")
    assert copied.get("/today/").status_code == 302


def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    user = desk.plan.patient
    user.set_password(PASSWORD)
    user.save()
    client, thief = signed_in(user), signed_in(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    new = {
        "oldpassword": PASSWORD,
        "password1": "quite another phrase",
        "password2": "quite another phrase",
    }
    client.post("/accounts/password/change/", new)
    assert thief.get("/today/").status_code == 302
