"""A clinic, its patient and the local clock, for the pages that ask questions: all made by the use cases."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
import zipfile
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import time_machine
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client

from accounts.models import Clinic, Role, User
from tests.factories import FIT
from walking.care.enrol import CONSENT_VERSION, accept, invite
from walking.models import Invitation, Plan
from walking.programme.settings import Programme

ZONE = "Australia/Sydney"
START = dt.date(2026, 3, 2)  # a Monday
EMAIL = "rosa.marin@example.org"


def local(day: dt.date, hour: int = 12, minute: int = 0, zone: str = ZONE) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZoneInfo(zone)).astimezone(dt.UTC)


def on_day(number: int, hour: int = 12, minute: int = 0) -> time_machine.travel:
    """The clock at an hour of a day of the plan, 1 being its first."""
    return time_machine.travel(
        local(START + dt.timedelta(days=number - 1), hour, minute), tick=False
    )


def make_physio(clinic_name: str = "Harbour Physio") -> User:
    clinic = Clinic.objects.create(
        name=clinic_name, timezone=ZONE, phone="02 5550 0100", emergency_number="000"
    )
    return User.objects.create_user(
        f"physio@{clinic_name.split()[0].lower()}.example",
        "a long pass phrase",
        name="Mia Chen",
        role=Role.PHYSIOTHERAPIST,
        clinic=clinic,
        is_staff=True,
        timezone=ZONE,
    )


def make_invitation(
    physio: User | None = None,
    email: str = EMAIL,
    message: str = "",
    at: dt.datetime | None = None,
) -> Invitation:
    return invite(
        by=physio or make_physio(),
        email=email,
        name="Rosa Marin",
        programme=Programme(),
        screened=FIT,
        message=message,
        at=at or local(START - dt.timedelta(days=1)),
    )


def make_plan(
    invitation: Invitation | None = None, start: dt.date = START, at: dt.datetime | None = None
) -> Plan:
    return accept(
        invitation or make_invitation(at=at),
        name="Rosa Marin",
        password="three plain words",
        timezone=ZONE,
        start=start,
        red_flags=[],
        consent_version=CONSENT_VERSION,
        at=at or local(START, 9),
    )


def signed_in(plan: Plan, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(plan.patient, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def just_signed_in(client: Client) -> Client:
    """As if the password had been asked for a moment ago."""
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return client


def my_data(client: Client) -> dict[str, Any]:
    """What the download of one's own data holds."""
    response = just_signed_in(client).get("/settings/my-data.zip")
    assert response.status_code == 200
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        data: dict[str, Any] = json.loads(file.read("my-data.json"))
    return data


def path_of(url: str) -> str:
    """A link of a mail as the test client takes it."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response: HttpResponse) -> str:
    """What a page says, in one line."""
    main = soup(response).find("main") or soup(response)
    return " ".join(main.get_text(" ").split())


def tampered(path: str) -> str:
    """The same link with one character of its signature changed."""
    position = path.rstrip("/").rfind(".") + 5
    other = "A" if path[position] != "A" else "B"
    return path[:position] + other + path[position + 1 :]


def assert_private(response: HttpResponse) -> None:
    """Kept by no cache, told to no other site, found by no search engine, and nobody is signed in."""
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert "noindex" in response["X-Robots-Tag"]
    assert "sessionid" not in response.cookies
