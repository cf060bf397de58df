"""A plan with a history, made by the use cases, for the pages that show one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.patient.people import START, ZONE, local, make_invitation, make_physio
from walking.care.check_in import check_in
from walking.care.diary import log_walk
from walking.care.enrol import CONSENT_VERSION, accept
from walking.care.reviews import review_due_plans
from walking.models import CheckIn, Plan, Walk
from walking.programme import facts
from walking.programme.red_flags import RedFlag


def make_plan(
    start: dt.date = START, clinic: str = "Harbour Physio", red_flags: Sequence[RedFlag] = ()
) -> Plan:
    """A plan accepted on the morning of ``START``."""
    email = f"rosa@{clinic.split()[0].lower()}.example"
    return accept(
        make_invitation(make_physio(clinic), email),
        name="Rosa Marin",
        password="three plain words",
        timezone=ZONE,
        start=start,
        red_flags=red_flags,
        consent_version=CONSENT_VERSION,
        at=local(START, 9),
    )


def moment(number: int, hour: int = 12) -> dt.datetime:
    """An hour of a day of the plan, 1 being its first."""
    return local(START + dt.timedelta(days=number - 1), hour)


def signed_in(plan: Plan) -> Client:
    client = Client()
    client.force_login(plan.patient)
    return client


def walk_on(plan: Plan, number: int, minutes: int = 10, **more: object) -> Walk:
    """A walk on a day of the plan, entered that evening."""
    day = START + dt.timedelta(days=number - 1)
    return log_walk(plan, day=day, minutes=minutes, by=plan.patient, at=moment(number, 20), **more)


def live(plan: Plan, weeks: int) -> Plan:
    """So many good weeks: every walk done, every check-in answered, every week reviewed by the clock."""
    for _week in range(weeks):
        plan.refresh_from_db()
        running = plan.weeks.get(number=plan.week_number)
        first = (running.starts - START).days + 1
        for offset in range(running.days):
            walk_on(plan, first + offset, running.minutes, pain=2)
        check_in(
            plan,
            week_number=running.number,
            answers=facts.CheckIn(pain=2, confidence=8, red_flags=()),
            via=CheckIn.Via.APP,
            by=plan.patient,
            at=moment(first + 6, 18),
        )
        review_due_plans(moment(first + 7, 5))
    plan.refresh_from_db()
    return plan


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(response: HttpResponse) -> str:
    """What the page says, spaces made even."""
    return " ".join(soup(response).get_text(" ").split())


def form_of(response: HttpResponse, action: str = "") -> dict[str, str]:
    """The fields of the page's form as the browser would send them untouched."""
    forms = soup(response).find_all("form", method="post")
    form = next(each for each in forms if each.get("action", "").startswith(action))
    data = {}
    for box in form.find_all(["input", "select", "textarea"]):
        if box.name == "select":
            chosen = box.find("option", selected=True) or box.find("option")
            data[box["name"]] = chosen["value"] if chosen else ""
        elif box.get("type") not in {"radio", "checkbox"} or box.has_attr("checked"):
            data[box["name"]] = box.get("value", "on" if box.get("type") == "checkbox" else "")
    data.pop("csrfmiddlewaretoken", None)
    return data


def new_id() -> str:
    return str(uuid.uuid4())


@contextmanager
def at_most(number: int) -> Iterator[None]:
    """The page asks the database at most so often."""
    with CaptureQueriesContext(connection) as found:
        yield
    listed = "\n".join(query["sql"] for query in found.captured_queries)
    assert len(found) <= number, f"{len(found)} queries:\n{listed}"
