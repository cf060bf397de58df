"""One week of one plan, through the public interfaces of a running Waymark: only HTTP and SMTP.

The only exception is what an operator does once: creating a clinic and its physiotherapist.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from tests.services import PATIENCE, SmtpSink, links_in, wait_until

PHYSIO, PATIENT = "ruth@riverbend.example", "anna@patient.example"
PASSWORD = "seven quiet lanes at dawn"
DOSE = r"\b{minutes}\b.{{0,80}}\b{days}\b"

CLINIC = f"""
from accounts.models import Clinic, Role, User
from allauth.account.models import EmailAddress
clinic = Clinic.objects.create(name="Riverbend Clinic", timezone="UTC", phone="02 5550 0100")
physio = User.objects.create_user(
    "{PHYSIO}", "{PASSWORD}", name="Ruth Adler", role=Role.PHYSIOTHERAPIST, clinic=clinic, is_staff=True
)
EmailAddress.objects.create(user=physio, email=physio.email, verified=True, primary=True)
"""


class Running(Protocol):
    """Waymark at an address, on a clock that can be moved."""

    @property
    def url(self) -> str: ...

    @property
    def smtp(self) -> SmtpSink: ...

    def move_to(self, moment: datetime) -> None: ...

    def shell(self, code: str) -> Any: ...


class Visitor:
    """A user with a browser without JavaScript: follows links, fills in forms, keeps cookies."""

    def __init__(self, base: str, verify: bool | str = True) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.verify = verify
        # The environment could name another certificate authority, which requests would use first.
        self.session.trust_env = False
        self.page = BeautifulSoup("", "lxml")
        self.address = base

    @property
    def text(self) -> str:
        """Return the text of the page, in one line."""
        return " ".join((self.page.find("main") or self.page).get_text(" ").split())

    def open(self, address: str, status: int = 200) -> None:
        self._arrived(self.session.get(urljoin(self.base, address), timeout=PATIENCE), status)

    def submit(self, status: int = 200, /, **answers: Any) -> None:
        """Fill in and send the form of this page that has all these fields; the rest stays as it is."""
        form = next(
            (
                form
                for form in self.page.find_all("form")
                if answers.keys() <= {_attribute(field, "name") for field in form.find_all(True)}
            ),
            None,
        )
        if form is None:
            raise AssertionError(
                f"no form with {', '.join(answers)} at {self.address}: {self.text}"
            )
        response = self.session.post(
            urljoin(self.address, str(form.get("action") or "")),
            data=_filled_in(form) | answers,
            headers={"Referer": self.address},
            timeout=PATIENCE,
        )
        self._arrived(response, status)

    def _arrived(self, response: requests.Response, status: int) -> None:
        self.page = BeautifulSoup(response.text, "lxml")
        self.address = response.url
        if response.status_code != status:
            raise AssertionError(f"{response.url} answered {response.status_code}: {self.text}")

    def sees(self, pattern: str) -> None:
        if not re.search(pattern, self.text, re.IGNORECASE):
            raise AssertionError(f"no {pattern!r} at {self.address}: {self.text}")


def _attribute(field: Tag, name: str) -> str:
    return str(field.get(name) or "")


def _filled_in(form: Tag) -> dict[str, Any]:
    """Return what a browser would send without changes."""
    values: dict[str, Any] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = _attribute(field, "name"), _attribute(field, "type")
        if not name or kind in {"submit", "button", "image", "file"}:
            continue
        if field.name == "select":
            chosen = field.find_all("option", selected=True) or field.find_all("option")[:1]
            values[name] = [option.get("value", option.get_text()) for option in chosen]
        elif kind in {"radio", "checkbox"}:
            if field.has_attr("checked"):
                values.setdefault(name, []).append(field.get("value", "on"))
        else:
            values[name] = field.get_text() if field.name == "textarea" else field.get("value", "")
    return values


def _mailed(running: Running, pattern: str) -> str:
    """Return the link of this kind that the patient was emailed, once it has arrived."""
    return wait_until(
        lambda: [
            link for message in running.smtp.find(to=PATIENT) for link in links_in(message, pattern)
        ],
        what=f"a mail with a link {pattern}",
    )[0]


def walk_one_week(running: Running, verify: bool | str = True) -> None:
    """Go from the invitation to the second week: 10 minutes on 3 days become 10 on 4. Starts on 2 March 2026."""
    running.move_to(datetime(2026, 3, 2, 9, tzinfo=UTC))
    running.shell(CLINIC)

    physio = Visitor(running.url, verify)
    physio.open("/admin/")
    physio.submit(login=PHYSIO, password=PASSWORD)
    physio.open("/admin/walking/invitation/add/")
    screening = {"adult": "on", "no_red_flag": "on", "safe_to_walk": "on", "recovered": "on"}
    physio.submit(name="Anna Berg", email=PATIENT, comfortable_minutes="20", **screening)

    patient = Visitor(running.url, verify)
    patient.open(_mailed(running, "/i/"))
    questions = {
        _attribute(field, "name"): "no"
        for field in patient.page.find_all("input", type="radio", value="no")
    }
    patient.submit(password=PASSWORD, consent="on", **questions)
    patient.sees(DOSE.format(minutes=10, days=3))
    running.smtp.wait_for(to=PATIENT, count=2)

    for day in (2, 4, 6):
        running.move_to(datetime(2026, 3, day, 18, tzinfo=UTC))
        patient.open("/today/")
        patient.submit(minutes="10", pain="1")
    patient.open("/diary/")
    patient.sees(r"10\b.*10\b.*10\b")

    running.move_to(datetime(2026, 3, 8, 17, 1, tzinfo=UTC))
    bearer = Visitor(running.url, verify)  # has the email, and has not signed in
    bearer.open(_mailed(running, "/c/"))
    bearer.submit(
        no_red_flags="on",
        flare_up="no",
        pain="1",
        difficulty="about_right",
        confidence="8",
        away="no",
    )
    bearer.sees(DOSE.format(minutes=10, days=4))

    running.move_to(datetime(2026, 3, 9, 7, 30, tzinfo=UTC))
    patient.open("/plan/")
    patient.sees(DOSE.format(minutes=10, days=4))
    patient.open("/today/")
    patient.sees(DOSE.format(minutes=10, days=4))
    physio.open("/admin/")
    physio.sees("Anna Berg")
    for message in running.smtp.find(to=PATIENT):
        if links_in(message, "/m/"):
            assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
