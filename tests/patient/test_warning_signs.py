"""The warning signs, on any day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.days import START, local, on_day
from tests.people import make_plan, signed_in
from tests.responses import soup, text
from walking.care.plan.pause import complete
from walking.models import Mail, Plan
from walking.programme.red_flags import RED_FLAG_CODES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_clock")]
PAGE = "/warning-signs/"


@pytest.fixture
def _clock() -> Iterator[None]:
    with on_day(3):
        yield


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def client(plan: Plan) -> Client:
    return signed_in(plan.patient)


def test_it_shows_the_ten_signs_and_the_emergency_number(client: Client, plan: Plan) -> None:
    response = client.get(PAGE)
    signs = [sign["value"] for sign in soup(response).select("input[name=red_flags]")]
    assert signs == list(RED_FLAG_CODES)
    assert "Call 000 or go to an emergency department now if you have:" in text(response)
    plan.refresh_from_db()
    assert plan.status == "active"


def test_reporting_one_pauses_the_plan_at_once(client: Client, plan: Plan) -> None:
    response = client.post(PAGE, {"red_flags": ["saddle_numbness", "bladder_bowel"]}, follow=True)
    said = text(response)
    for words in ("Get emergency help now", "Call 000", "02 5550 0100", "has been told"):
        assert words in said
    assert soup(response).select_one("a[href='tel:000']")
    plan.refresh_from_db()
    assert (plan.status, plan.paused_for) == ("paused", "red_flag")
    assert plan.check_ins.get().red_flags == ["saddle_numbness", "bladder_bowel"]
    assert Mail.objects.filter(kind="urgent").count() == 1


def test_a_second_report_is_kept_too(client: Client, plan: Plan) -> None:
    client.post(PAGE, {"red_flags": ["faint"]})
    said = text(client.post(PAGE, {"red_flags": ["fever_unwell"]}, follow=True))
    assert "Call 000" in said
    assert plan.check_ins.count() == 2


def test_it_is_open_after_the_plan_too(client: Client, plan: Plan) -> None:
    complete(plan, note="Done.", by=plan.physiotherapist, at=local(START, 10), version=plan.version)
    said = text(client.post(PAGE, {"red_flags": ["faint"]}, follow=True))
    assert "Call 000" in said
    assert Mail.objects.filter(kind="urgent").count() == 1


def test_it_wants_a_sign(client: Client, plan: Plan) -> None:
    assert "Tick what applies to you" in text(client.post(PAGE, {}))
    plan.refresh_from_db()
    assert plan.status == "active"


@pytest.mark.parametrize("code", ["green_hair", "", "<script>"])
def test_it_knows_only_its_ten_signs(client: Client, plan: Plan, code: str) -> None:
    response = client.post(PAGE, {"red_flags": [code, "faint"]})
    error = soup(response).select_one("#field_red_flags .error").get_text()
    assert "We do not know one of these signs" in error
    assert b"<script>" not in response.content.replace(b"<script src", b"")
    assert plan.check_ins.count() == 0


def test_it_is_for_the_signed_in_only(plan: Plan) -> None:
    for path in (PAGE, "/warning-signs/now/"):
        assert Client().get(path)["Location"].startswith("/accounts/login/")
    assert Client().post(PAGE, {"red_flags": ["faint"]}).status_code == 302
    strict = signed_in(plan.patient, enforce_csrf_checks=True)
    assert strict.post(PAGE, {"red_flags": ["faint"]}).status_code == 403
    assert plan.check_ins.count() == 0


def test_what_to_do_can_be_read_without_reporting(client: Client) -> None:
    said = text(client.get("/warning-signs/now/"))
    assert "Call 000" in said
    assert "has been told" not in said


def test_whom_to_ring_is_one_tap_away(client: Client, plan: Plan) -> None:
    """The emergency number is that of the clinic's country; the clinic's own comes with its hours."""
    clinic = plan.clinic
    clinic.emergency_number, clinic.phone = "112", "02 5550 0100"
    clinic.opening_hours = "Monday to Friday 8 to 17"
    clinic.save()
    client.post(PAGE, {"red_flags": ["saddle_numbness"]}, follow=True)
    page = soup(client.get("/warning-signs/now/"))
    rings = [link["href"] for link in page.main.select('a[href^="tel:"]')]
    assert rings == ["tel:112", "tel:0255500100"]
    assert clinic.opening_hours in page.main.get_text()
    assert "has been told" in page.main.get_text()
