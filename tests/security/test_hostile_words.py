"""Words that are code somewhere else stay words: in pages, mail, tables and calendars."""

from __future__ import annotations

import csv
import io
from email.utils import getaddresses

import pytest
from django.core import mail as sent
from django.utils import timezone

from accounts.models import Clinic, User
from tests.desk.desk import enrolled, week_walked
from tests.people import make_clinic, make_physio, signed_in
from tests.responses import path_of
from walking.care.plan import adjust, notes
from walking.desk.insight.reports.view import TABLES
from walking.mail.delivery import deliver_due
from walking.mail.links import calendar_url
from walking.models import CalendarFeed, Plan
from walking.programme.dose import Dose

pytestmark = pytest.mark.django_db

SCRIPT = "<script>zap(1)</script><img src=x onerror=zap(2)>\"'{{ 7|add:7 }}"
FORMULA = '=HYPERLINK("http://evil.example")'
RAW = ("<script>zap", "<img src=x onerror")


def hostile_plan(words: str, name: str | None = None) -> Plan:
    """A plan in which everything that somebody can write says ``words``."""
    clinic = make_clinic(name=words[:110], phone="02 5550", opening_hours=words)
    physio = make_physio(clinic, name=words[:110])
    plan = enrolled(physio, name=(name or words)[:110], email="rosa@home.example")
    plan = week_walked(plan, pain=2, words=words)
    adjust.set_next_dose(
        plan, dose=Dose(12, 4), reason=words, message=words, by=physio, at=timezone.now(),
        version=plan.version,
    )  # fmt: skip
    notes.write(plan, words=words, by=physio, at=timezone.now())
    return Plan.objects.get(pk=plan.pk)


PATIENTS = ("/today/", "/plan/", "/diary/", "/settings/", "/settings/access/", "/settings/consent/",
            "/settings/leave/", "/settings/my-data/", "/warning-signs/", "/flare-up/", "/away/",
            "/check-in/", "/walking-days/")  # fmt: skip


def test_no_page_and_no_mail_runs_what_somebody_wrote() -> None:
    plan = hostile_plan(SCRIPT)
    base = f"/admin/walking/plan/{plan.pk}"
    desk = ("/admin/walking/plan/", "/admin/walking/plan/?q=%3Cscript%3Ezap", f"{base}/change/",
            f"{base}/dose/", f"{base}/history/", "/admin/walking/invitation/",
            "/admin/walking/mail/", "/admin/reports/", "/admin/programme/")  # fmt: skip
    seen = 0
    for user, paths in ((plan.patient, PATIENTS), (plan.physiotherapist, desk)):
        assert user is not None
        client = signed_in(user)
        for path in paths:
            response = client.get(path, follow=True)
            page = response.content.decode()
            assert response.status_code == 200, path
            assert not any(raw in page for raw in RAW), path
            seen += "&lt;script&gt;zap" in page
    assert seen > 8
    deliver_due(timezone.now())
    assert sent.outbox
    for letter in sent.outbox:
        assert "\n" not in letter.subject
        for body, _kind in letter.alternatives:
            assert not any(raw in body for raw in RAW)


@pytest.mark.parametrize("bad", ["Eve\r\nBcc: all@evil.example", "Eve\nX-Evil: 1"])
def test_no_name_makes_a_header_of_a_mail(bad: str) -> None:
    plan = hostile_plan("plain", name="Rosa")
    User.objects.filter(pk=plan.patient_id).update(name=bad)
    Clinic.objects.filter(pk=plan.clinic_id).update(name=bad)
    known = set(User.objects.values_list("email", flat=True))
    deliver_due(timezone.now())
    assert sent.outbox
    for letter in sent.outbox:
        message = letter.message()
        assert message["Bcc"] is None
        assert message["X-Evil"] is None
        addresses = {address for _name, address in getaddresses(letter.recipients())}
        assert len(addresses) == 1
        assert addresses <= known


def test_no_name_makes_a_line_of_a_calendar() -> None:
    plan = hostile_plan("A\r\nATTENDEE:mailto:all@evil.example", name="Rosa")
    feed = CalendarFeed.objects.create(plan=plan, changed_at=timezone.now())
    calendar = signed_in(plan.patient).get(path_of(calendar_url(feed))).content.decode()
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert not [line for line in calendar.splitlines() if line.startswith("ATTENDEE")]


def test_no_table_of_the_desk_holds_a_formula() -> None:
    plan = hostile_plan(FORMULA)
    assert plan.physiotherapist is not None
    client = signed_in(plan.physiotherapist)
    cells = 0
    for slug in TABLES:
        response = client.get(f"/admin/reports/{slug}.csv")
        assert response.status_code == 200, slug
        for row in csv.reader(io.StringIO(response.content.decode("utf-8-sig"))):
            for cell in row:
                cells += 1
                assert not cell.startswith(("=", "@", "\t")), (slug, cell)
    assert cells > 20


@pytest.mark.parametrize(
    "extra",
    [
        {"is_staff": "1", "is_superuser": "1", "role": "manager"},
        {"clinic": "1", "clinic_id": "1", "email": "evil@example.org", "is_active": "0"},
    ],
)
def test_no_form_takes_columns_that_it_does_not_show(extra: dict[str, str]) -> None:
    plan = hostile_plan("plain", name="Rosa")
    kept = ("is_staff", "is_superuser", "role", "clinic_id", "email", "is_active")
    before = User.objects.filter(pk=plan.patient_id).values(*kept).get()
    client = signed_in(plan.patient)
    for part in ("name", "language", "place", "hour", "mail"):
        client.post("/settings/", {"part": part, "name": "Rosa", **extra})
    client.post("/diary/add/", {"minutes": "10", "plan": "1", **extra})
    assert User.objects.filter(pk=plan.patient_id).values(*kept).get() == before
